//! Briefs, releases, and who was asked.

use evidence::id::{AnswerId, BriefId, RunId};
use jiff::Timestamp;

use crate::{Row, StoreError, Tx};

/// A brief or release as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub id: String,
    pub title: String,
    pub at: String,
    /// None while it is a draft.
    pub published: Option<String>,
    /// HTML of a brief, CSV of a release.
    pub body: String,
}

/// Somebody who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedRow {
    pub id: AnswerId,
    pub body: String,
    pub question: String,
    pub asked: String,
    pub answered: Option<String>,
    pub outcome: Option<String>,
}

fn brief(r: &Row) -> Published {
    Published {
        id: r.text("id"),
        title: r.text("title"),
        at: r.text("created"),
        published: r.maybe("published"),
        body: r.text("html"),
    }
}

impl Tx {
    /// # Errors
    /// When the database refuses.
    pub async fn put_brief(
        &mut self,
        id: BriefId,
        title: &str,
        html: &str,
        run: RunId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO brief (id, title, html, created, run) VALUES ($1, $2, $3, $4, $5)",
            [
                id.to_string().into(),
                title.into(),
                html.into(),
                at.into(),
                run.to_string().into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn publish_brief(&mut self, id: BriefId, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self
            .execute(
                "UPDATE brief SET published = $1 WHERE id = $2 AND published IS NULL",
                [at.into(), id.to_string().into()],
            )
            .await?
            == 1)
    }

    /// Newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn briefs(&mut self) -> Result<Vec<Published>, StoreError> {
        Ok(self
            .rows("SELECT * FROM brief ORDER BY created DESC, id DESC LIMIT 200", [])
            .await?
            .iter()
            .map(brief)
            .collect())
    }

    /// # Errors
    /// When there is no such brief.
    pub async fn brief(&mut self, id: BriefId) -> Result<Published, StoreError> {
        let row = self
            .row("SELECT * FROM brief WHERE id = $1", [id.to_string().into()])
            .await?;
        row.as_ref().map(brief).ok_or_else(|| StoreError::NotFound {
            what: "brief",
            id: id.to_string(),
        })
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_release(
        &mut self,
        id: &str,
        title: &str,
        csv: &str,
        run: RunId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO release (id, title, csv, published, run) VALUES ($1, $2, $3, $4, $5)",
            [
                id.into(),
                title.into(),
                csv.into(),
                at.into(),
                run.to_string().into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// The newest release of open data.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn release(&mut self) -> Result<Option<Published>, StoreError> {
        let row = self
            .row(
                "SELECT * FROM release ORDER BY published DESC, id DESC LIMIT 1",
                [],
            )
            .await?;
        Ok(row.map(|r| Published {
            id: r.text("id"),
            title: r.text("title"),
            at: r.text("published"),
            published: r.maybe("published"),
            body: r.text("csv"),
        }))
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_asked(&mut self, a: &AskedRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO answer (id, body, question, asked, answered, outcome) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                a.id.to_string().into(),
                (&a.body).into(),
                (&a.question).into(),
                (&a.asked).into(),
                a.answered.clone().into(),
                a.outcome.clone().into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Whether the question was there and still open.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_answer(
        &mut self,
        id: AnswerId,
        outcome: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = self
            .execute(
                "UPDATE answer SET answered = $2, outcome = $3 WHERE id = $1 AND outcome IS NULL",
                [id.to_string().into(), crate::instant(at).into(), outcome.into()],
            )
            .await?;
        Ok(rows == 1)
    }

    /// # Errors
    /// When the database refuses.
    pub async fn asked(&mut self) -> Result<Vec<AskedRow>, StoreError> {
        let rows = self.rows("SELECT * FROM answer ORDER BY asked, id", []).await?;
        rows.iter()
            .map(|r| {
                Ok(AskedRow {
                    id: r.parse("answer", "id")?,
                    body: r.text("body"),
                    question: r.text("question"),
                    asked: r.text("asked"),
                    answered: r.maybe("answered"),
                    outcome: r.maybe("outcome"),
                })
            })
            .collect()
    }
}
