//! Runs: what every derived result rests on.

use evidence::{id::RunId, run::Run};
use jiff::Timestamp;

use crate::{StoreError, Tx};

/// A run as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    pub id: RunId,
    pub step: String,
    pub hash: String,
    pub at: String,
    pub parameters: String,
    pub result: String,
}

impl Tx {
    /// # Errors
    /// When the database refuses.
    pub async fn put_run(
        &mut self,
        id: RunId,
        run: &Run,
        result: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let parameters = run
            .parameters
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect::<Vec<_>>()
            .join(";");
        self.execute(
            "INSERT INTO run (id, step, hash, inputs, parameters, seed, version, at, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                id.to_string().into(),
                run.step.into(),
                run.hash().into(),
                run.inputs.join(" ").into(),
                parameters.into(),
                i64::try_from(run.seed).unwrap_or(i64::MAX).into(),
                run.version.into(),
                at.into(),
                result.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// The newest runs of a step.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn runs(&mut self, step: &str, limit: i64) -> Result<Vec<KeptRun>, StoreError> {
        let rows = self
            .rows(
                "SELECT * FROM run WHERE step = $1 ORDER BY at DESC, id DESC LIMIT $2",
                [step.into(), limit.into()],
            )
            .await?;
        rows.iter()
            .map(|r| {
                Ok(KeptRun {
                    id: r.parse("run", "id")?,
                    step: r.text("step"),
                    hash: r.text("hash"),
                    at: r.text("at"),
                    parameters: r.text("parameters"),
                    result: r.text("result"),
                })
            })
            .collect()
    }
}
