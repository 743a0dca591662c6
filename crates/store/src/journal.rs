//! The journal: every act on the store, each row resting on the one before by hash, in the transaction of the act.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{StoreError, Tx, db::instant};

/// Who acts: a member, the command line, a partner hub, or the program itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(String);

impl Actor {
    #[must_use]
    pub fn member(id: evidence::id::MemberId) -> Self {
        Self(format!("member:{id}"))
    }

    #[must_use]
    pub fn command_line() -> Self {
        Self("cli".into())
    }

    #[must_use]
    pub fn partner(fingerprint: &str) -> Self {
        Self(format!("partner:{fingerprint}"))
    }

    #[must_use]
    pub fn program() -> Self {
        Self("hub".into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One row as it is chained.
pub(crate) struct Entry<'a> {
    pub seq: i64,
    pub at: &'a str,
    pub actor: &'a str,
    pub act: &'a str,
    pub subject: &'a str,
    pub detail: &'a str,
    pub previous: &'a str,
}

impl Entry<'_> {
    pub(crate) fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let seq = self.seq.to_string();
        for part in [
            seq.as_str(),
            self.at,
            self.actor,
            self.act,
            self.subject,
            self.detail,
            self.previous,
        ] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hex::encode(hasher.finalize())
    }
}

/// What the first row rests on.
pub(crate) const GENESIS: &str = "genesis";

impl Tx {
    /// Journals an act in this transaction. `detail` holds ids, counts and hashes, never an identity.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn journal(
        &mut self,
        at: Timestamp,
        actor: &Actor,
        act: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let last = self
            .row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [])
            .await?;
        let seq = last.as_ref().map_or(0, |r| r.int("seq")) + 1;
        let previous = last.map_or_else(|| GENESIS.to_owned(), |r| r.text("hash"));
        let at = instant(at);
        let hash = Entry {
            seq,
            at: &at,
            actor: actor.as_str(),
            act,
            subject,
            detail,
            previous: &previous,
        }
        .hash();
        self.execute(
            "INSERT INTO journal (seq, at, actor, act, subject, detail, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [seq.into(), at.into(), actor.as_str().into(), act.into(), subject.into(), detail.into(), previous.into(), hash.into()],
        )
        .await?;
        self.journaled += 1;
        Ok(())
    }

    /// The newest rows, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn journal_tail(&mut self, count: i64) -> Result<Vec<crate::Row>, StoreError> {
        self.rows(
            "SELECT seq, at, actor, act, subject, detail, hash FROM journal ORDER BY seq DESC LIMIT $1",
            [count.into()],
        )
        .await
    }

    /// The last row's hash: what other organisations hold, so that a rewritten journal is noticed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn journal_head(&mut self) -> Result<(i64, String), StoreError> {
        let last = self
            .row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [])
            .await?;
        Ok(last.map_or((0, GENESIS.to_owned()), |r| (r.int("seq"), r.text("hash"))))
    }
}
