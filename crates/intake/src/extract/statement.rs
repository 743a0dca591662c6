//! Speech: who said what, in their words or in the writer's, and who was asked and said nothing.

use evidence::{Mention, Value, claim::Mode};

use crate::{Positions, language::Language};

/// A quotation shorter than this many characters is a term, not a statement.
const SHORTEST: usize = 25;
/// A speaker's name and title together; longer is a sentence that merely holds a verb of speech.
const LONGEST_SPEAKER: usize = 180;

/// `carried` is the speaker named last, also in the sections before.
pub(super) fn find(
    positions: &Positions<'_>,
    languages: &[&Language],
    carried: &mut String,
    mentions: &mut Vec<Mention>,
) {
    let text = positions.text();
    let mut start = 0;
    for paragraph in text.split_inclusive('\n') {
        let quotes = quotations(paragraph);
        let mut found: Vec<(usize, usize, &'static str, String, Mode)> = Vec::new();
        for language in languages {
            for (from, to) in sentences(paragraph, language) {
                reported(paragraph, from, to, language, &quotes, &mut found);
            }
        }
        for (from, to) in &quotes {
            let speaker = languages
                .iter()
                .find_map(|l| speaker_of_quote(paragraph, *from, *to, l, &quotes))
                .unwrap_or_default();
            found.push((*from, *to, "statement.direct", speaker, Mode::Direct));
        }
        found.sort_by_key(|f| f.0);
        for (from, to, rule, speaker, mode) in found {
            let pronoun = languages
                .iter()
                .any(|l| l.pronouns.contains(&speaker.to_lowercase()));
            // A speaker who is not named here is the one named last.
            let speaker = if speaker.is_empty() || pronoun {
                carried.clone()
            } else {
                speaker
            };
            if speaker.is_empty() {
                continue;
            }
            carried.clone_from(&speaker);
            mentions.push(positions.mention(
                start + from,
                start + to,
                rule,
                Value::Statement { speaker, mode },
            ));
        }
        start += paragraph.len();
    }
}

type Found = (usize, usize, &'static str, String, Mode);

fn reported(
    paragraph: &str,
    from: usize,
    to: usize,
    language: &Language,
    quotes: &[(usize, usize)],
    found: &mut Vec<Found>,
) {
    let sentence = &paragraph[from..to];
    let quoted = |at: usize| quotes.iter().any(|(s, e)| *s <= at && at < *e);
    if let Some(m) = language.silence.as_ref().and_then(|p| p.find(sentence)) {
        let speaker = subject(&sentence[..m.start()], language);
        let end = m.start() + m.as_str().find(" when ").unwrap_or(m.as_str().trim_end().len());
        found.push((
            from + m.start(),
            from + end,
            "statement.silence",
            speaker,
            Mode::NoComment,
        ));
        return;
    }
    if !language.speech_at.as_ref().is_some_and(|p| p.is_match(sentence)) {
        return;
    }
    let Some(m) = language.speech.as_ref().and_then(|p| p.find(sentence)) else {
        return;
    };
    if quoted(from + m.start()) || sentence[..m.start()].chars().count() > LONGEST_SPEAKER {
        return;
    }
    let speaker = subject(&sentence[..m.start()], language);
    if speaker.is_empty() {
        return;
    }
    let mut at = m.end();
    // "… that A, and that B": two statements of one speaker.
    for part in sentence[m.end()..].split(" and that ") {
        let content = part.trim_end().trim_end_matches(['.', '。', ',', '!', '?']);
        let lead = content.len() - content.trim_start().len();
        if content.trim().chars().count() >= 8 && !quoted(from + at + lead) {
            found.push((
                from + at + lead,
                from + at + content.len(),
                "statement.reported",
                speaker.clone(),
                Mode::Indirect,
            ));
        }
        at += part.len() + " and that ".len();
    }
}

/// The words before a verb of speech that name the speaker.
fn subject(before: &str, language: &Language) -> String {
    let mut words = before.trim();
    if let Some(at) = language
        .titles
        .iter()
        .filter_map(|t| before.rfind(t.as_str()).map(|i| i + t.len()))
        .max()
    {
        words = before[at..].trim();
    } else if language.spaced {
        // "Am Sam Ath, operations director for …,": the name is before the first comma.
        let first = words.split(',').next().unwrap_or(words).trim();
        if first.split_whitespace().count() >= 2 || words.ends_with(',') {
            words = first;
        }
    }
    if !language.spaced && words.contains(char::is_numeric) {
        // Clauses are parted by spaces or commas. A figure is of a date or an amount, and the name is in the last clause.
        words = words.rsplit([' ', '，', ',', '、']).next().unwrap_or(words);
        if words.contains(char::is_numeric) {
            return String::new();
        }
    }
    if words.chars().count() > LONGEST_SPEAKER {
        String::new()
    } else {
        words.to_owned()
    }
}

/// Spans of quotations with their marks, in bytes of the paragraph. Opening and closing marks need not be of one kind.
fn quotations(paragraph: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for (i, c) in paragraph.char_indices() {
        match (c, open) {
            ('“' | '「' | '«', _) => open = Some(i),
            ('"', None) => open = Some(i),
            ('"' | '”' | '」' | '»', Some(start)) => {
                let end = i + c.len_utf8();
                if paragraph[start..end].chars().count() >= SHORTEST {
                    found.push((start, end));
                }
                open = None;
            }
            _ => {}
        }
    }
    // A quotation that runs on into the next paragraph is closed there by custom, not here.
    if let Some(start) = open
        && paragraph[start..].trim_end().chars().count() >= SHORTEST * 2
    {
        found.push((start, start + paragraph[start..].trim_end().len()));
    }
    found
}

fn speaker_of_quote(
    paragraph: &str,
    from: usize,
    to: usize,
    language: &Language,
    quotes: &[(usize, usize)],
) -> Option<String> {
    let next = quotes
        .iter()
        .map(|q| q.0)
        .find(|s| *s >= to)
        .unwrap_or(paragraph.len());
    let after = &paragraph[to..next];
    let after = &after[..sentence_end(after)];
    let previous = quotes
        .iter()
        .map(|q| q.1)
        .filter(|e| *e <= from)
        .max()
        .unwrap_or(0);
    let before = &paragraph[previous..from];
    let verb_in = |part: &str| -> Option<(usize, usize)> {
        language
            .verbs()
            .iter()
            .filter_map(|v| {
                let at = part.find(v.as_str())?;
                let word = |c: Option<char>| c.is_none_or(|c| !language.spaced || !c.is_alphanumeric());
                (word(part[..at].chars().next_back()) && word(part[at + v.len()..].chars().next()))
                    .then_some((at, at + v.len()))
            })
            .min()
    };
    if let Some((start, end)) = verb_in(after) {
        let lead = after[..start].trim().trim_start_matches([',', '.', '，']).trim();
        if lead.is_empty() {
            let named = after[end..].trim();
            let cut = named.find([',', ';', ':']).unwrap_or(named.len());
            let name = named[..cut].trim().trim_end_matches('.');
            return (!name.is_empty()).then(|| name.to_owned());
        }
        return Some(subject(lead, language)).filter(|s| !s.is_empty());
    }
    let tail = &before[last_sentence(before)..];
    let (start, _) = verb_in(tail)?;
    Some(subject(&tail[..start], language)).filter(|s| !s.is_empty())
}

/// Where the last sentence of `text` begins. A point within a figure ends nothing.
fn last_sentence(text: &str) -> usize {
    text.char_indices()
        .rev()
        .find(|(i, c)| match c {
            '。' | '\n' => true,
            '.' => text[i + 1..].starts_with(char::is_whitespace),
            _ => false,
        })
        .map_or(0, |(i, c)| i + c.len_utf8())
}

/// Where the first sentence of `text` ends, initials and abbreviations passed over.
fn sentence_end(text: &str) -> usize {
    let mut at = 0;
    while let Some(i) = text[at..].find(['.', '!', '?', '。', '！', '？']) {
        let i = at + i;
        let mark = text[i..].chars().next().map_or(1, char::len_utf8);
        if mark > 1 {
            return i + mark;
        }
        let word = text[..i]
            .rsplit(|c: char| c.is_whitespace() || c == '(')
            .next()
            .unwrap_or("");
        let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
        let abbreviation = matches!(
            word,
            "Mr" | "Mrs"
                | "Ms"
                | "Dr"
                | "Jr"
                | "Sr"
                | "St"
                | "No"
                | "Co"
                | "Ltd"
                | "Inc"
                | "Gen"
                | "Col"
                | "Lt"
        ) || (word.contains('.') && word.chars().count() <= 4);
        let next = text[i + 1..].trim_start_matches(['”', '"', '’', ')']);
        let ends = next.is_empty()
            || (next.starts_with(char::is_whitespace) && !next.trim_start().starts_with(char::is_lowercase));
        if text.as_bytes().get(i) != Some(&b'.') || (ends && !initial && !abbreviation) {
            return text.len() - next.len();
        }
        at = i + 1;
    }
    text.len()
}

fn sentences(paragraph: &str, language: &Language) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    while start < paragraph.len() {
        let rest = &paragraph[start..];
        let lead = rest.len() - rest.trim_start().len();
        let rest = &rest[lead..];
        if rest.is_empty() {
            break;
        }
        let end = if language.spaced {
            sentence_end(rest)
        } else {
            rest.find('。')
                .map_or(rest.trim_end().len().max(1), |i| i + '。'.len_utf8())
        };
        out.push((start + lead, start + lead + end));
        start += lead + end;
    }
    out
}
