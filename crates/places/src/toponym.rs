//! Finds the names of places in a text, in every script, longest first.

use std::{collections::HashSet, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use evidence::{Mention, Span, Value};

use crate::{
    gazetteer::{Gazetteer, Place},
    resolve, role,
};

/// Words that make the capitalised run around a place's name the name of an organisation.
const ORGANISATION: [&str; 30] = [
    "company",
    "co",
    "limited",
    "ltd",
    "group",
    "corporation",
    "corp",
    "inc",
    "bank",
    "university",
    "institute",
    "army",
    "association",
    "party",
    "times",
    "post",
    "news",
    "daily",
    "airlines",
    "council",
    "holdings",
    "holding",
    "casino",
    "peace",
    "college",
    "agency",
    "technology",
    "enterprises",
    "international",
    "monitor",
];
/// What precedes or follows a country's name when people rather than the country are meant.
const PEOPLE_BEFORE: [&str; 4] = ["ชาว", "คน", "ជន", "ชาย"];
const PEOPLE_AFTER: [&str; 5] = ["人", "籍", "公民", "国籍", "语"];
/// Class words that let a very short name in an unspaced script stand for a place.
const CLASS_BEFORE: [&str; 16] = [
    "ประเทศ",
    "จังหวัด",
    "เมือง",
    "อำเภอ",
    "ตำบล",
    "บ้าน",
    "รัฐ",
    "แขวง",
    "ប្រទេស",
    "ខេត្ត",
    "ក្រុង",
    "ស្រុក",
    "ປະເທດ",
    "ແຂວງ",
    "ເມືອງ",
    "ຂອງ",
];
/// Demonyms that name a border with the word after them.
const BORDERS: [(&str, &str); 8] = [
    ("Thai", "Thailand"),
    ("Chinese", "China"),
    ("Vietnamese", "Vietnam"),
    ("Cambodian", "Cambodia"),
    ("Lao", "Laos"),
    ("Laotian", "Laos"),
    ("Burmese", "Myanmar"),
    ("Indian", "India"),
];

/// A name that fits several places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub span: Span,
    pub quote: String,
    /// The register's identifier where there is one, and what the place is.
    pub candidates: Vec<(Option<String>, String)>,
}

/// The places that a text names.
#[derive(Debug, Clone, Default)]
pub struct Toponyms {
    pub mentions: Vec<Mention>,
    pub questions: Vec<Question>,
}

struct Matcher {
    automaton: AhoCorasick,
    names: Vec<String>,
}

static MATCHER: LazyLock<Option<Matcher>> = LazyLock::new(|| {
    let mut names: Vec<String> = Gazetteer::built_in()
        .names
        .keys()
        .filter(|n| n.chars().count() > 1)
        .cloned()
        .collect();
    names.extend(
        Gazetteer::built_in()
            .homonyms
            .keys()
            .filter(|n| !Gazetteer::built_in().names.contains_key(*n))
            .cloned(),
    );
    names.sort();
    let automaton = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(&names)
        .ok()?;
    Some(Matcher { automaton, names })
});

/// One place name where it stands, in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub start: usize,
    pub end: usize,
    pub name: String,
}

impl Toponyms {
    /// Finds and resolves the place names of `text`.
    #[must_use]
    pub fn find(text: &str) -> Self {
        let gazetteer = Gazetteer::built_in();
        let found = names_in(text);
        let mut out = Self::default();
        let named: HashSet<&str> = found
            .iter()
            .filter_map(|f| only(gazetteer, &f.name))
            .filter(|p| p.class == "country")
            .filter_map(|p| p.country.as_deref())
            .collect();
        let mut walk = CodePoints::new(text);
        for (i, name) in found.iter().enumerate() {
            let start = walk.at(name.start);
            let span = Span {
                start,
                end: start + text[name.start..name.end].chars().count(),
            };
            let quote = text[name.start..name.end].to_owned();
            let resolution = resolve::resolve(gazetteer, text, name, &named);
            let subject = resolution.place;
            let role = role::of(text, &found, i, subject, gazetteer);
            if resolution.candidates.len() > 1 {
                out.questions.push(Question {
                    span,
                    quote: quote.clone(),
                    candidates: resolution.candidates,
                });
            }
            out.mentions.push(Mention {
                span,
                quote,
                rule: resolution.rule,
                value: Value::Place {
                    name: subject.map_or_else(|| name.name.clone(), |p| p.name.clone()),
                    country: subject.map_or(resolution.country, |p| p.country.clone()),
                    place: subject.and_then(|p| p.id.clone()),
                    class: subject.map_or_else(|| "other".to_owned(), |p| p.class.clone()),
                    role,
                },
            });
        }
        out.mentions.extend(borders(text));
        out.mentions.sort_by_key(|m| m.span);
        out
    }
}

