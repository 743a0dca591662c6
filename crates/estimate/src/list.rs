//! The table: how many people each combination of lists holds.

use std::collections::BTreeMap;

/// The most lists that are read.
const LISTS: usize = 16;
/// The most people one cell may hold.
const CELL: u64 = 1_000_000_000_000;

/// Capture patterns and their counts. Bit `j` of a pattern says that list `j` holds the person; 0 is unobservable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub lists: Vec<String>,
    /// Positive counts by pattern, in ascending order.
    pub cells: BTreeMap<u32, u64>,
    /// What was put right on reading, to be shown beside the result.
    pub notes: Vec<String>,
}

/// What is wrong with a table.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableError {
    #[error("the table cannot be read: {0}")]
    Csv(String),
    #[error("the table has no header: name each list and end with `count`")]
    Header,
    #[error("the last column is “{0}”: it must be `count`")]
    CountColumn(String),
    #[error(
        "the table has {0} lists, more than the {LISTS} that are read: merge lists that one organisation keeps"
    )]
    TooManyLists(usize),
    #[error("the header names the list “{0}” twice: give each list a name of its own")]
    SameName(String),
    #[error("row {row}, column “{column}”: “{value}” is neither 0 nor 1")]
    Indicator {
        row: usize,
        column: String,
        value: String,
    },
    #[error("row {row}: count “{value}” is not a whole number from 0 to {CELL}")]
    Count { row: usize, value: String },
    #[error(
        "row {row} is on no list: people whom nobody recorded cannot be counted in the table; leave the row out"
    )]
    Nobody { row: usize },
    #[error("row {row} has {found} cells, the header {wanted}")]
    Width { row: usize, found: usize, wanted: usize },
    #[error(
        "a column `stratum` is read one stratum at a time: split the table, or drop the column to pool it"
    )]
    Stratum,
}

