//! Whether everything is as it was written: the journal's chain, every blob, every signature. Names the first damage.

use evidence::document::ContentHash;
use sha2::{Digest, Sha256};

use crate::{
    Opener, Store, StoreError, VaultKey,
    journal::{Entry, GENESIS},
    seal,
};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Each damaged thing, in the order it was met.
    pub damage: Vec<String>,
    pub journal: i64,
    pub head: String,
    pub blobs: i64,
    pub documents: i64,
    pub steps: i64,
    /// Whether the documents were opened and compared with their content hash as well.
    pub unlocked: bool,
}

impl Store {
    /// Checks everything; with `key`, also that each evidentiary copy still is the bytes that were received.
    ///
    /// # Errors
    /// When the database refuses; damage is no error but the result.
    pub async fn check(&self, key: Option<&VaultKey>) -> Result<Report, StoreError> {
        let mut tx = self.read().await?;
        let mut report = Report {
            unlocked: key.is_some(),
            head: GENESIS.into(),
            ..Report::default()
        };
        let mut previous = GENESIS.to_owned();
        let mut after = 0;
        loop {
            let rows = tx
                .rows(
                    "SELECT * FROM journal WHERE seq > $1 ORDER BY seq LIMIT 5000",
                    [after.into()],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.int("seq");
            for r in &rows {
                let seq = r.int("seq");
                let (at, actor, act, subject, detail) = (
                    r.text("at"),
                    r.text("actor"),
                    r.text("act"),
                    r.text("subject"),
                    r.text("detail"),
                );
                let entry = Entry {
                    seq,
                    at: &at,
                    actor: &actor,
                    act: &act,
                    subject: &subject,
                    detail: &detail,
                    previous: &r.text("previous"),
                };
                report.journal += 1;
                if seq != report.journal {
                    report.damage.push(format!(
                        "journal row {}: missing; the next one kept is {seq}",
                        report.journal
                    ));
                    report.journal = seq;
                } else if entry.hash() != r.text("hash") {
                    report.damage.push(format!(
                        "journal row {seq}: its content is not what its hash was made of"
                    ));
                } else if r.text("previous") != previous {
                    report
                        .damage
                        .push(format!("journal row {seq}: it does not rest on row {}", seq - 1));
                }
                previous = r.text("hash");
            }
        }
        report.head = previous;
        let mut after = String::new();
        loop {
            let rows = tx
                .rows(
                    "SELECT b.id, b.bytes, (SELECT MIN(d.id) FROM document d WHERE d.evidentiary = b.id OR d.working = b.id) AS document FROM blob b WHERE b.id > $1 ORDER BY b.id LIMIT 200",
                    [after.as_str().into()],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.text("id");
            for r in &rows {
                report.blobs += 1;
                let id = r.text("id");
                if hex::encode(Sha256::digest(r.bytes("bytes"))) != id {
                    let whose = r
                        .maybe("document")
                        .map_or_else(|| "a bundle's payload".to_owned(), |d| format!("document {d}"));
                    report
                        .damage
                        .push(format!("blob {id} ({whose}): its bytes are not what was stored"));
                }
            }
        }
        self.references(&mut tx, &mut report).await?;
        for r in tx
            .rows(
                "SELECT id, content_hash, evidentiary FROM document ORDER BY id",
                [],
            )
            .await?
        {
            report.documents += 1;
            let id = r.text("id");
            if tx
                .row(
                    "SELECT seq FROM journal WHERE act = 'receive' AND subject = $1",
                    [id.as_str().into()],
                )
                .await?
                .is_none()
            {
                report
                    .damage
                    .push(format!("document {id}: the journal does not know it"));
            }
            let Some(key) = key else { continue };
            let opened = open(key, &tx.blob(&r.text("evidentiary")).await?, &id);
            match opened {
                Ok(bytes) if ContentHash::of(&bytes).to_string() == r.text("content_hash") => {}
                Ok(_) => report.damage.push(format!(
                    "document {id}: its evidentiary copy is not the bytes that were received"
                )),
                Err(e) => report.damage.push(format!("document {id}: {e}")),
            }
        }
        let us = tx
            .hub()
            .await?
            .and_then(|h| response::sign::key(&h.verifying_key));
        for r in tx.rows("SELECT id FROM referral ORDER BY id", []).await? {
            let id = r.text("id");
            let Some((us, referral)) = us.as_ref().zip(id.parse().ok()) else {
                continue;
            };
            match tx.chain(referral, us).await {
                Ok(chain) => report.steps += i64::try_from(chain.steps().len()).unwrap_or(0),
                Err(e) => report.damage.push(format!("referral {id}: {e}")),
            }
        }
        Ok(report)
    }

    async fn references(&self, tx: &mut crate::Tx, report: &mut Report) -> Result<(), StoreError> {
        // PostgreSQL enforces its foreign keys; SQLite enforces them per connection, so another program may have not.
        if matches!(self, Self::Sqlite { .. }) {
            for r in tx
                .rows(
                    "SELECT \"table\" AS child, rowid AS row_number, parent FROM pragma_foreign_key_check",
                    [],
                )
                .await?
            {
                report.damage.push(format!(
                    "{} row {}: it refers to a row of {} that is not there",
                    r.text("child"),
                    r.int("row_number"),
                    r.text("parent")
                ));
            }
        }
        Ok(())
    }
}

/// Checking opens without a journal entry of its own: nothing that is opened leaves this function but a comparison.
fn open(key: &VaultKey, sealed: &[u8], id: &str) -> Result<Vec<u8>, StoreError> {
    seal::comparing(key, |opener: &Opener<'_>| {
        opener.open(sealed, &format!("the evidentiary copy of document {id}"))
    })
}
