//! Disclosure control for counts: small cells withheld, and enough others that none can be worked out from the totals.
//!
//! Primary suppression takes every cell from 1 to the threshold. A withheld cell is safe when it lies on a cycle of
//! withheld cells through rows and columns, since value can then move around the cycle without changing any total
//! (Cox 1980, JASA 75:377); a bridge of that graph is a cell that the totals give away, so more are withheld until none is.

/// One cell of a published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Shown(u64),
    /// Withheld because few people are in it.
    Small,
    /// Withheld because a small one could be worked out from it.
    Other,
}

/// Rows and columns with the counts that may be shown. Totals are shown only where they withhold no single cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub cells: Vec<Vec<Cell>>,
    /// A total below the threshold, or of a row that could not be protected, is withheld as well.
    pub row_totals: Vec<Option<u64>>,
    pub column_totals: Vec<Option<u64>>,
}

/// The least count that is shown: fewer people know each other.
pub const THRESHOLD: u64 = 10;

/// Suppresses `counts` (rows by columns) at `threshold`.
#[must_use]
pub fn protect(rows: Vec<String>, columns: Vec<String>, counts: &[Vec<u64>], threshold: u64) -> Table {
    let mut cells: Vec<Vec<Cell>> = counts
        .iter()
        .map(|row| {
            row.iter()
                .map(|n| {
                    if (1..threshold).contains(n) {
                        Cell::Small
                    } else {
                        Cell::Shown(*n)
                    }
                })
                .collect()
        })
        .collect();
    let mut row_totals: Vec<Option<u64>> = counts
        .iter()
        .map(|r| Some(r.iter().sum()).filter(|t| *t == 0 || *t >= threshold))
        .collect();
    let mut column_totals: Vec<Option<u64>> = (0..columns.len())
        .map(|j| Some(counts.iter().map(|r| r[j]).sum()).filter(|t| *t == 0 || *t >= threshold))
        .collect();
    while let Some((i, j)) = exposed(&cells, &row_totals, &column_totals) {
        match partner(counts, &cells, i, j) {
            Some(more) => {
                for (a, b) in more {
                    if matches!(cells[a][b], Cell::Shown(_)) {
                        cells[a][b] = Cell::Other;
                    }
                }
            }
            // Too little left to hide it among: the totals themselves are withheld.
            None if row_totals[i].is_some() => row_totals[i] = None,
            None => column_totals[j] = None,
        }
    }
    Table {
        rows,
        columns,
        cells,
        row_totals,
        column_totals,
    }
}

/// A withheld cell that the totals give away: one that is on no cycle of withheld cells.
fn exposed(cells: &[Vec<Cell>], rows: &[Option<u64>], columns: &[Option<u64>]) -> Option<(usize, usize)> {
    let withheld = |i: usize, j: usize| !matches!(cells[i][j], Cell::Shown(_));
    for i in 0..cells.len() {
        for j in 0..cells[i].len() {
            if withheld(i, j) && !connected(cells, rows, columns, i, j, &withheld) {
                return Some((i, j));
            }
        }
    }
    None
}

/// Whether row `i` and column `j` are joined by withheld cells other than their own. A withheld total is itself a
/// withheld cell, of a margin that all such totals share.
fn connected(
    cells: &[Vec<Cell>],
    rows: &[Option<u64>],
    columns: &[Option<u64>],
    i: usize,
    j: usize,
    withheld: &impl Fn(usize, usize) -> bool,
) -> bool {
    let (r, c) = (cells.len(), columns.len());
    // Nodes: rows, columns, then the margin column (holding row totals) and the margin row (holding column totals),
    // which the grand total joins into one.
    let margin = r + c;
    let mut seen = vec![false; r + c + 1];
    let mut open = vec![i];
    seen[i] = true;
    while let Some(node) = open.pop() {
        let mut visit = |next: usize| {
            if !seen[next] {
                seen[next] = true;
                open.push(next);
            }
        };
        if node < r {
            (0..c)
                .filter(|b| withheld(node, *b) && (node, *b) != (i, j))
                .for_each(|b| visit(r + b));
            if rows[node].is_none() {
                visit(margin);
            }
        } else if node < margin {
            (0..r)
                .filter(|a| withheld(*a, node - r) && (*a, node - r) != (i, j))
                .for_each(&mut visit);
            if columns[node - r].is_none() {
                visit(margin);
            }
        } else {
            (0..r).filter(|a| rows[*a].is_none()).for_each(&mut visit);
            (0..c)
                .filter(|b| columns[*b].is_none())
                .for_each(|b| visit(r + b));
        }
    }
    seen[r + j]
}

