//! A person as linkage compares them: cleaned once, compared many times.

use evidence::person::Person;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Titles and particles that tell nobody from anybody.
const TITLES: [&str; 24] = [
    "mr", "mrs", "ms", "miss", "dr", "u", "daw", "ko", "ma", "saw", "naw", "nai", "nang", "bin", "binti",
    "bt", "nguoi", "ong", "ba", "anh", "chi", "sdr", "bapak", "ibu",
];

/// The comparable form of a person. It holds identities, so it prints as its size only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Lower case, without marks, sorted: names compare whatever order they were written in.
    pub name: Vec<String>,
    /// Year, month, day; as many as are known.
    pub birth: Option<(i16, Option<i8>, Option<i8>)>,
    pub nationality: String,
    pub passport: String,
    /// The last nine digits: enough to tell, and the same with or without the country's prefix.
    pub phone: String,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record(… {} name tokens)", self.name.len())
    }
}

impl Record {
    #[must_use]
    pub fn of(person: &Person) -> Self {
        Self::read(
            person.name.reveal(),
            person.birth_date.reveal(),
            &person.nationality,
            person.passport.reveal(),
            person.phone.reveal(),
        )
    }

    /// The same from the bare fields, as a column store holds them.
    #[must_use]
    pub fn read(name: &str, birth_date: &str, nationality: &str, passport: &str, phone: &str) -> Self {
        let phone: String = phone.chars().filter(char::is_ascii_digit).collect();
        Self {
            name: tokens(name),
            birth: birth(birth_date),
            nationality: nationality.trim().to_uppercase(),
            passport: passport
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_ascii_uppercase(),
            phone: if phone.len() >= 7 {
                phone[phone.len().saturating_sub(9)..].to_owned()
            } else {
                String::new()
            },
        }
    }
}

fn tokens(name: &str) -> Vec<String> {
    let plain: String = name
        .nfkd()
        // Latin accents go; the vowels and tones of Thai or Khmer are marks too, and stay.
        .filter(|c| !(is_combining_mark(*c) && u32::from(*c) < 0x0370))
        .collect::<String>()
        .to_lowercase()
        .replace('đ', "d");
    let mut tokens: Vec<String> = plain
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '/' | '\'' | '’'))
        .filter(|t| !t.is_empty() && !TITLES.contains(t))
        .map(str::to_owned)
        .collect();
    tokens.sort();
    tokens.dedup();
    tokens
}

/// `1999-01-02`, `02/01/1999` (day first), `1999`; a Buddhist year is turned.
fn birth(text: &str) -> Option<(i16, Option<i8>, Option<i8>)> {
    let parts: Vec<i16> = text
        .split(['-', '/', '.', ' '])
        .map(|p| p.trim().parse().ok())
        .collect::<Option<_>>()?;
    let (year, month, day) = match parts.as_slice() {
        [y] => (*y, None, None),
        [y, m] if *y > 31 => (*y, Some(*m), None),
        [y, m, d] if *y > 31 => (*y, Some(*m), Some(*d)),
        [d, m, y] if *y > 31 => (*y, Some(*m), Some(*d)),
        _ => return None,
    };
    let year = if year > 2400 { year - 543 } else { year };
    if !(1900..=2100).contains(&year) {
        return None;
    }
    let small = |v: Option<i16>, top: i16| {
        v.filter(|v| (1..=top).contains(v))
            .and_then(|v| i8::try_from(v).ok())
    };
    Some((year, small(month, 12), small(day, 31)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_order_marks_and_titles() {
        for (a, b) in [
            ("Nguyễn Văn An", "AN nguyen van"),
            ("Mr. Rossi, Zoë", "zoe rossi"),
            ("Saw Htoo-Eh", "Eh Htoo"),
        ] {
            assert_eq!(tokens(a), tokens(b), "{a}");
        }
        assert_eq!(
            tokens("สมมติ ใจดี"),
            ["สมมติ", "ใจดี"]
                .map(|t| t.nfkd().collect::<String>())
                .to_vec()
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn birth_dates_are_as_precise_as_given() {
        for (text, wanted) in [
            ("1999-01-02", Some((1999, Some(1), Some(2)))),
            ("02/01/2542", Some((1999, Some(1), Some(2)))),
            ("1999", Some((1999, None, None))),
            ("soon", None),
            ("12-13", None),
        ] {
            assert_eq!(birth(text), wanted, "{text}");
        }
    }
}
