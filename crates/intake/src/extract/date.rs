//! Dates: every calendar of the region, as precise as the text, relative ones from the publication date.

use std::sync::LazyLock;

use evidence::{Mention, Value, claim::Unread};
use jiff::{ToSpan, civil::Date};
use regex::{Captures, Regex};

use super::{Mask, Today, whole, window};
use crate::{Positions, language::Language, section::Section};

/// How far into a text its dateline may stand, in bytes: a page on one line has no heading.
const HEAD: usize = 2_000;

static SLASHED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\p{Nd}{1,2})/(\p{Nd}{1,2})/(\p{Nd}{4})").ok());

type Found = (usize, usize, Partial);

/// Finds dates; `calendar` says which day each part of the text calls today.
pub(super) fn find(
    positions: &Positions<'_>,
    languages: &[&Language],
    calendar: &Calendar<'_>,
    mask: &mut Mask,
    mentions: &mut Vec<Mention>,
    unread: &mut Vec<Unread>,
) {
    let mut found = written(positions.text(), languages, mask);
    found.extend(slashed_dates(positions, mask, unread));
    found.sort_by_key(|f| f.0);
    for (start, end, date) in found {
        let relative = date.year.is_none();
        match date.iso(calendar.at(start)) {
            Some(iso) => {
                mentions.push(positions.mention(start, end, "date.written", Value::Date { iso, relative }))
            }
            None => unread.push(Unread {
                span: positions.span(start, end),
                why: "a date without its year: say when the text was published".into(),
            }),
        }
    }
    relative_days(positions, languages, calendar, mask, mentions, unread);
}

/// Dates in words of a language, and those written as ISO 8601.
fn written(text: &str, languages: &[&Language], mask: &mut Mask) -> Vec<Found> {
    let mut found = Vec::new();
    for language in languages {
        let mut at = 0;
        while let Some(sign) = window::sign(&language.date_at, text, at) {
            at = sign.1;
            let date = language.dates.iter().find_map(|pattern| {
                let captures = window::around(pattern, text, 0, sign)?;
                let m = captures.name("s").or_else(|| captures.get(0))?;
                let free = !mask.covers(m.start(), m.end()) && !touches_number(text, m.start(), m.end());
                let date = free.then(|| Partial::read(&captures, language)).flatten()?;
                Some((m.start(), m.end(), date))
            });
            if let Some((start, end, date)) = date {
                mask.cover(start, end);
                at = at.max(end);
                found.push((start, end, date));
            }
        }
    }
    found.extend(iso_dates(text, mask));
    found
}

/// The day that a text's own heading states: the first whole date in it, else the first with a year.
pub(super) fn dateline(text: &str, sections: &[Section], mask: &Mask) -> Option<String> {
    let lines: usize = text.split_inclusive('\n').take(5).map(str::len).sum();
    let head = crate::position::floor(text, lines.min(HEAD));
    let mut found: Vec<Found> = Vec::new();
    for Section { bytes, languages } in sections.iter().take_while(|s| s.bytes.start < head) {
        let part = bytes.start..bytes.end.min(head);
        let mut mask = mask.part(part.clone());
        let dates = written(&text[part], languages, &mut mask).into_iter();
        found.extend(dates.map(|(s, e, d)| (s + bytes.start, e + bytes.start, d)));
        let figures = SLASHED
            .iter()
            .flat_map(|p| p.captures_iter(&text[bytes.start..bytes.end.min(head)]));
        let sure = figures.filter_map(|c| slashed(&c)).filter(|(_, doubt)| !doubt);
        found.extend(sure.map(|((s, e, d), _)| (s + bytes.start, e + bytes.start, d)));
    }
    found.sort_by_key(|f| f.0);
    found.retain(|f| f.2.year.is_some() && heads_the_text(text, f.0));
    let whole = found.iter().find(|f| f.2.day.is_some());
    whole.or(found.first()).and_then(|f| f.2.iso(None))
}

