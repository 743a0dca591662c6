//! Which unit of a document words stand in.

use evidence::{
    Span,
    document::Format,
    unit::{Unit, Units},
};

use super::sheet::Cells;

/// Answers for spans that come in the order of the text, in one walk over it; a span before the last begins another walk.
pub struct Cite<'t> {
    format: Format,
    text: &'t str,
    units: &'t Units,
    walk: Walk<'t>,
}

struct Walk<'t> {
    /// The code point that the walk has come to.
    at: usize,
    line: u32,
    chars: std::str::Chars<'t>,
    cells: std::iter::Peekable<Cells<'t>>,
    cell: Option<Unit>,
}

impl<'t> Walk<'t> {
    fn over(text: &'t str) -> Self {
        Self {
            at: 0,
            line: 1,
            chars: text.chars(),
            cells: Cells::of(text).peekable(),
            cell: None,
        }
    }

    fn line(&mut self, target: usize) -> Unit {
        while self.at < target {
            match self.chars.next() {
                Some('\n') => self.line = self.line.saturating_add(1),
                Some(_) => {}
                None => break,
            }
            self.at += 1;
        }
        Unit::Line(self.line)
    }

    fn cell(&mut self, target: usize) -> Option<Unit> {
        while let Some(cell) = self.cells.next_if(|c| c.span.start <= target) {
            self.cell = Some(Unit::Cell {
                sheet: "".into(),
                row: cell.row,
                column: cell.column,
            });
        }
        self.at = target;
        self.cell.clone()
    }
}

impl<'t> Cite<'t> {
    /// `text` is a working copy of this format, `units` what was kept of it.
    #[must_use]
    pub fn of(format: Format, text: &'t str, units: &'t Units) -> Self {
        Self {
            format,
            text,
            units,
            walk: Walk::over(text),
        }
    }

    /// The unit in which `span` begins: one that was kept, or the line or cell of a text that is the file itself.
    pub fn at(&mut self, span: Span) -> Option<Unit> {
        if self.format != Format::Csv && !self.units.is_empty() {
            return self.units.at(span).cloned();
        }
        if span.start < self.walk.at {
            self.walk = Walk::over(self.text);
        }
        match self.format {
            Format::Csv => self.walk.cell(span.start),
            Format::Text => Some(self.walk.line(span.start)),
            _ => None,
        }
    }
}
