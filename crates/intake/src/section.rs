//! Sections: stretches of a text in the same languages. A report quotes in one language and counts in another.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use crate::language::{ALL, Language, Script};

/// A stretch of whole lines, in bytes, and the languages its rules are those of.
#[derive(Clone)]
pub struct Section {
    pub bytes: Range<usize>,
    pub languages: Vec<&'static Language>,
}

/// Which Latin-script languages a word is among the commonest of, as bits over [`ALL`].
static HINTS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut hints: HashMap<&'static str, u32> = HashMap::new();
    for (i, language) in ALL.iter().enumerate() {
        for word in &language.hints {
            *hints.entry(word).or_default() |= 1 << i;
        }
    }
    hints
});

/// What one line shows of its languages.
#[derive(Default, Clone)]
struct Signs {
    /// Letters of each language's script; for Latin ones, hits of its commonest words. Parallel to [`ALL`].
    counts: Vec<usize>,
    words: usize,
    latin: bool,
}

impl Signs {
    fn of(line: &str) -> Self {
        let mut signs = Self {
            counts: vec![0; ALL.len()],
            ..Self::default()
        };
        let mut word = String::new();
        for c in line.chars().chain(['\n']) {
            if c.is_alphabetic() && !unspaced(c) {
                signs.latin |= c.is_ascii();
                word.extend(c.to_lowercase());
                continue;
            }
            // A currency's sign is read by the Latin languages' rules.
            signs.latin |= matches!(c, '$' | '€' | '£' | '¥');
            signs.end_word(&mut word);
            if let Some(script) = script(c) {
                for (i, language) in ALL.iter().enumerate() {
                    signs.counts[i] += usize::from(language.script == script);
                }
            }
        }
        signs
    }

    fn end_word(&mut self, word: &mut String) {
        if word.is_empty() {
            return;
        }
        self.words += 1;
        if let Some(bits) = HINTS.get(word.as_str()) {
            for (i, count) in self.counts.iter_mut().enumerate() {
                *count += usize::from(bits & (1 << i) != 0);
            }
        }
        word.clear();
    }

    fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.words += other.words;
        self.latin |= other.latin;
    }

    /// The Latin-script language with the most hits, English where none has more.
    fn latin(&self) -> Option<(usize, usize)> {
        let latin = ALL.iter().enumerate().filter(|(_, l)| l.script == Script::Latin);
        latin
            .map(|(i, l)| (self.counts[i], l.code == "en", std::cmp::Reverse(i)))
            .max()
            .map(|(hits, _, i)| (i.0, hits))
    }

    /// The Latin-script language that this line alone is clearly in.
    fn clearly(&self) -> Option<usize> {
        let (best, hits) = self.latin()?;
        let next = ALL
            .iter()
            .enumerate()
            .filter(|(i, l)| l.script == Script::Latin && *i != best)
            .map(|(i, _)| self.counts[i])
            .max()
            .unwrap_or(0);
        // "Rio de Janeiro" in an English line is two words of Portuguese among many that are not.
        (hits >= 2 && hits * 8 >= self.words && hits * 2 > next * 3).then_some(best)
    }
}

fn script(c: char) -> Option<Script> {
    Some(match u32::from(c) {
        0x0E01..=0x0E5B => Script::Thai,
        0x1780..=0x17FF => Script::Khmer,
        0x0E81..=0x0EDF => Script::Lao,
        0x1000..=0x109F => Script::Myanmar,
        0x4E00..=0x9FFF | 0x3400..=0x4DBF => Script::Han,
        _ => return None,
    })
}

fn unspaced(c: char) -> bool {
    script(c).is_some()
}

/// Letters of a script below which a whole text is not in it: a name in passing.
const FEW: usize = 2;

/// The sections of a text, in order and without gaps. Rows of a table stay together: their header says what they count.
#[must_use]
pub fn of(text: &str) -> Vec<Section> {
    let mut blocks: Vec<(Range<usize>, Signs, bool)> = Vec::new();
    let mut all = Signs {
        counts: vec![0; ALL.len()],
        ..Signs::default()
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let signs = Signs::of(line);
        all.add(&signs);
        let (end, table) = (start + line.len(), line.contains('|'));
        match blocks.last_mut() {
            Some((bytes, block, was_table)) if (*was_table && table) || line.trim().is_empty() => {
                bytes.end = end;
                block.add(&signs);
            }
            _ => blocks.push((start..end, signs, table)),
        }
        start = end;
    }
    let whole = all.latin().map(|(i, _)| i);
    let mut sections: Vec<Section> = Vec::new();
    let mut last: Vec<usize> = Vec::new();
    for (bytes, signs, _) in blocks {
        let latin = signs.clearly().or(whole);
        let speaks = |(i, language): (usize, &Language)| match language.script {
            Script::Latin => latin == Some(i) && signs.latin,
            _ => signs.counts[i] > 0 && all.counts[i] > FEW,
        };
        let mut languages: Vec<usize> = (0..ALL.len()).filter(|i| speaks((*i, &ALL[*i]))).collect();
        if languages.is_empty() {
            languages.extend(latin);
        }
        if let Some(section) = sections.last_mut().filter(|_| last == languages) {
            section.bytes.end = bytes.end;
            continue;
        }
        sections.push(Section {
            bytes,
            languages: languages.iter().map(|i| &ALL[*i]).collect(),
        });
        last = languages;
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let spoken = |s: &Section| {
            s.languages
                .iter()
                .map(|l| l.code.as_str())
                .collect::<Vec<_>>()
                .join("+")
        };
        of(text).iter().map(spoken).collect()
    }

    #[test]
    fn languages_are_told_by_script_and_commonest_words() {
        for (text, wanted) in [
            ("The report said that people were held", vec!["en"]),
            ("WNI yang datang ke KBRI dan orang dari provinsi", vec!["id"]),
            ("วันนี้ปล่อยตัว 261 คน", vec!["th"]),
            ("วันนี้ปล่อยตัว 261 คน, $500", vec!["en+th"]),
            ("从水沟谷撤出的外国人", vec!["zh"]),
            ("1234\n", vec!["en"]),
            ("", vec![]),
            (
                "The report said that people were held.\nNgày 3 tháng 3, hơn 1.200 người được giải cứu.\nThey came from Rio de Janeiro da Silva.\n",
                vec!["en", "vi", "en"],
            ),
            (
                "Nationality | people\n泰国人 | 12\nKenya | 3\n共三个国家",
                vec!["en+zh", "zh"],
            ),
        ] {
            let mut found = codes(text);
            for set in &mut found {
                let mut parts: Vec<&str> = set.split('+').collect();
                parts.sort_unstable();
                *set = parts.join("+");
            }
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn sections_cover_the_text_without_gaps() {
        let text = "The men and the women\n\nชนะ คน\n| a | b |\n| 1 | 2 |\nWNI yang dan dari\n人人人";
        let sections = of(text);
        let joined: String = sections.iter().map(|s| &text[s.bytes.clone()]).collect();
        assert_eq!(joined, text);
    }
}
