//! The smallest piece of a document that its reader can cite: a line, a cell, a message, a stretch of a page.

use std::{fmt, str::FromStr, sync::Arc};

use crate::Span;

/// Where in a document words stand, as a person would look them up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// Of a plain text, from 1.
    Line(u32),
    /// Of a word processor's document or a web page, from 1.
    Paragraph(u32),
    /// Of a PDF: the page from 1, and the box around one line of print.
    Page { page: u32, area: Area },
    /// Of a sheet. A CSV file's only sheet has no name.
    Cell {
        sheet: Arc<str>,
        /// From 1, as programs show it.
        row: u32,
        /// From 1; shown in letters.
        column: u32,
    },
    /// Of a chat, from 1 in the order of the file. Its sender stands in the words, which are sealed.
    Message { number: u32, sent: Arc<str> },
    /// A header field of a mail, by name.
    Header(Arc<str>),
    /// A question of a form, by the path of its name.
    Answer(Arc<str>),
}

/// A box on a page, in points (1/72 inch) from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Unit {
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Line(_) => "line",
            Self::Paragraph(_) => "paragraph",
            Self::Page { .. } => "page",
            Self::Cell { .. } => "cell",
            Self::Message { .. } => "message",
            Self::Header(_) => "header",
            Self::Answer(_) => "answer",
        }
    }

    /// What names it within its kind: `7`, `Sheet1!B7`, `3 (72,100,312,112)`, `12 (2025-10-14T09:12)`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Line(n) | Self::Paragraph(n) => n.to_string(),
            Self::Page { page, area: a } => {
                format!("{page} ({},{},{},{})", a.left, a.top, a.right, a.bottom)
            }
            Self::Cell { sheet, row, column } if sheet.is_empty() => format!("{}{row}", letters(*column)),
            Self::Cell { sheet, row, column } => format!("{sheet}!{}{row}", letters(*column)),
            Self::Message { number, sent } if sent.is_empty() => number.to_string(),
            Self::Message { number, sent } => format!("{number} ({sent})"),
            Self::Header(name) | Self::Answer(name) => name.to_string(),
        }
    }
}

/// `page 3 (72,100,312,112)`: the kind and the name, which [`FromStr`] reads back.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.name())
    }
}

/// A unit that nobody wrote with [`Unit`]'s own `Display`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” names no unit of a document")]
pub struct UnitError(pub String);

impl FromStr for Unit {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let wrong = || UnitError(text.to_owned());
        let (kind, name) = text.split_once(' ').ok_or_else(wrong)?;
        let number = |n: &str| n.parse::<u32>().map_err(|_| wrong());
        let (first, bracket) = match name.split_once(" (") {
            Some((first, rest)) => (first, rest.strip_suffix(')').unwrap_or(rest)),
            None => (name, ""),
        };
        Ok(match kind {
            "line" => Self::Line(number(name)?),
            "paragraph" => Self::Paragraph(number(name)?),
            "page" => {
                let sides: Vec<i32> = bracket.split(',').filter_map(|s| s.parse().ok()).collect();
                let &[left, top, right, bottom] = sides.as_slice() else {
                    return Err(wrong());
                };
                Self::Page {
                    page: number(first)?,
                    area: Area {
                        left,
                        top,
                        right,
                        bottom,
                    },
                }
            }
            "cell" => {
                let (sheet, cell) = name.rsplit_once('!').unwrap_or(("", name));
                let digits = cell.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
                Self::Cell {
                    sheet: sheet.into(),
                    row: number(&cell[digits..])?,
                    column: column(&cell[..digits]).ok_or_else(wrong)?,
                }
            }
            "message" => Self::Message {
                number: number(first)?,
                sent: bracket.into(),
            },
            "header" => Self::Header(name.into()),
            "answer" => Self::Answer(name.into()),
            _ => return Err(wrong()),
        })
    }
}

/// A column's letters: 1 is A, 27 is AA.
fn letters(mut column: u32) -> String {
    let mut out = Vec::new();
    while column > 0 {
        column -= 1;
        out.push(b'A' + u8::try_from(column % 26).unwrap_or(0));
        column /= 26;
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}

fn column(letters: &str) -> Option<u32> {
    if letters.is_empty() {
        return None;
    }
    letters.bytes().try_fold(0_u32, |n, b| {
        let digit = b.is_ascii_uppercase().then(|| u32::from(b - b'A') + 1)?;
        n.checked_mul(26)?.checked_add(digit)
    })
}

/// The units of one document, in the order of its text, not overlapping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units(Vec<(Span, Unit)>);

impl Units {
    /// Adds the unit that `span` of the text is. Empty spans and spans before the last one are left out: they cite nothing.
    pub fn push(&mut self, span: Span, unit: Unit) {
        let from = self.0.last().map_or(0, |(last, _)| last.end);
        if span.start >= from && span.end > span.start {
            self.0.push((span, unit));
        }
    }

    /// The unit in which `span` begins.
    #[must_use]
    pub fn at(&self, span: Span) -> Option<&Unit> {
        let i = self.0.partition_point(|(s, _)| s.end <= span.start);
        self.0
            .get(i)
            .filter(|(s, _)| s.start < span.end.max(span.start + 1))
            .map(|(_, unit)| unit)
    }

    pub fn iter(&self) -> impl Iterator<Item = &(Span, Unit)> {
        self.0.iter()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// One line a unit: start, end, and the unit's own form. What is sealed beside the working copy.
impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (span, unit) in &self.0 {
            // A sheet's name may hold anything but a line break here.
            let unit = unit.to_string().replace(['\n', '\r'], " ");
            writeln!(f, "{} {} {unit}", span.start, span.end)?;
        }
        Ok(())
    }
}

impl FromStr for Units {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let mut units = Self::default();
        for line in text.lines() {
            let wrong = || UnitError(line.to_owned());
            let mut parts = line.splitn(3, ' ');
            let mut number = || parts.next()?.parse::<usize>().ok();
            let (start, end) = number().zip(number()).ok_or_else(wrong)?;
            let unit = parts.next().ok_or_else(wrong)?.parse()?;
            units.push(Span { start, end }, unit);
        }
        Ok(units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_written_and_read_back() {
        for text in [
            "line 7",
            "paragraph 12",
            "page 3 (72,100,312,112)",
            "cell B7",
            "cell Release list!AA1048",
            "cell a!b c!ZZ2",
            "message 4",
            "message 12 (2025-10-14T09:12)",
            "header Subject",
            "answer group/name",
        ] {
            let unit = text.parse::<Unit>();
            assert_eq!(unit.map(|u| u.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            "line",
            "line x",
            "page 3",
            "cell 7",
            "cell b7",
            "cell ZZZZZZZZZ1",
            "verse 3",
        ] {
            assert!(text.parse::<Unit>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_is_cited_by_the_unit_it_begins_in() {
        let mut units = Units::default();
        for (n, (start, end)) in (1..).zip([(0, 4), (5, 9), (9, 9), (3, 20), (10, 12)]) {
            units.push(Span { start, end }, Unit::Line(n));
        }
        let at = |start, end| units.at(Span { start, end }).cloned();
        assert_eq!(at(0, 2), Some(Unit::Line(1)));
        assert_eq!(at(4, 5), None);
        assert_eq!(at(4, 7), Some(Unit::Line(2)));
        assert_eq!(at(8, 11), Some(Unit::Line(2)));
        assert_eq!(at(10, 10), Some(Unit::Line(5)));
        assert_eq!(at(12, 13), None);
        assert_eq!(units.to_string().parse(), Ok(units));
    }
}