fn names_in(text: &str) -> Vec<Found> {
    let Some(matcher) = MATCHER.as_ref() else {
        return Vec::new();
    };
    let mut out: Vec<Found> = Vec::new();
    for m in matcher.automaton.find_iter(text) {
        let name = &matcher.names[m.pattern().as_usize()];
        let written = &text[m.start()..m.end()];
        if !stands_alone(text, m.start(), m.end(), name) || !is_name(written, name) {
            continue;
        }
        if in_organisation(text, m.start(), m.end())
            || is_people(text, m.start(), m.end())
            || is_adjective(&text[m.end()..])
        {
            continue;
        }
        // A class of licensee that reports list among places is none.
        if only(Gazetteer::built_in(), name).is_some_and(|p| p.standing == "operator_class") {
            continue;
        }
        // "水沟谷（Shwe Kokko）": one place named twice is one mention.
        if let Some(last) = out.last_mut()
            && matches!(text.get(last.end..m.start()), Some("（" | " (" | "("))
            && text[m.end()..].starts_with(['）', ')'])
            && same_place(&last.name, name)
        {
            last.end = m.end() + text[m.end()..].chars().next().map_or(0, char::len_utf8);
            continue;
        }
        out.push(Found {
            start: m.start(),
            end: m.end(),
            name: name.clone(),
        });
    }
    out
}

fn same_place(a: &str, b: &str) -> bool {
    let names = &Gazetteer::built_in().names;
    let bearers = |n: &str| names.get(n).map(Vec::as_slice).unwrap_or_default();
    bearers(a).iter().any(|i| bearers(b).contains(i))
}

fn stands_alone(text: &str, start: usize, end: usize, name: &str) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let latin = |c: char| {
        c.is_alphabetic()
            && (c.is_ascii() || ('\u{c0}'..='\u{24f}').contains(&c) || ('\u{1e00}'..='\u{1eff}').contains(&c))
    };
    if name.starts_with(latin) || name.ends_with(latin) {
        let joined =
            |c: Option<char>| c.is_some_and(|c| latin(c) || c.is_ascii_digit() || c == '_' || c == '@');
        if (name.starts_with(latin) && joined(before)) || (name.ends_with(latin) && joined(after)) {
            return false;
        }
        // A host, a mail address: Cambodia.org is no place.
        return !(after == Some('.') && text[end + 1..].starts_with(|c: char| c.is_ascii_lowercase()));
    }
    if name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        return true;
    }
    // Combining vowels and tone marks after a name continue the word it is only the beginning of.
    let continues = after.is_some_and(|c| matches!(u32::from(c), 0x0E30..=0x0E3A | 0x0E47..=0x0E4E | 0x17B6..=0x17D3 | 0x0EB0..=0x0EBC | 0x0EC8..=0x0ECD | 0x102B..=0x103E));
    let short = name.chars().count() <= 4;
    let called = CLASS_BEFORE.iter().any(|w| text[..start].ends_with(w))
        || CLASS_BEFORE.iter().any(|w| name.starts_with(w));
    !continues && (!short || called) && before != Some('–')
}

/// A Latin name is written with a capital; an ordinary word that happens to spell it is not.
fn is_name(written: &str, name: &str) -> bool {
    let capital = |s: &str| s.chars().next().is_some_and(char::is_uppercase);
    // "Clark", "Prince": words and family names; they need the text to write them just so, or shout them.
    written == name
        || (capital(written) && written.chars().count() > 4 && written.chars().all(|c| !c.is_lowercase()))
}

