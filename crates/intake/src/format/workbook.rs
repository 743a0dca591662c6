//! Spreadsheets: XLSX, XLS and ODS. Values as they were last calculated, dates as dates, merged cells once.

use std::{io::Cursor, sync::Arc};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Xls, Xlsx};
use evidence::unit::Unit;

use super::{COLUMNS, ReadError, draft::Draft};
use crate::table::Table;

/// Cells that hold something, of one file: an embassy's list of ten thousand people has half a million.
const CELLS: usize = 4_000_000;

/// Which of the three it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xls,
    Ods,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "XLSX",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
        }
    }
}

/// The first and the last cell of a merged region, each a row and a column from 0.
type Corners = ((u32, u32), (u32, u32));

/// One cell that holds something; row and column from 1.
type Cell = (u32, u32, String);

/// Appends all sheets and returns them as tables.
pub(super) fn read(bytes: &[u8], kind: Kind, draft: &mut Draft) -> Result<Vec<Table>, ReadError> {
    let damaged = |why: String| ReadError::Damaged {
        what: kind.name(),
        why,
    };
    let mut left = CELLS;
    let mut tables = Vec::new();
    match kind {
        Kind::Xlsx => {
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
            for name in book.sheet_names() {
                // Cell by cell, because one cell at each end of a sheet would make a dense table of 17 milliards.
                let mut cells = Vec::new();
                match book.worksheet_cells_reader(&name) {
                    Ok(mut reader) => loop {
                        match reader.next_cell() {
                            Ok(Some(cell)) => {
                                let (row, column) = cell.get_position();
                                keep(&mut cells, row, column, &owned(cell.get_value()), &name, draft);
                                if cells.len() > left {
                                    return Err(ReadError::TooManyCells { cells: CELLS });
                                }
                            }
                            Ok(None) => break,
                            Err(error) => {
                                draft.fault(format!("sheet “{name}” is damaged: {error}"));
                                break;
                            }
                        }
                    },
                    Err(error) => draft.fault(format!("sheet “{name}” was not read: {error}")),
                }
                let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
                let merged = merged.iter().map(|d| (d.start, d.end)).collect::<Vec<_>>();
                left = left.saturating_sub(cells.len());
                tables.extend(sheet(&name, cells, &merged, draft)?);
            }
        }
        Kind::Xls => {
            let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
            for name in book.sheet_names() {
                let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
                let merged = merged.iter().map(|d| (d.start, d.end)).collect::<Vec<_>>();
                let range = book.worksheet_range(&name).map_err(|e| e.to_string());
                tables.extend(dense(&name, range, &merged, &mut left, draft)?);
            }
        }
        Kind::Ods => {
            let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
            for name in book.sheet_names() {
                let range = book.worksheet_range(&name).map_err(|e| e.to_string());
                tables.extend(dense(&name, range, &[], &mut left, draft)?);
            }
        }
    }
    Ok(tables)
}

fn dense(
    name: &str,
    range: Result<calamine::Range<Data>, String>,
    merged: &[Corners],
    left: &mut usize,
    draft: &mut Draft,
) -> Result<Option<Table>, ReadError> {
    let range = match range {
        Ok(range) => range,
        Err(error) => {
            draft.fault(format!("sheet “{name}” was not read: {error}"));
            return Ok(None);
        }
    };
    let (top, side) = range.start().unwrap_or((0, 0));
    let mut cells = Vec::new();
    for (row, column, value) in range.used_cells() {
        let (row, column) = (u32::try_from(row), u32::try_from(column));
        if let (Ok(row), Ok(column)) = (row, column) {
            keep(&mut cells, top + row, side + column, value, name, draft);
        }
        if cells.len() > *left {
            return Err(ReadError::TooManyCells { cells: CELLS });
        }
    }
    *left = left.saturating_sub(cells.len());
    sheet(name, cells, merged, draft)
}

fn keep(cells: &mut Vec<Cell>, row: u32, column: u32, value: &Data, sheet: &str, draft: &mut Draft) {
    let (row, column) = (row + 1, column + 1);
    if let Data::Error(error) = value {
        let unit = Unit::Cell {
            sheet: sheet.into(),
            row,
            column,
        };
        draft.fault(format!("{unit} holds an error, {error}, and no value"));
        return;
    }
    let words = shown(value);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if !words.is_empty() {
        cells.push((row, column, words));
    }
}

fn owned(value: &DataRef<'_>) -> Data {
    Data::from(value.clone())
}

/// What a person sees in the cell, less its decoration.
fn shown(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) => n.to_string(),
        Data::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
        Data::DateTime(t) => instant(*t),
    }
}

/// A serial date (days since 1899-12-30 or 1904-01-01) as ISO 8601, with its time where it has one.
fn instant(t: ExcelDateTime) -> String {
    if t.is_duration() {
        return t.as_f64().to_string();
    }
    let (year, month, day, hour, minute, _, _) = t.to_ymd_hms_milli();
    match t.as_f64() {
        // Less than a day is a time of day.
        days if days < 1.0 => format!("{hour:02}:{minute:02}"),
        _ if (hour, minute) == (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"),
    }
}

/// Appends one sheet, a row a line, and returns it as a table.
fn sheet(
    name: &str,
    mut cells: Vec<Cell>,
    merged: &[Corners],
    draft: &mut Draft,
) -> Result<Option<Table>, ReadError> {
    if cells.is_empty() {
        return Ok(None);
    }
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    let columns = cells.iter().map(|(_, column, _)| *column).max().unwrap_or(0) as usize;
    if columns > COLUMNS {
        return Err(ReadError::TooWide { columns });
    }
    let sheet: Arc<str> = name.into();
    let mut table = Table::new(&sheet);
    let mut last = 0;
    draft.line();
    for (row, column, words) in cells {
        if row == last {
            draft.push(" | ");
        } else {
            draft.line();
        }
        last = row;
        let unit = Unit::Cell {
            sheet: sheet.clone(),
            row,
            column,
        };
        let span = draft.unit(&words, unit);
        table.put(row, column, words, span);
    }
    // A title over many columns is one title; a site beside many rows is the site of each.
    for ((top, left), (bottom, _)) in merged.iter().filter(|((top, _), (bottom, _))| bottom > top) {
        table.fill_down(left + 1, top + 1, bottom + 1);
    }
    Ok(Some(table))
}