/// The cheapest rectangle through cell (i, j) whose other corners people are in: withholding it makes a cycle.
fn partner(counts: &[Vec<u64>], cells: &[Vec<Cell>], i: usize, j: usize) -> Option<Vec<(usize, usize)>> {
    let cost = |a: usize, b: usize| match cells[a][b] {
        Cell::Shown(0) => None,
        Cell::Shown(n) => Some(n),
        Cell::Small | Cell::Other => Some(0),
    };
    let mut best: Option<(u64, Vec<(usize, usize)>)> = None;
    for a in (0..counts.len()).filter(|a| *a != i) {
        for b in (0..counts[i].len()).filter(|b| *b != j) {
            let corners = [(i, b), (a, j), (a, b)];
            let Some(total) = corners.iter().map(|(x, y)| cost(*x, *y)).sum::<Option<u64>>() else {
                continue;
            };
            let new = corners
                .iter()
                .any(|(x, y)| matches!(cells[*x][*y], Cell::Shown(_)));
            if new && best.as_ref().is_none_or(|(known, _)| total < *known) {
                best = Some((total, corners.to_vec()));
            }
        }
    }
    best.map(|(_, corners)| corners)
}

impl Table {
    /// CSV with `<10` for small cells and `-` for those withheld to protect them. Cells that a spreadsheet would run as
    /// a formula are quoted as text.
    #[must_use]
    pub fn csv(&self, corner: &str, threshold: u64) -> String {
        let shown = |c: &Cell| match c {
            Cell::Shown(n) => n.to_string(),
            Cell::Small => format!("<{threshold}"),
            Cell::Other => "-".to_owned(),
        };
        let total = |t: &Option<u64>| t.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let mut lines = vec![
            std::iter::once(corner.to_owned())
                .chain(self.columns.clone())
                .chain(["total".to_owned()])
                .collect::<Vec<_>>(),
        ];
        for ((name, row), sum) in self.rows.iter().zip(&self.cells).zip(&self.row_totals) {
            lines.push(
                std::iter::once(name.clone())
                    .chain(row.iter().map(shown))
                    .chain([total(sum)])
                    .collect(),
            );
        }
        lines.push(
            std::iter::once("total".to_owned())
                .chain(self.column_totals.iter().map(total))
                .chain([String::new()])
                .collect(),
        );
        lines
            .iter()
            .map(|l| l.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(",") + "\n")
            .collect()
    }
}

fn quoted(cell: &str) -> String {
    let formula = cell.len() > 1 && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(prefix: &str, n: usize) -> Vec<String> {
        (0..n).map(|i| format!("{prefix}{i}")).collect()
    }

    #[test]
    fn a_single_small_cell_takes_three_others_with_it() {
        let table = protect(names("r", 2), names("c", 2), &[vec![3, 40], vec![50, 60]], 10);
        assert_eq!(
            table.cells,
            [[Cell::Small, Cell::Other], [Cell::Other, Cell::Other]].map(|r| r.to_vec())
        );
    }

    #[test]
    fn csv_runs_no_formula() {
        let table = protect(vec!["=cmd()".into()], vec!["a,b".into()], &[vec![40]], 10);
        assert_eq!(
            table.csv("site", 10),
            "site,\"a,b\",total\n'=cmd(),40,40\ntotal,40,\n"
        );
    }

    proptest! {
        /// An outsider who solves the totals learns no withheld small cell: another table fits everything shown.
        #[test]
        fn suppression_never_reveals_by_difference(counts in proptest::collection::vec(proptest::collection::vec(0_u64..30, 3), 3)) {
            let table = protect(names("r", 3), names("c", 3), &counts, 10);
            prop_assert_eq!(exposed(&table.cells, &table.row_totals, &table.column_totals), None);
            for (i, row) in table.cells.iter().enumerate() {
                for (j, cell) in row.iter().enumerate() {
                    match cell {
                        Cell::Shown(n) => prop_assert!(*n == counts[i][j] && (*n == 0 || *n >= 10)),
                        _ => prop_assert!(counts[i][j] > 0),
                    }
                }
            }
            // By brute force where it is small enough: some alternating move of ±1 keeps every shown sum and cell.
            for i in 0..3 {
                for j in 0..3 {
                    if table.cells[i][j] == Cell::Small && table.row_totals.iter().chain(&table.column_totals).all(Option::is_some) {
                        prop_assert!(movable(&table, i, j), "{:?}", table);
                    }
                }
            }
        }
    }

    /// Whether some ±1 pattern over withheld cells moves (i, j) and no total.
    fn movable(table: &Table, i: usize, j: usize) -> bool {
        let open: Vec<(usize, usize)> = (0..3)
            .flat_map(|a| (0..3).map(move |b| (a, b)))
            .filter(|(a, b)| !matches!(table.cells[*a][*b], Cell::Shown(_)))
            .collect();
        (0..3_usize.pow(u32::try_from(open.len()).unwrap_or(0))).any(|mut code| {
            let mut moves = [[0_i32; 3]; 3];
            for (a, b) in &open {
                moves[*a][*b] = i32::try_from(code % 3).unwrap_or(0) - 1;
                code /= 3;
            }
            moves[i][j] != 0
                && (0..3).all(|k| {
                    moves[k].iter().sum::<i32>() == 0 && (0..3).map(|a| moves[a][k]).sum::<i32>() == 0
                })
        })
    }
}
