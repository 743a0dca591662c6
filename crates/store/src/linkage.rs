//! Scored pairs and the judgements on them.

use evidence::id::{JudgementId, RecordId};
use jiff::Timestamp;
use linkage::{Judgement, Outcome};

use crate::{Row, StoreError, Tx};

/// A scored pair as it is kept: the weight in thousandths of a bit, the levels as text, no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoredPair {
    pub left: RecordId,
    pub right: RecordId,
    pub run: String,
    pub weight: i64,
    /// `prior:-8.1;name:3:9.2;…`: field, level, weight.
    pub levels: String,
    /// What was last decided, if anything stands.
    pub outcome: Option<Outcome>,
}

fn judgement(r: &Row) -> Result<Judgement, StoreError> {
    let verdict = r.text("verdict");
    Ok(Judgement {
        id: r.parse("judgement", "id")?,
        left: r.parse("judgement", "left_record")?,
        right: r.parse("judgement", "right_record")?,
        outcome: Outcome::named(&verdict).ok_or(StoreError::Damaged {
            table: "judgement",
            column: "verdict",
            id: r.text("id"),
            value: verdict,
        })?,
        by: r.text("judged_by"),
        at: r.parse("judgement", "at")?,
        withdrawn: r.maybe("withdrawn").and_then(|w| w.parse().ok()),
    })
}

impl Tx {
    /// Replaces all scored pairs by those of a run; judgements stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_pairs(&mut self, pairs: &[ScoredPair]) -> Result<(), StoreError> {
        self.execute("DELETE FROM pair", []).await?;
        for p in pairs {
            self.execute(
                "INSERT INTO pair (left_record, right_record, run, weight, levels) VALUES ($1, $2, $3, $4, $5)",
                [p.left.to_string().into(), p.right.to_string().into(), (&p.run).into(), p.weight.into(), (&p.levels).into()],
            )
            .await?;
        }
        Ok(())
    }

    /// Pairs, strongest first, with the standing judgement of each.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pairs(&mut self, limit: i64) -> Result<Vec<ScoredPair>, StoreError> {
        let rows = self
            .rows(
                "SELECT p.left_record AS left_record, p.right_record AS right_record, p.run, p.weight, p.levels, (SELECT j.verdict FROM judgement j WHERE j.left_record = p.left_record AND j.right_record = p.right_record AND j.withdrawn IS NULL ORDER BY j.at DESC, j.id DESC LIMIT 1) AS verdict FROM pair p ORDER BY p.weight DESC, p.left_record, p.right_record LIMIT $1",
                [limit.into()],
            )
            .await?;
        rows.iter()
            .map(|r| {
                Ok(ScoredPair {
                    left: r.parse("pair", "left_record")?,
                    right: r.parse("pair", "right_record")?,
                    run: r.text("run"),
                    weight: r.int("weight"),
                    levels: r.text("levels"),
                    outcome: Outcome::named(&r.text("verdict")),
                })
            })
            .collect()
    }

    /// Pairs that nobody has judged at or above a weight (thousandths of a bit).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unjudged(&mut self, least: i64) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) AS n FROM pair p WHERE p.weight >= $1 AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.left_record = p.left_record AND j.right_record = p.right_record AND j.withdrawn IS NULL)",
            [least.into()],
        )
        .await
    }

    /// Adds a judgement; an earlier one on the same pair is withdrawn, not erased.
    ///
    /// # Errors
    /// When a record is unknown.
    pub async fn judge(&mut self, j: &Judgement) -> Result<(), StoreError> {
        self.withdraw_judgement(j.left, j.right, j.at).await?;
        self.execute(
            "INSERT INTO judgement (id, left_record, right_record, verdict, judged_by, at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                j.id.to_string().into(),
                j.left.to_string().into(),
                j.right.to_string().into(),
                j.outcome.as_str().into(),
                (&j.by).into(),
                j.at.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Withdraws what stands on a pair.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn withdraw_judgement(
        &mut self,
        left: RecordId,
        right: RecordId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE judgement SET withdrawn = $1 WHERE left_record = $2 AND right_record = $3 AND withdrawn IS NULL",
            [at.into(), left.to_string().into(), right.to_string().into()],
        )
        .await
    }

    /// # Errors
    /// When the database refuses.
    pub async fn judgements(&mut self) -> Result<Vec<Judgement>, StoreError> {
        self.rows("SELECT * FROM judgement ORDER BY at, id", [])
            .await?
            .iter()
            .map(judgement)
            .collect()
    }

    /// # Errors
    /// When the database refuses.
    pub async fn last_judgement(&mut self, id: JudgementId) -> Result<Option<Judgement>, StoreError> {
        self.row("SELECT * FROM judgement WHERE id = $1", [id.to_string().into()])
            .await?
            .as_ref()
            .map(judgement)
            .transpose()
    }
}
