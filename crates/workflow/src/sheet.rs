//! Sheet: rows become people by a profile that a person confirmed, in batches, so that what was cut short goes on.

use std::collections::HashMap;

use evidence::{
    document::Format,
    id::{DocumentId, RecordId},
};
use intake::{
    order::Order,
    profile::{Column, Fault, Field, Header, Profile, Taken},
    table::Table,
};
pub use store::sheets::{RowFault, Sheet};

use crate::{
    hub::{Hub, Moment, WorkflowError, entropy},
    reader,
};

/// Rows of one transaction: little is lost when it is cut short, and little is spent on beginning another.
const BATCH: usize = 500;

/// The reason for a nationality that names no country of the gazetteer; it is kept as written.
const NOT_A_COUNTRY: &str = "not_a_country";

/// A sheet whose columns wait for a person's word.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub ordinal: i64,
    pub sheet: String,
    pub fingerprint: String,
    pub proposal: Profile,
    /// The first few cells of each column, so that a person sees what they name.
    pub samples: Vec<Vec<String>>,
}

/// What became of a document's sheets.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub kept: usize,
    pub faulty: usize,
    pub waiting: Vec<Waiting>,
}

/// Takes the rows of each sheet that has a confirmed profile, from where the last attempt stopped. `say` hears how many rows
/// of how many are done.
///
/// # Errors
/// When the store refuses; rows of finished batches stay.
pub async fn take(
    hub: &Hub,
    document: DocumentId,
    tables: &[Table],
    moment: &Moment,
    say: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Rows, WorkflowError> {
    let mut rows = Rows::default();
    for (table, ordinal) in tables.iter().zip(0_i64..) {
        let Some(header) = Header::of(table) else {
            continue;
        };
        let fingerprint = header.fingerprint();
        let below = table.rows().filter(|r| r.number > header.row).count();
        let mut tx = hub.store.read().await?;
        let known = tx.sheets(document).await?.iter().any(|s| s.ordinal == ordinal);
        let profile = tx.profile(&fingerprint).await?.and_then(|c| profile(&c));
        drop(tx);
        if !known {
            let mut tx = hub.store.write("a sheet").await?;
            tx.put_sheet(document, ordinal, &fingerprint, below).await?;
            let detail = format!("sheet={ordinal} rows={below}");
            tx.journal(moment.at, &moment.actor, "sheet", &document.to_string(), &detail)
                .await?;
            tx.commit().await?;
        }
        let Some(profile) = profile.filter(|p| p.columns.len() == header.cells.len()) else {
            rows.waiting.push(waiting(table, ordinal, &header, fingerprint));
            continue;
        };
        let mut taken: Vec<Taken> = profile.rows(table, &header).collect();
        place(&mut taken, &profile, &header);
        let (kept, faulty) = batches(hub, document, ordinal, &taken, moment, say).await?;
        rows.kept += kept;
        rows.faulty += faulty;
    }
    Ok(rows)
}

async fn batches(
    hub: &Hub,
    document: DocumentId,
    ordinal: i64,
    taken: &[Taken],
    moment: &Moment,
    say: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(usize, usize), WorkflowError> {
    let (mut kept, mut faulty) = (0, 0);
    loop {
        let mut tx = hub.store.write("rows").await?;
        let sheets = tx.sheets(document).await?;
        let was = sheets
            .into_iter()
            .find(|s| s.ordinal == ordinal)
            .ok_or_else(|| missing(ordinal))?;
        let from = usize::try_from(was.done).unwrap_or(usize::MAX);
        let Some(batch) = taken.get(from..).filter(|left| !left.is_empty()) else {
            return Ok((kept, faulty));
        };
        let batch = &batch[..batch.len().min(BATCH)];
        let mut is = Sheet {
            done: was.done + i64::try_from(batch.len()).unwrap_or(0),
            ..was.clone()
        };
        for (row, n) in batch.iter().zip(from..) {
            if let Some(person) = &row.person {
                let id = RecordId::new(moment.at, entropy()?);
                let cell = Some((ordinal, row.row));
                tx.put_record(id, document, n, cell, person, &hub.card.recipient)
                    .await?;
                is.kept += 1;
            }
            is.faulty += i64::from(!row.faults.is_empty());
            for fault in &row.faults {
                let fault = RowFault {
                    ordinal,
                    row: fault.row.into(),
                    column: fault.column.into(),
                    why: fault.why.into(),
                };
                tx.put_row_fault(document, &fault).await?;
            }
        }
        if !tx.advance_sheet(&was, &is).await? {
            // Somebody else brings the same sheet at this moment: this batch never was.
            continue;
        }
        let detail = format!(
            "sheet={ordinal} rows={}..{} kept={} faulty={}",
            was.done, is.done, is.kept, is.faulty
        );
        tx.journal(moment.at, &moment.actor, "rows", &document.to_string(), &detail)
            .await?;
        tx.commit().await?;
        kept += usize::try_from(is.kept - was.kept).unwrap_or(0);
        faulty += usize::try_from(is.faulty - was.faulty).unwrap_or(0);
        say(from + batch.len(), taken.len());
    }
}

/// Nationalities as country codes, where the gazetteer knows the name; one that names none is kept and named as a fault.
fn place(taken: &mut [Taken], profile: &Profile, header: &Header) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    let holds = profile.columns.iter().position(|c| c.field == Field::Nationality);
    let column = holds.and_then(|i| header.cells.get(i)).map_or(1, |(c, _)| *c);
    for row in taken {
        let Some(person) = row.person.as_mut().filter(|p| !p.nationality.is_empty()) else {
            continue;
        };
        let code = known
            .entry(person.nationality.clone())
            .or_insert_with_key(|written| places::Gazetteer::built_in().country(written).map(str::to_owned));
        match code {
            Some(code) => code.clone_into(&mut person.nationality),
            None => row.faults.push(Fault {
                row: row.row,
                column,
                why: NOT_A_COUNTRY,
            }),
        }
    }
}

fn missing(ordinal: i64) -> WorkflowError {
    WorkflowError::Refused(format!("the document has no sheet {}", ordinal + 1))
}

/// What each sheet's columns would be taken for; pure.
#[must_use]
pub fn proposals(tables: &[Table]) -> Vec<Waiting> {
    let each = tables.iter().zip(0_i64..);
    let of = each.filter_map(|(t, ordinal)| Header::of(t).map(|h| waiting(t, ordinal, &h, h.fingerprint())));
    of.collect()
}

fn waiting(table: &Table, ordinal: i64, header: &Header, fingerprint: String) -> Waiting {
    const SAMPLES: usize = 3;
    let samples = header.cells.iter().map(|(column, _)| {
        let below = table.rows().filter(|r| r.number > header.row);
        let cells = below
            .map(|r| r.cell(*column).to_owned())
            .filter(|c| !c.is_empty());
        cells.take(SAMPLES).collect()
    });
    Waiting {
        ordinal,
        sheet: table.sheet.to_string(),
        fingerprint,
        proposal: Profile::propose(table, header),
        samples: samples.collect(),
    }
}

/// Keeps a person's word on which column holds what; sheets with the same headers need no other.
///
/// # Errors
/// When no column names a person, or the store refuses.
pub async fn confirm(
    hub: &Hub,
    fingerprint: &str,
    profile: &Profile,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    let tells = |c: &Column| {
        matches!(
            c.field,
            Field::Name | Field::GivenName | Field::FamilyName | Field::Passport | Field::Phone
        )
    };
    if !profile.columns.iter().any(tells) {
        return Err(WorkflowError::Refused(
            "no column holds a name, a passport or a telephone, so that no row would be anybody: say which one does".into(),
        ));
    }
    let columns: Vec<store::sheets::Column> = profile
        .columns
        .iter()
        .map(|c| {
            (
                c.header.clone(),
                c.field.as_str().to_owned(),
                c.order.map(|o| o.as_str().to_owned()),
            )
        })
        .collect();
    let mut tx = hub.store.write("confirm columns").await?;
    tx.put_profile(fingerprint, &columns, moment.at, &moment.actor)
        .await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "confirm-columns",
        fingerprint,
        &format!("columns={}", columns.len()),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The tables of a document, read again from its evidentiary copy, which is journalled.
///
/// # Errors
/// When the key does not open it, or it is no longer read.
pub async fn tables(
    hub: &Hub,
    key: &store::VaultKey,
    document: DocumentId,
    moment: &Moment,
) -> Result<Vec<Table>, WorkflowError> {
    let mut tx = hub.store.write("read a sheet").await?;
    let opener = tx
        .opener(
            key,
            moment.at,
            &moment.actor,
            "read a sheet",
            &document.to_string(),
        )
        .await?;
    let format = tx.document(document).await?.document.format;
    let bytes = tx.evidentiary_copy(document, &opener).await?;
    tx.commit().await?;
    // A name's ending decides for CSV alone, whose content looks like any text.
    let name = if format == Format::Csv { "a.csv" } else { "a" };
    let reading = tokio::task::spawn_blocking(move || reader::read(&bytes, name));
    let reading = reading
        .await
        .map_err(|e| WorkflowError::Refused(format!("reading stopped: {e}")))??;
    Ok(reading.tables)
}

fn profile(columns: &[store::sheets::Column]) -> Option<Profile> {
    let columns = columns.iter().map(|(header, field, order)| {
        Some(Column {
            header: header.clone(),
            field: Field::named(field)?,
            order: order.as_deref().and_then(Order::named),
        })
    });
    Some(Profile {
        columns: columns.collect::<Option<_>>()?,
    })
}