/// Which day "today" is, at each byte of a text.
pub(super) struct Calendar<'a> {
    published: Option<&'a str>,
    days: std::rc::Rc<[(usize, &'a str)]>,
    /// Where the part begins whose bytes are asked for.
    origin: usize,
}

impl<'a> Calendar<'a> {
    pub(super) fn of(positions: &Positions<'_>, published: Option<&'a str>, today: Today<'a>) -> Self {
        let days = match today {
            Today::Each(days) => days,
            _ => &[],
        };
        let days = days
            .iter()
            .filter_map(|(at, day)| Some((positions.byte(*at)?, day.as_str())))
            .collect();
        Self {
            published,
            days,
            origin: 0,
        }
    }

    /// The same for a part of the text that begins at a byte of it.
    pub(super) fn from(&self, origin: usize) -> Self {
        Self {
            published: self.published,
            days: self.days.clone(),
            origin,
        }
    }

    fn at(&self, byte: usize) -> Option<&'a str> {
        let byte = self.origin + byte;
        let last = self
            .days
            .partition_point(|(from, _)| *from <= byte)
            .checked_sub(1);
        last.map(|i| self.days[i].1).or(self.published)
    }
}

/// A dateline stands in a heading; a date behind a label or in a row of cells is about somebody's birth, not about today.
fn heads_the_text(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let whole = text[line..].chars().take_while(|c| *c != '\n').take(HEAD);
    !text[line..at].contains([':', '：', '|', ';', '\t']) && whole.filter(|c| *c == ',').count() < 3
}

/// A digit run that goes on beyond the match is a number, not a year.
fn touches_number(text: &str, start: usize, end: usize) -> bool {
    let digit = |c: char| super::ascii_digit(c).is_some();
    let starts = text[start..].starts_with(digit) && text[..start].ends_with(|c: char| digit(c) || c == '-');
    let ends = text[..end].ends_with(digit) && text[end..].starts_with(digit);
    starts || ends
}

struct Partial {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8)>,
}

impl Partial {
    fn read(captures: &Captures<'_>, language: &Language) -> Option<Self> {
        let number = |name: &str| captures.name(name).and_then(|m| whole(m.as_str()));
        let year = match (number("y"), number("by"), number("roc")) {
            // A four-digit year beyond 2400 in a text of the region is a Buddhist one, whichever template met it.
            (Some(y), _, _) => Some(if y > 2400 { y - 543 } else { y }),
            (_, Some(by), _) => Some(if by > 2400 { by - 543 } else { by }),
            (_, _, Some(roc)) => Some(roc + 1911),
            _ => None,
        };
        let month = match captures.name("month") {
            Some(m) => Some(i64::from(*language.months.get(m.as_str())?)),
            None => number("m"),
        };
        let date = Self {
            year: year.map(i16::try_from).transpose().ok()?,
            month: month.map(i8::try_from).transpose().ok()?,
            day: number("d").map(i8::try_from).transpose().ok()?,
            time: number("hh")
                .zip(number("mm"))
                .and_then(|(h, m)| Some((i8::try_from(h).ok()?, i8::try_from(m).ok()?))),
        };
        date.possible().then_some(date)
    }

    fn possible(&self) -> bool {
        self.year.is_none_or(|y| (1900..=2100).contains(&y))
            && self.month.is_none_or(|m| (1..=12).contains(&m))
            && match (self.month, self.day) {
                (Some(m), Some(d)) => Date::new(self.year.unwrap_or(2024), m, d).is_ok(),
                (None, Some(_)) => false,
                _ => true,
            }
            && self
                .time
                .is_none_or(|(h, m)| (0..24).contains(&h) && (0..60).contains(&m))
    }

    /// ISO 8601; a missing year is that of the publication.
    fn iso(&self, published: Option<&str>) -> Option<String> {
        let year = self.year.or_else(|| published?.get(..4)?.parse().ok())?;
        Some(match (self.month, self.day, self.time) {
            (Some(m), Some(d), Some((h, min))) => format!("{year}-{m:02}-{d:02}T{h:02}:{min:02}"),
            (Some(m), Some(d), None) => format!("{year}-{m:02}-{d:02}"),
            (Some(m), None, _) => format!("{year}-{m:02}"),
            _ => format!("{year}"),
        })
    }
}