/// Whether the capitalised words around a name make it part of an organisation's.
fn in_organisation(text: &str, start: usize, end: usize) -> bool {
    if !text[start..end].starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    let shouted = text[start..end].chars().filter(|c| c.is_alphabetic()).count() > 3
        && !text[start..end].contains(char::is_lowercase);
    let mut run: Vec<&str> = Vec::new();
    let mut rest = &text[end..];
    for _ in 0..5 {
        let trimmed = rest.strip_prefix(' ').unwrap_or("");
        let length = trimmed
            .find(|c: char| !(c.is_alphanumeric() || c == '&'))
            .unwrap_or(trimmed.len());
        let word = &trimmed[..length];
        let joins = word.starts_with(char::is_uppercase) || (word == "of" && !run.is_empty());
        if !joins {
            break;
        }
        run.push(word);
        rest = &trimmed[length..];
    }
    // "Cambodia Prince Group": an organisation's word after the name, in the same run, or a shouted run on either side.
    let organisation = |w: &&str| ORGANISATION.contains(&w.to_lowercase().as_str());
    if run.iter().any(organisation) {
        return true;
    }
    let before = text[..start].trim_end_matches(' ');
    let mut previous = Vec::new();
    let mut left = before;
    for _ in 0..6 {
        let cut = left
            .rfind(|c: char| !(c.is_alphanumeric() || c == '&'))
            .map_or(0, |i| i + left[i..].chars().next().map_or(1, char::len_utf8));
        let word = &left[cut..];
        if !word.starts_with(char::is_uppercase) {
            break;
        }
        previous.push(word);
        if !left[..cut].ends_with(' ') {
            break;
        }
        left = left[..cut].trim_end_matches(' ');
    }
    if shouted {
        let loud = |w: &&str| w.len() > 1 && w.chars().all(|c| !c.is_lowercase());
        return run.first().is_some_and(loud) || previous.first().is_some_and(loud);
    }
    !run.is_empty() && previous.iter().any(organisation)
}

fn is_people(text: &str, start: usize, end: usize) -> bool {
    PEOPLE_BEFORE.iter().any(|w| text[..start].ends_with(w))
        || PEOPLE_AFTER.iter().any(|w| text[end..].starts_with(w))
}

/// "Wa-administered" says who rules, not where; "Burma-based" does say where.
fn is_adjective(after: &str) -> bool {
    after
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()) && !rest.starts_with("based"))
}

/// "The Thai border": a region between two countries, never a site.
fn borders(text: &str) -> Vec<Mention> {
    let mut out = Vec::new();
    let mut walk = CodePoints::new(text);
    for (at, word) in text.match_indices("border") {
        let before = text[..at].trim_end();
        let Some((demonym, country)) = BORDERS.iter().find(|(d, _)| before.ends_with(d)) else {
            continue;
        };
        let start = before.len() - demonym.len();
        if text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '–') {
            continue;
        }
        let end = at + word.len();
        let from = walk.at(start);
        out.push(Mention {
            span: Span {
                start: from,
                end: from + text[start..end].chars().count(),
            },
            quote: text[start..end].to_owned(),
            rule: "toponym.border",
            value: Value::Place {
                name: format!("{country} border"),
                country: None,
                place: None,
                class: "region".into(),
                role: evidence::claim::Role::Other,
            },
        });
    }
    out
}

/// Code points before ever later byte offsets, in one pass over the text.
struct CodePoints<'t> {
    text: &'t str,
    byte: usize,
    count: usize,
}

impl<'t> CodePoints<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            byte: 0,
            count: 0,
        }
    }

    fn at(&mut self, byte: usize) -> usize {
        self.count += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.count
    }
}

/// The place of a name, when only one bears it.
pub(crate) fn only<'g>(gazetteer: &'g Gazetteer, name: &str) -> Option<&'g Place> {
    match gazetteer.names.get(name).map(Vec::as_slice) {
        Some([one]) => gazetteer.places.get(*one),
        _ => None,
    }
}
