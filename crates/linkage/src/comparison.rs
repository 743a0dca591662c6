//! How two records compare, field by field, in steps from "the same" to "different".

use crate::Record;

/// A field that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    Name,
    Birth,
    Nationality,
    Passport,
    Phone,
}

/// A step of agreement, 0 the least; none where either side says nothing, which is no evidence either way.
pub type Level = Option<usize>;

impl Comparison {
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Birth,
        Self::Nationality,
        Self::Passport,
        Self::Phone,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Birth => "birth date",
            Self::Nationality => "nationality",
            Self::Passport => "passport",
            Self::Phone => "phone",
        }
    }

    /// What each step means, least first.
    #[must_use]
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["different", "one part alike", "nearly the same", "the same"],
            Self::Birth => &["different", "same year", "a slip apart", "the same"],
            Self::Nationality => &["different", "the same"],
            Self::Passport => &["different", "one character apart", "the same"],
            Self::Phone => &["different", "the same"],
        }
    }

    #[must_use]
    pub fn compare(self, a: &Record, b: &Record) -> Level {
        match self {
            Self::Name => name(&a.name, &b.name),
            Self::Birth => Some(birth(a.birth?, b.birth?)),
            Self::Nationality => {
                both(&a.nationality, &b.nationality).then(|| usize::from(a.nationality == b.nationality))
            }
            Self::Passport => both(&a.passport, &b.passport).then(|| passport(&a.passport, &b.passport)),
            Self::Phone => both(&a.phone, &b.phone).then(|| usize::from(a.phone == b.phone)),
        }
    }
}

fn both(a: &str, b: &str) -> bool {
    !a.is_empty() && !b.is_empty()
}

/// Names as sets of parts, each paired with its likest: order does not matter, one missing part costs a step.
fn name(a: &[String], b: &[String]) -> Level {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return None;
    }
    if a == b {
        return Some(3);
    }
    let alike = |x: &String| {
        long.iter()
            .map(|y| strsim::jaro_winkler(x, y))
            .fold(0.0, f64::max)
    };
    let scores: Vec<f64> = short.iter().map(alike).collect();
    let close = scores.iter().filter(|s| **s >= 0.9).count();
    Some(if close == short.len() && (short.len() > 1 || long.len() == 1) {
        2
    } else {
        usize::from(close > 0)
    })
}

type Birth = (i16, Option<i8>, Option<i8>);

fn birth(a: Birth, b: Birth) -> usize {
    let same = |x: Option<i8>, y: Option<i8>| x.is_none() || y.is_none() || x == y;
    let full = a.1.is_some() && b.1.is_some() && a.2.is_some() && b.2.is_some();
    if a.0 == b.0 && same(a.1, b.1) && same(a.2, b.2) {
        return if full { 3 } else { 1 };
    }
    let swapped = a.0 == b.0 && full && a.1 == b.2 && a.2 == b.1;
    let digits = |v: Birth| format!("{:04}{:02}{:02}", v.0, v.1.unwrap_or(0), v.2.unwrap_or(0));
    let slips = digits(a)
        .bytes()
        .zip(digits(b).bytes())
        .filter(|(x, y)| x != y)
        .count();
    if full && (swapped || slips == 1) {
        2
    } else {
        usize::from(a.0 == b.0)
    }
}

/// Characters that cameras and tired eyes confuse are one.
fn passport(a: &str, b: &str) -> usize {
    if a == b {
        return 2;
    }
    let fold = |s: &str| {
        s.replace('O', "0")
            .replace(['I', 'L'], "1")
            .replace('S', "5")
            .replace('B', "8")
            .replace('Z', "2")
    };
    usize::from(fold(a) == fold(b) || strsim::damerau_levenshtein(a, b) == 1)
}

#[cfg(test)]
mod tests {
    use evidence::person::{Person, Secret};

    use super::*;

    fn record(name: &str, birth: &str, passport: &str) -> Record {
        Record::of(&Person {
            name: Secret::new(name),
            birth_date: Secret::new(birth),
            passport: Secret::new(passport),
            ..Person::default()
        })
    }

    #[test]
    fn levels_of_each_field() {
        for (a, b, wanted) in [
            (
                ("Ani Widya", "1999-01-02", "C1234567"),
                ("Widya Ani", "1999-01-02", "C1234567"),
                [Some(3), Some(3), Some(2)],
            ),
            (
                ("Ani Widya", "1999-01-02", "C1234S67"),
                ("Anni Widya", "1999-02-01", "C1234567"),
                [Some(2), Some(2), Some(1)],
            ),
            (
                ("Ani Widya", "1999-01-02", "C1234567"),
                ("Ani Kusuma", "1999", "X7654321"),
                [Some(1), Some(1), Some(0)],
            ),
            (
                ("Ani", "1999-01-02", ""),
                ("Budi", "1980-07-09", "X"),
                [Some(0), Some(0), None],
            ),
        ] {
            let (a, b) = (record(a.0, a.1, a.2), record(b.0, b.1, b.2));
            let levels =
                [Comparison::Name, Comparison::Birth, Comparison::Passport].map(|c| c.compare(&a, &b));
            assert_eq!(levels, wanted);
            assert_eq!(
                [Comparison::Name, Comparison::Birth, Comparison::Passport].map(|c| c.compare(&b, &a)),
                wanted
            );
        }
    }
}
