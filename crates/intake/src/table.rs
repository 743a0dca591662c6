//! Rows and cells, whatever file they came in.

use std::{collections::BTreeMap, sync::Arc};

use evidence::{
    Span,
    unit::{Unit, Units},
};

use crate::Positions;

/// One sheet: only cells that hold something, with their place in the working copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub sheet: Arc<str>,
    /// Row and column from 1, as programs show them.
    cells: BTreeMap<(u32, u32), (String, Span)>,
    /// Column, first and last row of cells that are merged downwards.
    pub merged: Vec<[u32; 3]>,
}

/// The tables that the cells among `units` make, one a sheet.
#[must_use]
pub fn of_units(text: &str, units: &Units) -> Vec<Table> {
    let positions = Positions::of(text);
    let mut tables: Vec<Table> = Vec::new();
    for (span, unit) in units.iter() {
        let Unit::Cell { sheet, row, column } = unit else {
            continue;
        };
        if tables.last().is_none_or(|t| t.sheet != *sheet) {
            tables.push(Table::new(sheet));
        }
        if let (Some(table), Some(words)) = (tables.last_mut(), positions.quote(*span)) {
            table.put(*row, *column, words.to_owned(), *span);
        }
    }
    tables
}

impl Table {
    #[must_use]
    pub fn new(sheet: &Arc<str>) -> Self {
        Self {
            sheet: sheet.clone(),
            cells: BTreeMap::new(),
            merged: Vec::new(),
        }
    }

    pub fn put(&mut self, row: u32, column: u32, words: String, span: Span) {
        self.cells.insert((row, column), (words, span));
    }

    /// A merged cell's value stands for every row it covers.
    pub fn fill_down(&mut self, column: u32, top: u32, bottom: u32) {
        self.merged.push([column, top, bottom]);
        let Some((words, span)) = self.cells.get(&(top, column)).cloned() else {
            return;
        };
        // A cell merged to the sheet's end covers no row that holds nothing else.
        let last = self.cells.last_key_value().map_or(0, |((row, _), _)| *row);
        for row in top + 1..=bottom.min(last) {
            self.cells
                .entry((row, column))
                .or_insert_with(|| (words.clone(), span));
        }
    }

    /// Rows in order, each a list of column, words and span.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let mut cells = self.cells.iter().peekable();
        std::iter::from_fn(move || {
            let ((row, _), _) = *cells.peek()?;
            let mut found = Vec::new();
            while let Some(((_, column), (words, span))) = cells.next_if(|((r, _), _)| r == row) {
                found.push((*column, words.as_str(), *span));
            }
            Some(Row {
                number: *row,
                cells: found,
            })
        })
    }

    #[must_use]
    pub fn unit(&self, row: u32, column: u32) -> Unit {
        Unit::Cell {
            sheet: self.sheet.clone(),
            row,
            column,
        }
    }
}

/// One row of a [`Table`].
#[derive(Debug, Clone)]
pub struct Row<'t> {
    pub number: u32,
    pub cells: Vec<(u32, &'t str, Span)>,
}

impl Row<'_> {
    /// The words in a column, or nothing.
    #[must_use]
    pub fn cell(&self, column: u32) -> &str {
        self.cells
            .iter()
            .find(|(c, _, _)| *c == column)
            .map_or("", |(_, words, _)| words)
    }
}