/// `2025-10-14`, in any language.
fn iso_dates(text: &str, mask: &mut Mask) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for (i, _) in text.match_indices('-') {
        let Some(window) = i.checked_sub(4).and_then(|s| text.get(s..i + 6)) else {
            continue;
        };
        let start = i - 4;
        let edge = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-');
        if !edge(start.checked_sub(1).and_then(|p| bytes.get(p))) || !edge(bytes.get(i + 6)) {
            continue;
        }
        let Ok(date) = window.parse::<Date>() else {
            continue;
        };
        if (1900..=2100).contains(&date.year()) && !mask.covers(start, i + 6) {
            mask.cover(start, i + 6);
            let partial = Partial {
                year: Some(date.year()),
                month: Some(date.month()),
                day: Some(date.day()),
                time: None,
            };
            found.push((start, i + 6, partial));
        }
    }
    found
}

/// `14/10/2025`, in any language, where one of the two cannot be a month. Where both can, nobody is asked to guess: the
/// first few are returned as unread, and how many more there are, since a list may hold thousands.
fn slashed_dates(positions: &Positions<'_>, mask: &mut Mask, unread: &mut Vec<Unread>) -> Vec<Found> {
    const NAMED: usize = 10;
    let text = positions.text();
    let mut found = Vec::new();
    let mut doubtful = Vec::new();
    for captures in SLASHED.iter().flat_map(|p| p.captures_iter(text)) {
        let Some(((start, end, date), doubt)) = slashed(&captures) else {
            continue;
        };
        if mask.covers(start, end) || touches_number(text, start, end) {
            continue;
        }
        mask.cover(start, end);
        if doubt {
            doubtful.push(positions.span(start, end));
        } else {
            found.push((start, end, date));
        }
    }
    let more = doubtful.len().saturating_sub(NAMED);
    unread.extend(doubtful.into_iter().take(NAMED).enumerate().map(|(i, span)| {
        let others = if i + 1 == NAMED && more > 0 {
            format!(", and {more} more like it")
        } else {
            String::new()
        };
        Unread {
            span,
            why: format!("day or month first?{others}"),
        }
    }));
    found
}

/// A date in figures with slashes, and whether its first two numbers may be read either way.
fn slashed(captures: &Captures<'_>) -> Option<(Found, bool)> {
    let m = captures.get(0)?;
    let part = |i: usize| captures.get(i).and_then(|c| whole(c.as_str()));
    let (a, b, year) = (part(1)?, part(2)?, part(3)?);
    let (day, month) = if b > 12 { (b, a) } else { (a, b) };
    let date = Partial {
        year: i16::try_from(if year > 2400 { year - 543 } else { year }).ok(),
        month: i8::try_from(month).ok(),
        day: i8::try_from(day).ok(),
        time: None,
    };
    let doubt = a <= 12 && b <= 12 && a != b;
    date.possible().then(|| ((m.start(), m.end(), date), doubt))
}

fn relative_days(
    positions: &Positions<'_>,
    languages: &[&Language],
    calendar: &Calendar<'_>,
    mask: &mut Mask,
    mentions: &mut Vec<Mention>,
    unread: &mut Vec<Unread>,
) {
    let text = positions.text();
    for language in languages {
        for m in language.relative_pattern.iter().flat_map(|p| p.find_iter(text)) {
            // "Today’s complaint" qualifies a thing, it does not date an event.
            if mask.covers(m.start(), m.end()) || text[m.end()..].starts_with(['’', '\'']) {
                continue;
            }
            mask.cover(m.start(), m.end());
            let days = language
                .relative
                .get(&m.as_str().to_lowercase())
                .copied()
                .unwrap_or(0);
            let today = calendar.at(m.start()).and_then(|t| t.parse::<Date>().ok());
            match today.and_then(|t| t.checked_add(days.days()).ok()) {
                Some(date) => mentions.push(positions.mention(
                    m.start(),
                    m.end(),
                    "date.relative",
                    Value::Date {
                        iso: date.to_string(),
                        relative: true,
                    },
                )),
                None => unread.push(Unread {
                    span: positions.span(m.start(), m.end()),
                    why: "a day counted from the publication: say when the text was published".into(),
                }),
            }
        }
    }
}
