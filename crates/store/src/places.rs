//! Dossiers with their two coordinates, and the questions that homonyms put to people.

use evidence::id::{ClaimId, DocumentId, MemberId};
use jiff::Timestamp;

use crate::{Actor, Row, StoreError, Tx};

/// A place's standing facts: the coarse point may be published, the exact one is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    pub place: String,
    /// Tenths of a degree.
    pub coarse: Option<(i64, i64)>,
    pub precision: String,
    pub basis: String,
    pub has_exact: bool,
    pub claims: i64,
}

/// A name that a person has to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    pub id: String,
    pub claim: ClaimId,
    pub document: DocumentId,
    /// The register's identifier (empty for places outside it) and what the place is.
    pub candidates: Vec<(String, String)>,
    pub asked: String,
}

/// One line of a dossier: a claim about the place, by date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub claim: ClaimId,
    pub document: DocumentId,
    pub source: String,
    pub grade: String,
    pub role: String,
    /// Publication date where the document has one, else when it was received.
    pub date: String,
}

fn dossier(r: &Row) -> Dossier {
    Dossier {
        place: r.text("place"),
        coarse: r.maybe_int("coarse_lat").zip(r.maybe_int("coarse_lon")),
        precision: r.text("precision"),
        basis: r.text("basis"),
        has_exact: !r.bytes("exact").is_empty(),
        claims: r.int("claims"),
    }
}

impl Tx {
    /// # Errors
    /// When the database refuses.
    pub async fn put_dossier(
        &mut self,
        place: &str,
        exact: Option<Vec<u8>>,
        coarse: Option<(i64, i64)>,
        precision: &str,
        basis: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO dossier (place, exact, coarse_lat, coarse_lon, precision, basis) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (place) DO NOTHING",
            [place.into(), exact.into(), coarse.map(|c| c.0).into(), coarse.map(|c| c.1).into(), precision.into(), basis.into()],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn dossiers(&mut self) -> Result<Vec<Dossier>, StoreError> {
        let rows = self
            .rows(
                "SELECT d.*, (SELECT COUNT(*) FROM claim c WHERE c.place = d.place AND NOT EXISTS (SELECT 1 FROM claim n WHERE n.supersedes = c.id)) AS claims FROM dossier d ORDER BY place",
                [],
            )
            .await?;
        Ok(rows.iter().map(dossier).collect())
    }

    /// Keeps the sealed exact point of a place. False when the register has no such place.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_exact_point(&mut self, place: &str, sealed: Vec<u8>) -> Result<bool, StoreError> {
        let changed = self
            .execute(
                "UPDATE dossier SET exact = $1 WHERE place = $2",
                [sealed.into(), place.into()],
            )
            .await?;
        Ok(changed == 1)
    }

    /// The sealed exact point of a place.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn exact_point(&mut self, place: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self
            .row("SELECT exact FROM dossier WHERE place = $1", [place.into()])
            .await?;
        Ok(row.map(|r| r.bytes("exact")).filter(|b| !b.is_empty()))
    }

    /// Claims about a place, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sightings(&mut self, place: &str) -> Result<Vec<Sighting>, StoreError> {
        let rows = self
            .rows(
                "SELECT c.id, c.document, c.role, d.grade, s.name AS source, COALESCE(d.published, d.received) AS day FROM claim c JOIN document d ON d.id = c.document JOIN source s ON s.id = d.source WHERE c.place = $1 AND NOT EXISTS (SELECT 1 FROM claim n WHERE n.supersedes = c.id) ORDER BY day, c.span_start LIMIT 500",
                [place.into()],
            )
            .await?;
        rows.iter()
            .map(|r| {
                Ok(Sighting {
                    claim: r.parse("claim", "id")?,
                    document: r.parse("claim", "document")?,
                    source: r.text("source"),
                    grade: r.text("grade"),
                    role: r.text("role"),
                    date: r.text("day").chars().take(10).collect(),
                })
            })
            .collect()
    }

    /// # Errors
    /// When the database refuses.
    pub async fn ask(
        &mut self,
        id: &str,
        claim: ClaimId,
        candidates: &[(Option<String>, String)],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let list: Vec<serde_json::Value> = candidates
            .iter()
            .map(|(place, what)| serde_json::json!([place.as_deref().unwrap_or(""), what]))
            .collect();
        self.execute(
            "INSERT INTO question (id, claim, candidates, asked) VALUES ($1, $2, $3, $4)",
            [
                id.into(),
                claim.to_string().into(),
                serde_json::Value::Array(list).to_string().into(),
                at.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn open_questions(&mut self, limit: i64) -> Result<Vec<OpenQuestion>, StoreError> {
        let rows = self
            .rows(
                "SELECT q.id, q.claim, q.candidates, q.asked, c.document FROM question q JOIN claim c ON c.id = q.claim WHERE q.answered IS NULL ORDER BY q.asked, q.id LIMIT $1",
                [limit.into()],
            )
            .await?;
        rows.iter()
            .map(|r| {
                let list: Vec<(String, String)> =
                    serde_json::from_str(&r.text("candidates")).map_err(|_| StoreError::Damaged {
                        table: "question",
                        column: "candidates",
                        id: r.text("id"),
                        value: String::new(),
                    })?;
                Ok(OpenQuestion {
                    id: r.text("id"),
                    claim: r.parse("question", "claim")?,
                    document: r.parse("claim", "document")?,
                    candidates: list,
                    asked: r.text("asked"),
                })
            })
            .collect()
    }

    /// # Errors
    /// When the database refuses.
    pub async fn open_question_count(&mut self) -> Result<i64, StoreError> {
        self.number("SELECT COUNT(*) AS n FROM question WHERE answered IS NULL", [])
            .await
    }

    /// Records a person's answer. False when it was answered before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answer_question(
        &mut self,
        id: &str,
        answer: &str,
        by: MemberId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self
            .execute(
                "UPDATE question SET answer = $1, answered = $2, answered_by = $3 WHERE id = $4 AND answered IS NULL",
                [answer.into(), at.into(), by.to_string().into(), id.into()],
            )
            .await?;
        self.journal(at, &Actor::member(by), "answer-question", id, answer)
            .await?;
        Ok(changed == 1)
    }
}
