//! Sheets: the profiles that were confirmed, how far each sheet's rows were taken, and the cells that were not what their
//! column holds.

use evidence::{id::DocumentId, unit::Unit};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Actor, Row, StoreError, Tx};

/// A column of a profile as it is kept: header, field, and the order of dates.
pub type Column = (String, String, Option<String>);

/// One sheet of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub document: DocumentId,
    pub ordinal: i64,
    pub fingerprint: String,
    /// Rows below the header, and how many of them were taken.
    pub rows: i64,
    pub done: i64,
    pub kept: i64,
    pub faulty: i64,
}

impl Sheet {
    /// Whether rows are left to take.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.done < self.rows
    }
}

/// A cell that was not what its column holds; row and column from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    pub ordinal: i64,
    pub row: i64,
    pub column: i64,
    pub why: String,
}

impl RowFault {
    /// The cell, as its reader cites it.
    #[must_use]
    pub fn unit(&self) -> Unit {
        Unit::Cell {
            sheet: "".into(),
            row: u32::try_from(self.row).unwrap_or(0),
            column: u32::try_from(self.column).unwrap_or(0),
        }
    }
}

fn sheet(row: &Row) -> Result<Sheet, StoreError> {
    Ok(Sheet {
        document: row.parse("sheet", "document")?,
        ordinal: row.int("ordinal"),
        fingerprint: row.text("fingerprint"),
        rows: row.int("data_rows"),
        done: row.int("done_rows"),
        kept: row.int("kept"),
        faulty: row.int("faulty"),
    })
}

fn write(columns: &[Column]) -> String {
    let list: Vec<Value> = columns.iter().map(|(h, f, o)| json!([h, f, o])).collect();
    Value::from(list).to_string()
}

fn read(text: &str) -> Option<Vec<Column>> {
    let list: Value = serde_json::from_str(text).ok()?;
    let words = |v: &Value| v.as_str().map(str::to_owned);
    list.as_array()?
        .iter()
        .map(|c| Some((words(&c[0])?, words(&c[1])?, words(&c[2]))))
        .collect()
}

impl Tx {
    /// The columns that were confirmed for sheets with these headers.
    ///
    /// # Errors
    /// When the row is damaged.
    pub async fn profile(&mut self, fingerprint: &str) -> Result<Option<Vec<Column>>, StoreError> {
        let row = self
            .row(
                "SELECT columns FROM profile WHERE fingerprint = $1",
                [fingerprint.into()],
            )
            .await?;
        row.map(|r| {
            read(&r.text("columns")).ok_or_else(|| StoreError::Damaged {
                table: "profile",
                column: "columns",
                id: fingerprint.to_owned(),
                value: "…".into(),
            })
        })
        .transpose()
    }

    /// Keeps what a person confirmed; the last word counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_profile(
        &mut self,
        fingerprint: &str,
        columns: &[Column],
        at: Timestamp,
        by: &Actor,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO profile (fingerprint, columns, confirmed, confirmed_by) VALUES ($1, $2, $3, $4) ON CONFLICT (fingerprint) DO UPDATE SET columns = excluded.columns, confirmed = excluded.confirmed, confirmed_by = excluded.confirmed_by",
            [fingerprint.into(), write(columns).into(), at.into(), by.as_str().into()],
        )
        .await?;
        Ok(())
    }

    /// Says that a document has a sheet of so many rows; a sheet that is known stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_sheet(
        &mut self,
        document: DocumentId,
        ordinal: i64,
        fingerprint: &str,
        rows: usize,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO sheet (document, ordinal, fingerprint, data_rows, done_rows, kept, faulty) VALUES ($1, $2, $3, $4, 0, 0, 0) ON CONFLICT (document, ordinal) DO NOTHING",
            [document.to_string().into(), ordinal.into(), fingerprint.into(), rows.into()],
        )
        .await?;
        Ok(())
    }

    /// The sheets of a document, in its order.
    ///
    /// # Errors
    /// When a row is damaged.
    pub async fn sheets(&mut self, document: DocumentId) -> Result<Vec<Sheet>, StoreError> {
        self.rows(
            "SELECT * FROM sheet WHERE document = $1 ORDER BY ordinal",
            [document.to_string().into()],
        )
        .await?
        .iter()
        .map(sheet)
        .collect()
    }

    /// Moves a sheet on from what it was to what it is. False when somebody else moved it meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn advance_sheet(&mut self, was: &Sheet, is: &Sheet) -> Result<bool, StoreError> {
        let moved = self
            .execute(
                "UPDATE sheet SET done_rows = $1, kept = $2, faulty = $3 WHERE document = $4 AND ordinal = $5 AND done_rows = $6",
                [
                    is.done.into(),
                    is.kept.into(),
                    is.faulty.into(),
                    was.document.to_string().into(),
                    was.ordinal.into(),
                    was.done.into(),
                ],
            )
            .await?;
        Ok(moved == 1)
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_row_fault(&mut self, document: DocumentId, fault: &RowFault) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO row_fault (document, ordinal, sheet_row, sheet_column, why) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [
                document.to_string().into(),
                fault.ordinal.into(),
                fault.row.into(),
                fault.column.into(),
                (&fault.why).into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// The first faults of a document, and how many there are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn row_faults(
        &mut self,
        document: DocumentId,
        limit: i64,
    ) -> Result<(Vec<RowFault>, i64), StoreError> {
        let id = document.to_string();
        let rows = self
            .rows(
                "SELECT ordinal, sheet_row, sheet_column, why FROM row_fault WHERE document = $1 ORDER BY ordinal, sheet_row, sheet_column LIMIT $2",
                [(&id).into(), limit.into()],
            )
            .await?;
        let faults = rows.iter().map(|r| RowFault {
            ordinal: r.int("ordinal"),
            row: r.int("sheet_row"),
            column: r.int("sheet_column"),
            why: r.text("why"),
        });
        let faults = faults.collect();
        let all = self
            .number(
                "SELECT COUNT(*) AS n FROM row_fault WHERE document = $1",
                [(&id).into()],
            )
            .await?;
        Ok((faults, all))
    }
}
