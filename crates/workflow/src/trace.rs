//! Trace: from a victim's payment to the service where it can be frozen.

use std::collections::HashSet;

use evidence::{id::RunId, run::Run};
use money::{Ledger, Tag, Trace};
use serde_json::{Value, json};

use crate::hub::{Hub, Moment, WorkflowError, entropy};

/// What an import added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub known: usize,
    /// Transfers of nothing: address-poisoning spam, counted and left out.
    pub zeros: usize,
}

/// A trace with the ledger it was made on.
#[derive(Debug, Clone)]
pub struct Traced {
    pub trace: Trace,
    pub ledger: Ledger,
    pub tags: Vec<Tag>,
    pub run: Run,
}

/// Adds transfers to the ledger; those that are there already are counted and left alone.
///
/// # Errors
/// When a row cannot be read: then none of the file is added.
pub async fn import(hub: &Hub, bytes: &[u8], moment: &Moment) -> Result<Imported, WorkflowError> {
    let (ledger, zeros) = Ledger::read_csv(bytes)?;
    let mut tx = hub.store.write("ledger").await?;
    let mut next = tx.next_transfer().await?;
    let mut out = Imported {
        added: 0,
        known: 0,
        zeros,
    };
    for transfer in &ledger.transfers {
        if tx.put_transfer(transfer, next).await? {
            next += 1;
            out.added += 1;
        } else {
            out.known += 1;
        }
    }
    tx.journal(
        moment.at,
        &moment.actor,
        "import-ledger",
        "ledger",
        &format!("added={} known={} zeros={zeros}", out.added, out.known),
    )
    .await?;
    tx.commit().await?;
    Ok(out)
}

/// Adds tags under the name of their source.
///
/// # Errors
/// When a column is missing.
pub async fn import_tags(
    hub: &Hub,
    bytes: &[u8],
    source: &str,
    moment: &Moment,
) -> Result<usize, WorkflowError> {
    let tags = money::ledger::read_tags(bytes, source)?;
    let mut tx = hub.store.write("tags").await?;
    for tag in &tags {
        tx.put_tag(tag).await?;
    }
    tx.journal(
        moment.at,
        &moment.actor,
        "import-tags",
        source,
        &format!("tags={}", tags.len()),
    )
    .await?;
    tx.commit().await?;
    Ok(tags.len())
}

/// Follows the payment with this transaction hash under FIFO.
///
/// # Errors
/// When the ledger holds no such transaction.
pub async fn trace(hub: &Hub, tx_hash: &str, moment: &Moment) -> Result<Traced, WorkflowError> {
    let mut read = hub.store.read().await?;
    let (ledger, tags) = (read.ledger().await?, read.tags().await?);
    drop(read);
    let start = ledger
        .transfers
        .iter()
        .position(|t| t.tx.eq_ignore_ascii_case(tx_hash.trim()))
        .ok_or_else(|| {
            WorkflowError::Refused(format!(
                "the ledger holds no transaction “{}”: import the export that has it",
                short(tx_hash)
            ))
        })?;
    let services: HashSet<String> = tags
        .iter()
        .filter(|t| t.is_service())
        .map(|t| t.address.clone())
        .collect();
    let trace = money::fifo(&ledger, start, &services)
        .ok_or_else(|| WorkflowError::Refused("the ledger is empty".into()))?;
    let run = Run {
        step: "trace",
        inputs: vec![
            format!("transfers={}", ledger.transfers.len()),
            ledger.transfers[start].tx.clone(),
        ],
        parameters: vec![("rule".into(), "fifo".into()), ("stop".into(), "service".into())],
        seed: 0,
        version: env!("CARGO_PKG_VERSION"),
    };
    let done = Traced {
        trace,
        ledger,
        tags,
        run,
    };
    let id = RunId::new(moment.at, entropy()?);
    let mut tx = hub.store.write("trace").await?;
    tx.put_run(id, &done.run, &to_json(&done).to_string(), moment.at)
        .await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "trace",
        &id.to_string(),
        &done.run.hash(),
    )
    .await?;
    tx.commit().await?;
    Ok(done)
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The machine-readable form: amounts are strings of base units.
#[must_use]
pub fn to_json(done: &Traced) -> Value {
    let t = &done.trace;
    let hops: Vec<Value> = t
        .hops
        .iter()
        .map(|h| {
            let transfer = &done.ledger.transfers[h.transfer];
            json!({
                "tx": transfer.tx, "from": transfer.from, "to": transfer.to, "amount": (h.high - h.low).to_string(), "depth": h.depth,
                "parent": h.parent, "terminal": h.terminal.as_str(), "dormant": h.dormant.to_string(), "at": transfer.at,
            })
        })
        .collect();
    let services: Vec<Value> = t
        .services
        .iter()
        .map(|(address, amount)| {
            let actor = done.tags.iter().find(|tag| tag.address == *address && tag.is_service());
            json!({"address": address, "amount": amount.to_string(), "actor": actor.map(|a| a.actor.as_str()), "source": actor.map(|a| a.source.as_str())})
        })
        .collect();
    json!({
        "method": "fifo", "reported": t.reported.to_string(), "at_services": t.at_services.to_string(), "dormant": t.dormant.to_string(),
        "cut": t.cut.to_string(), "lots": t.hops.len(), "services": services, "hops": hops, "run": done.run.hash(),
    })
}

/// Addresses in a text, verified, and what looks like one and is not.
#[must_use]
pub fn addresses(text: &str) -> (Vec<evidence::Mention>, Vec<evidence::claim::Unread>) {
    money::address::find(text)
}
