//! CSV in every dialect. The working copy is the decoded file itself; cells are found in it by their place, which the `csv`
//! crate tells of records alone.

use std::sync::Arc;

use evidence::Span;

use super::{COLUMNS, ReadError, draft::Draft};
use crate::table::Table;

/// The mark between cells: the one that most of the first lines agree on.
fn delimiter(text: &str) -> char {
    let count = |d: char| {
        let mut counts = text.lines().take(20).map(|l| l.matches(d).count());
        let first = counts.next().unwrap_or(0);
        let agree = counts.filter(|n| *n == first).count();
        // In agreement first: a comma within amounts stands in many lines, but not equally often.
        (usize::from(first > 0) * (agree + 1), first, d == ',')
    };
    [',', ';', '\t', '|']
        .into_iter()
        .max_by_key(|d| count(*d))
        .unwrap_or(',')
}

/// One cell: row and column from 1, its words without the quotes around them, and its code points.
pub(super) struct Cell {
    pub row: u32,
    pub column: u32,
    pub words: String,
    pub span: Span,
}

/// Walks the cells of a text (RFC 4180 with any delimiter); offsets are of the text itself.
pub(super) struct Cells<'t> {
    chars: std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'t>>>,
    delimiter: char,
    row: u32,
    column: u32,
    /// Code points of the whole text.
    end: usize,
    /// Whether a delimiter has just promised another cell.
    promised: bool,
    /// The row of a quotation mark that nothing closes; it is read as a mark like any other, or it would swallow the rest.
    unclosed: Option<u32>,
}

impl<'t> Cells<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut chars = text.chars().enumerate().peekable();
        chars.next_if(|(_, c)| *c == '\u{feff}');
        // Excel's own note on the delimiter is a line of its own.
        let hint = text
            .trim_start_matches('\u{feff}')
            .strip_prefix("sep=")
            .and_then(|rest| rest.chars().next());
        let mut row = 1;
        if hint.is_some() {
            while chars.next_if(|(_, c)| *c != '\n').is_some() {}
            chars.next();
            row = 2;
        }
        Self {
            chars,
            delimiter: hint.unwrap_or_else(|| delimiter(text)),
            row,
            column: 1,
            end: text.chars().count(),
            promised: false,
            unclosed: None,
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        if self.chars.peek().is_none() && !self.promised {
            return None;
        }
        self.promised = false;
        let (row, column) = (self.row, self.column);
        let start = self.chars.peek().map_or(self.end, |(i, _)| *i);
        let mut end = start;
        let mut words = String::new();
        let mut quoted = self.chars.next_if(|(_, c)| *c == '"').is_some();
        end += usize::from(quoted);
        let opened = self.chars.clone();
        loop {
            match self.chars.next() {
                None if quoted => {
                    self.unclosed = Some(row);
                    self.chars = opened.clone();
                    words = "\"".into();
                    (quoted, end) = (false, start + 1);
                }
                None => break,
                Some((i, '"')) if quoted => {
                    end = i + 1;
                    if self.chars.next_if(|(_, c)| *c == '"').is_some() {
                        words.push('"');
                        end += 1;
                    } else {
                        quoted = false;
                    }
                }
                Some((_, c)) if c == self.delimiter && !quoted => {
                    self.column += 1;
                    self.promised = true;
                    break;
                }
                Some((_, '\n')) if !quoted => {
                    self.row += 1;
                    self.column = 1;
                    break;
                }
                Some((_, '\r')) if !quoted => {}
                Some((i, c)) => {
                    words.push(c);
                    end = i + 1;
                }
            }
        }
        Some(Cell {
            row,
            column,
            words,
            span: Span { start, end },
        })
    }
}

/// The table of a CSV file. Rows whose cells are not as many as the header's are named and kept.
pub(super) fn read(text: &str, draft: &mut Draft) -> Result<Table, ReadError> {
    let mut table = Table::new(&Arc::from(""));
    let mut header = 0;
    let mut row: Vec<Cell> = Vec::new();
    let mut cells = Cells::of(text);
    let mut next = cells.next();
    let mut first = true;
    while let Some(cell) = next {
        next = cells.next();
        let ends = next.as_ref().is_none_or(|n| n.row != cell.row);
        row.push(cell);
        if !ends {
            continue;
        }
        let found = row.len();
        let blank = row.iter().all(|c| c.words.trim().is_empty());
        if first && !blank {
            if found > COLUMNS {
                return Err(ReadError::TooWide { columns: found });
            }
            (header, first) = (found, false);
        } else if !blank && found != header {
            let (start, end) = (row[0].span.start, row[found - 1].span.end);
            let number = row[0].row;
            draft.fault_at(
                Span { start, end },
                format!("row {number} has {found} cells, its header {header}"),
            );
        }
        for cell in row.drain(..) {
            let words = cell.words.trim();
            if !words.is_empty() {
                table.put(cell.row, cell.column, words.to_owned(), cell.span);
            }
        }
    }
    if let Some(row) = cells.unclosed {
        draft.fault(format!("row {row} opens a quotation mark that nothing closes"));
    }
    Ok(table)
}