impl Table {
    /// Reads one 0/1 column per list and a last column `count`. Rows of one pattern are summed, and said.
    ///
    /// # Errors
    /// At the first cell that is not what its column holds, with row (the header is row 1) and column.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let headers = reader
            .headers()
            .map_err(|e| TableError::Csv(e.to_string()))?
            .clone();
        let (last, lists) = match headers.iter().collect::<Vec<_>>().split_last() {
            Some((last, lists)) if !lists.is_empty() => (
                (*last).to_owned(),
                lists.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>(),
            ),
            _ => return Err(TableError::Header),
        };
        if headers.iter().all(|h| h.parse::<f64>().is_ok()) {
            return Err(TableError::Header);
        }
        if last != "count" {
            return Err(TableError::CountColumn(last));
        }
        if lists[0] == "stratum" {
            return Err(TableError::Stratum);
        }
        if lists.len() > LISTS {
            return Err(TableError::TooManyLists(lists.len()));
        }
        if let Some((_, name)) = lists.iter().enumerate().find(|(i, l)| lists[..*i].contains(l)) {
            return Err(TableError::SameName(name.clone()));
        }
        let mut cells: BTreeMap<u32, u64> = BTreeMap::new();
        let mut summed = 0;
        for (n, record) in reader.records().enumerate() {
            let row = n + 2;
            let record = record.map_err(|e| TableError::Csv(e.to_string()))?;
            if record.len() != headers.len() {
                return Err(TableError::Width {
                    row,
                    found: record.len(),
                    wanted: headers.len(),
                });
            }
            let mut pattern = 0;
            for (j, value) in record.iter().take(lists.len()).enumerate() {
                match value {
                    "0" => {}
                    "1" => pattern |= 1 << j,
                    other => {
                        return Err(TableError::Indicator {
                            row,
                            column: lists[j].clone(),
                            value: other.chars().take(40).collect(),
                        });
                    }
                }
            }
            let value = record.get(lists.len()).unwrap_or("");
            let count = value
                .parse::<u64>()
                .ok()
                .filter(|c| *c <= CELL && value.bytes().all(|b| b.is_ascii_digit()))
                .ok_or_else(|| TableError::Count {
                    row,
                    value: value.chars().take(40).collect(),
                })?;
            if pattern == 0 {
                return Err(TableError::Nobody { row });
            }
            if count > 0 {
                let known = cells.entry(pattern).or_default();
                summed += usize::from(*known > 0);
                *known = known.saturating_add(count);
            }
        }
        let notes = if summed > 0 {
            vec![format!("{summed} rows of a pattern already seen were summed")]
        } else {
            Vec::new()
        };
        Ok(Self { lists, cells, notes })
    }

    /// A table from what each person was on: one pattern a person.
    #[must_use]
    pub fn from_patterns(lists: Vec<String>, patterns: impl IntoIterator<Item = u32>) -> Self {
        let mut cells: BTreeMap<u32, u64> = BTreeMap::new();
        for pattern in patterns.into_iter().filter(|p| *p != 0) {
            *cells.entry(pattern).or_default() += 1;
        }
        Self {
            lists,
            cells,
            notes: Vec::new(),
        }
    }

    /// People seen by at least one list.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.cells.values().sum()
    }

    /// People on list `j`.
    #[must_use]
    pub fn on(&self, j: usize) -> u64 {
        self.cells
            .iter()
            .filter(|(p, _)| *p >> j & 1 == 1)
            .map(|(_, c)| c)
            .sum()
    }

    /// People on both lists.
    #[must_use]
    pub fn on_both(&self, i: usize, j: usize) -> u64 {
        self.cells
            .iter()
            .filter(|(p, _)| *p >> i & 1 == 1 && *p >> j & 1 == 1)
            .map(|(_, c)| c)
            .sum()
    }

    /// People on exactly `k` lists.
    #[must_use]
    pub fn captured(&self, k: u32) -> u64 {
        self.cells
            .iter()
            .filter(|(p, _)| p.count_ones() == k)
            .map(|(_, c)| c)
            .sum()
    }

    /// The table over the lists that tell anything: one that holds nobody is dropped, and said.
    #[must_use]
    pub fn informative(&self) -> Self {
        let kept: Vec<usize> = (0..self.lists.len()).filter(|j| self.on(*j) > 0).collect();
        let mut notes = self.notes.clone();
        for j in (0..self.lists.len()).filter(|j| !kept.contains(j)) {
            notes.push(format!(
                "the list “{}” holds nobody and was left out",
                self.lists[j]
            ));
        }
        let mut cells = BTreeMap::new();
        for (pattern, count) in &self.cells {
            let moved = kept
                .iter()
                .enumerate()
                .fold(0, |p, (new, old)| p | ((pattern >> old & 1) << new));
            *cells.entry(moved).or_default() += count;
        }
        Self {
            lists: kept.iter().map(|j| self.lists[*j].clone()).collect(),
            cells,
            notes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_tables_are_named_by_row_and_column() {
        for (text, wanted) in [
            (
                "A,B,count\n1,2,3\n",
                TableError::Indicator {
                    row: 2,
                    column: "B".into(),
                    value: "2".into(),
                },
            ),
            (
                "A,B,count\n1,0,-3\n",
                TableError::Count {
                    row: 2,
                    value: "-3".into(),
                },
            ),
            (
                "A,B,count\n1,0,1.5\n",
                TableError::Count {
                    row: 2,
                    value: "1.5".into(),
                },
            ),
            (
                "A,B,count\n1,0,10000000000000\n",
                TableError::Count {
                    row: 2,
                    value: "10000000000000".into(),
                },
            ),
            ("A,B,count\n0,0,5\n", TableError::Nobody { row: 2 }),
            ("A,B,n\n1,0,5\n", TableError::CountColumn("n".into())),
            ("1,0,5\n", TableError::Header),
            ("A,A,count\n", TableError::SameName("A".into())),
            (
                "A,B,count\n1,0\n",
                TableError::Width {
                    row: 2,
                    found: 2,
                    wanted: 3,
                },
            ),
            ("stratum,A,count\nx,1,1\n", TableError::Stratum),
        ] {
            assert_eq!(Table::read(text.as_bytes()).err(), Some(wanted), "{text}");
        }
        let wide = format!("{}count\n", (0..40).map(|i| format!("L{i},")).collect::<String>());
        assert_eq!(
            Table::read(wide.as_bytes()).err(),
            Some(TableError::TooManyLists(40))
        );
    }

    #[test]
    fn rows_of_one_pattern_are_summed() {
        let table = Table::read(b"A,B,count\n1,0,2\n1,0,3\n0,1,0\n");
        assert_eq!(
            table.map(|t| (t.people(), t.notes.len(), t.informative().lists)),
            Ok((5, 1, vec!["A".to_owned()]))
        );
    }
}
