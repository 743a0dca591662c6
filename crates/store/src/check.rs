//! Whether everything is as it was written: the journal's chain, every blob, every signature. Names the first damage.

use evidence::document::ContentHash;
use sha2::{Digest, Sha256};

use crate::{
    Opener, Store, StoreError, Tx, VaultKey,
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
                    "SELECT b.id, b.bytes, (SELECT MIN(d.id) FROM document d WHERE d.evidentiary = b.id OR d.working = b.id OR d.parts = b.id) AS document FROM blob b WHERE b.id > $1 ORDER BY b.id LIMIT 200",
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
        vouched(&mut tx, &mut report).await?;
        for r in tx
            .rows(
                "SELECT id, content_hash, evidentiary FROM document ORDER BY id",
                [],
            )
            .await?
        {
            report.documents += 1;
            let id = r.text("id");
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

    async fn references(&self, tx: &mut Tx, report: &mut Report) -> Result<(), StoreError> {
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

/// Something that the journal vouches for: where it is kept, the act that put it there, and two statements. One finds what
/// is kept and was never journalled; the other joins each act with what is kept of it.
struct Vouched {
    table: &'static str,
    act: &'static str,
    unknown: &'static str,
    acts: &'static str,
}

const VOUCHED: [Vouched; 5] = [
    Vouched {
        table: "document",
        act: "receive",
        unknown: "SELECT id FROM document t WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = t.id AND j.act = 'receive')",
        acts: "SELECT j.seq, j.subject, j.detail, t.id, t.content_hash AS words FROM journal j LEFT JOIN document t ON t.id = j.subject WHERE j.act = 'receive' AND j.seq > $1 ORDER BY j.seq LIMIT 1000",
    },
    Vouched {
        table: "claim",
        act: "correct",
        unknown: "SELECT id FROM claim t WHERE t.supersedes IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = t.id AND j.act = 'correct')",
        acts: "SELECT j.seq, j.subject, j.detail, t.id, CAST(NULL AS TEXT) AS words FROM journal j LEFT JOIN claim t ON t.id = j.subject WHERE j.act = 'correct' AND j.seq > $1 ORDER BY j.seq LIMIT 1000",
    },
    Vouched {
        table: "brief",
        act: "publish",
        unknown: "SELECT id FROM brief t WHERE t.published IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = t.id AND j.act = 'publish')",
        acts: "SELECT j.seq, j.subject, j.detail, t.id, t.html AS words FROM journal j LEFT JOIN brief t ON t.id = j.subject WHERE j.act = 'publish' AND j.seq > $1 ORDER BY j.seq LIMIT 1000",
    },
    Vouched {
        table: "release",
        act: "release",
        unknown: "SELECT id FROM release t WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = t.id AND j.act = 'release')",
        acts: "SELECT j.seq, j.subject, j.detail, t.id, t.csv AS words FROM journal j LEFT JOIN release t ON t.id = j.subject WHERE j.act = 'release' AND j.seq > $1 ORDER BY j.seq LIMIT 1000",
    },
    Vouched {
        table: "referral",
        act: "send-referral",
        unknown: "SELECT id FROM referral t WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = t.id AND j.act IN ('send-referral', 'take-in'))",
        acts: "SELECT j.seq, j.subject, j.detail, t.id, CAST(NULL AS TEXT) AS words FROM journal j LEFT JOIN referral t ON t.id = j.subject WHERE j.act = 'send-referral' AND j.seq > $1 ORDER BY j.seq LIMIT 1000",
    },
];

/// What the journal says is there, is there and as it says; and nothing is there that it does not know.
async fn vouched(tx: &mut Tx, report: &mut Report) -> Result<(), StoreError> {
    for v in &VOUCHED {
        for r in tx.rows(v.unknown, []).await? {
            report.damage.push(format!(
                "{} {}: the journal does not know it",
                v.table,
                r.text("id")
            ));
        }
        let mut after = 0;
        loop {
            let rows = tx.rows(v.acts, [after.into()]).await?;
            let Some(last) = rows.last() else { break };
            after = last.int("seq");
            for r in &rows {
                let (id, detail) = (r.text("subject"), r.text("detail"));
                if r.maybe("id").is_none() {
                    report.damage.push(format!(
                        "{} {id}: journal row {} has it ({}), and it is not there",
                        v.table,
                        r.int("seq"),
                        v.act
                    ));
                    continue;
                }
                let words = r.maybe("words").map(|words| match v.table {
                    "document" => words,
                    _ => ContentHash::of(words.as_bytes()).to_string(),
                });
                let digest = match v.table {
                    "document" => Some(tx.claims_digest(&id).await?),
                    "claim" => Some(tx.claim_digest(&id).await?),
                    _ => None,
                };
                for (name, kept, what) in [
                    ("sha256:", words, "its bytes are"),
                    ("digest=", digest, "its claims are"),
                ] {
                    let noted = detail.split(' ').find_map(|part| part.strip_prefix(name));
                    if noted
                        .zip(kept.as_deref())
                        .is_some_and(|(noted, kept)| noted != kept)
                    {
                        report
                            .damage
                            .push(format!("{} {id}: {what} not what the journal noted", v.table));
                    }
                }
            }
        }
    }
    Ok(())
}

/// Checking opens without a journal entry of its own: nothing that is opened leaves this function but a comparison.
fn open(key: &VaultKey, sealed: &[u8], id: &str) -> Result<Vec<u8>, StoreError> {
    seal::comparing(key, |opener: &Opener<'_>| {
        opener.open(sealed, &format!("the evidentiary copy of document {id}"))
    })
}
