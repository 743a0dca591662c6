//! Bytes to code points: patterns find bytes, claims cite code points.

use evidence::{Mention, Span, Value};

/// The code-point offset of every byte offset that begins a character.
pub struct Positions<'t> {
    text: &'t str,
    /// Code points before the text, when it is part of a longer one.
    base: usize,
    /// Code points before each 64th byte: offsets in a long text cost a table of 1/16 of its size.
    marks: Vec<u32>,
}

const STRIDE: usize = 64;

impl<'t> Positions<'t> {
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for (i, byte) in text.bytes().enumerate() {
            if i % STRIDE == 0 {
                marks.push(count);
            }
            count += u32::from(byte & 0xC0 != 0x80);
        }
        Self { text, base: 0, marks }
    }

    /// The positions of a part, in bytes, whose code points count from the beginning of the whole.
    #[must_use]
    pub fn part(&self, bytes: std::ops::Range<usize>) -> Self {
        let base = self.code_points(bytes.start);
        Self {
            base,
            ..Positions::of(&self.text[bytes])
        }
    }

    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Code points before byte `offset`, which must begin a character or end the text.
    #[must_use]
    pub fn code_points(&self, offset: usize) -> usize {
        let block = (offset / STRIDE).min(self.marks.len().saturating_sub(1));
        let before = self.marks.get(block).copied().unwrap_or(0) as usize;
        let rest = self.text.as_bytes().get(block * STRIDE..offset).unwrap_or(&[]);
        self.base + before + rest.iter().filter(|b| *b & 0xC0 != 0x80).count()
    }

    /// The byte before which `code_points` stand, or `None` past the end of the text.
    #[must_use]
    pub fn byte(&self, code_points: usize) -> Option<usize> {
        let target = u32::try_from(code_points.checked_sub(self.base)?).ok()?;
        let block = self.marks.partition_point(|m| *m <= target).checked_sub(1);
        let (from, before) = block.map_or((0, 0), |b| (b * STRIDE, self.marks[b]));
        let begins = |b: &u8| *b & 0xC0 != 0x80;
        // A mark counts what stands before its byte, which may itself stand within a character.
        let rest = self.text.as_bytes().get(from..)?.iter().enumerate();
        rest.filter(|(_, b)| begins(b))
            .map(|(i, _)| from + i)
            .chain([self.text.len()])
            .nth(usize::try_from(target - before).ok()?)
    }

    /// The words at `span`, or `None` when it does not lie in the text.
    #[must_use]
    pub fn quote(&self, span: Span) -> Option<&'t str> {
        self.text.get(self.byte(span.start)?..self.byte(span.end)?)
    }

    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span {
            start: self.code_points(start),
            end: self.code_points(end),
        }
    }

    /// A mention of the bytes `start..end`.
    #[must_use]
    pub fn mention(&self, start: usize, end: usize, rule: &'static str, value: Value) -> Mention {
        Mention {
            span: self.span(start, end),
            quote: self.text[start..end].to_owned(),
            value,
            rule,
        }
    }
}

/// The nearest beginning of a character at or before `at`, which may lie beyond the text.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters_whatever_their_width() {
        let text = "KK园区 🚨 ថ្ងៃ ".repeat(40);
        let positions = Positions::of(&text);
        for (n, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(positions.code_points(byte), n);
            assert_eq!(positions.byte(n), Some(byte));
        }
        assert_eq!(positions.byte(text.chars().count()), Some(text.len()));
        assert_eq!(positions.byte(text.chars().count() + 1), None);
        assert_eq!(Positions::of("").byte(0), Some(0));
        assert_eq!(positions.code_points(text.len()), text.chars().count());
    }
}
