//! Documents with both copies, their claims, and the people in them.

use evidence::{
    Bound, Claim, Kind, Mention, Quantity, Span, Value,
    claim::{Mode, Role},
    document::{ContentHash, Document, Format},
    id::{ClaimId, DocumentId, RecordId},
    person::{Person, Secret},
    source::Source,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{Opener, Row, StoreError, Tx};

/// A document's card as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub document: Document,
    pub source_name: String,
    pub claims: i64,
    pub people: i64,
}

fn card(row: &Row) -> Result<Card, StoreError> {
    let damaged = |column: &'static str| StoreError::Damaged {
        table: "document",
        column,
        id: row.text("id"),
        value: row.text(column),
    };
    Ok(Card {
        document: Document {
            id: row.parse("document", "id")?,
            source: row.parse("document", "source")?,
            hash: ContentHash::from_hex(&row.text("content_hash")).ok_or_else(|| damaged("content_hash"))?,
            format: Format::named(&row.text("format")).ok_or_else(|| damaged("format"))?,
            grade: row.parse("document", "grade")?,
            received: row.parse("document", "received")?,
            published: row.maybe("published"),
            synthetic: row.int("synthetic") == 1,
            public: row.int("public") == 1,
        },
        source_name: row.text("source_name"),
        claims: row.int("claims"),
        people: row.int("people"),
    })
}

const CARDS: &str = "SELECT d.*, s.name AS source_name, (SELECT COUNT(*) FROM claim c WHERE c.document = d.id) AS claims, (SELECT COUNT(*) FROM record r WHERE r.document = d.id) AS people FROM document d JOIN source s ON s.id = d.source ORDER BY d.received DESC, d.id DESC LIMIT $1 OFFSET $2";
const ONE_CARD: &str = "SELECT d.*, s.name AS source_name, (SELECT COUNT(*) FROM claim c WHERE c.document = d.id) AS claims, (SELECT COUNT(*) FROM record r WHERE r.document = d.id) AS people FROM document d JOIN source s ON s.id = d.source WHERE d.id = $1";

impl Tx {
    /// Keeps a source, or updates its grade.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_source(&mut self, source: &Source) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO source (id, name, grade) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET grade = excluded.grade",
            [source.id.to_string().into(), (&source.name).into(), source.grade.to_string().into()],
        )
        .await?;
        Ok(())
    }

    /// The document with these bytes, if it is here already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn document_by_hash(&mut self, hash: ContentHash) -> Result<Option<DocumentId>, StoreError> {
        let row = self
            .row(
                "SELECT id FROM document WHERE content_hash = $1",
                [hash.to_string().into()],
            )
            .await?;
        row.map(|r| r.parse("document", "id")).transpose()
    }

    /// Keeps sealed bytes under the hash of what is kept, so that a changed byte shows without any key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_blob(&mut self, sealed: Vec<u8>) -> Result<String, StoreError> {
        let id = hex::encode(Sha256::digest(&sealed));
        self.execute(
            "INSERT INTO blob (id, bytes) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
            [(&id).into(), sealed.into()],
        )
        .await?;
        Ok(id)
    }

    /// # Errors
    /// When there is none, or it was erased.
    pub async fn blob(&mut self, id: &str) -> Result<Vec<u8>, StoreError> {
        let row = self
            .row("SELECT bytes FROM blob WHERE id = $1", [id.into()])
            .await?;
        row.map(|r| r.bytes("bytes")).ok_or_else(|| StoreError::NotFound {
            what: "blob",
            id: id.to_owned(),
        })
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_document(
        &mut self,
        d: &Document,
        [evidentiary, working, parts]: [&str; 3],
        unread: usize,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO document (id, source, content_hash, format, grade, received, published, synthetic, public, evidentiary, working, parts, unread) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                d.id.to_string().into(),
                d.source.to_string().into(),
                d.hash.to_string().into(),
                d.format.as_str().into(),
                d.grade.to_string().into(),
                d.received.into(),
                d.published.clone().into(),
                d.synthetic.into(),
                d.public.into(),
                evidentiary.into(),
                working.into(),
                parts.into(),
                unread.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses, or a row is damaged.
    pub async fn documents(&mut self, limit: i64, offset: i64) -> Result<Vec<Card>, StoreError> {
        self.rows(CARDS, [limit.into(), offset.into()])
            .await?
            .iter()
            .map(card)
            .collect()
    }

    /// # Errors
    /// When there is no such document.
    pub async fn document(&mut self, id: DocumentId) -> Result<Card, StoreError> {
        let row = self.row(ONE_CARD, [id.to_string().into()]).await?;
        card(&row.ok_or_else(|| StoreError::NotFound {
            what: "document",
            id: id.to_string(),
        })?)
    }

    /// # Errors
    /// When the database refuses.
    pub async fn document_count(&mut self) -> Result<i64, StoreError> {
        self.number("SELECT COUNT(*) AS n FROM document", []).await
    }

    /// The working copy, opened.
    ///
    /// # Errors
    /// When there is none, or the key does not open it.
    pub async fn working_copy(&mut self, id: DocumentId, opener: &Opener<'_>) -> Result<String, StoreError> {
        let row = self.row("SELECT blob.bytes FROM document JOIN blob ON blob.id = document.working WHERE document.id = $1", [id.to_string().into()]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound {
            what: "document",
            id: id.to_string(),
        })?;
        opener.open_text(&row.bytes("bytes"), &format!("the working copy of document {id}"))
    }

    /// The bytes as they came, opened.
    ///
    /// # Errors
    /// When there is none, or the key does not open it.
    pub async fn evidentiary_copy(
        &mut self,
        id: DocumentId,
        opener: &Opener<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        let row = self.row("SELECT blob.bytes FROM document JOIN blob ON blob.id = document.evidentiary WHERE document.id = $1", [id.to_string().into()]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound {
            what: "document",
            id: id.to_string(),
        })?;
        opener.open(
            &row.bytes("bytes"),
            &format!("the evidentiary copy of document {id}"),
        )
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_claim(
        &mut self,
        claim: &Claim,
        ordinal: usize,
        run: &str,
        recipient: &str,
    ) -> Result<(), StoreError> {
        let mut columns = Columns::default();
        let words = columns.fill(&claim.value);
        let sealed = crate::seal::seal(
            recipient,
            json!({"quote": claim.quote, "words": words})
                .to_string()
                .as_bytes(),
        )?;
        self.execute(
            "INSERT INTO claim (id, document, ordinal, kind, span_start, span_end, place, role, low, high, bound, unit, iso, rule, sealed, supersedes, run) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            [
                claim.id.to_string().into(),
                claim.document.to_string().into(),
                ordinal.into(),
                claim.value.kind().as_str().into(),
                claim.span.start.into(),
                claim.span.end.into(),
                columns.place.into(),
                columns.role.into(),
                columns.low.into(),
                columns.high.into(),
                columns.bound.into(),
                columns.unit.into(),
                columns.iso.into(),
                (&claim.rule).into(),
                sealed.into(),
                claim.supersedes.map(|c| c.to_string()).into(),
                run.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// What the claims that were read from a document amount to, by hash. The journal keeps it, so that no value of theirs
    /// is changed behind the journal's back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claims_digest(&mut self, document: &str) -> Result<String, StoreError> {
        let rows = self
            .rows(
                "SELECT * FROM claim WHERE document = $1 AND supersedes IS NULL ORDER BY ordinal",
                [document.into()],
            )
            .await?;
        Ok(digest(&rows))
    }

    /// The same of one claim.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_digest(&mut self, claim: &str) -> Result<String, StoreError> {
        let row = self
            .row("SELECT * FROM claim WHERE id = $1", [claim.into()])
            .await?;
        Ok(digest(row.as_slice()))
    }

    /// The standing claims of a document, in its order; superseded ones are left out.
    ///
    /// # Errors
    /// When the key does not open them, or a row is damaged.
    pub async fn claims(
        &mut self,
        document: DocumentId,
        opener: &Opener<'_>,
    ) -> Result<Vec<Claim>, StoreError> {
        let rows = self
            .rows(
                "SELECT * FROM claim c WHERE document = $1 AND NOT EXISTS (SELECT 1 FROM claim n WHERE n.supersedes = c.id) ORDER BY span_start, ordinal",
                [document.to_string().into()],
            )
            .await?;
        rows.iter().map(|r| claim(r, opener)).collect()
    }

    /// # Errors
    /// When there is no such claim, or the key does not open it.
    pub async fn claim(&mut self, id: ClaimId, opener: &Opener<'_>) -> Result<Claim, StoreError> {
        let row = self
            .row("SELECT * FROM claim WHERE id = $1", [id.to_string().into()])
            .await?;
        claim(
            &row.ok_or_else(|| StoreError::NotFound {
                what: "claim",
                id: id.to_string(),
            })?,
            opener,
        )
    }

    /// How many claims of each kind there are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claims_by_kind(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = self
            .rows(
                "SELECT kind, COUNT(*) AS n FROM claim GROUP BY kind ORDER BY kind",
                [],
            )
            .await?;
        Ok(rows.iter().map(|r| (r.text("kind"), r.int("n"))).collect())
    }

    /// Keeps a person as a document has them; `cell` is the sheet, from 0, and the row, from 1, of one who stands in a sheet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_record(
        &mut self,
        id: RecordId,
        document: DocumentId,
        ordinal: usize,
        cell: Option<(i64, u32)>,
        person: &Person,
        recipient: &str,
    ) -> Result<(), StoreError> {
        let sealed = crate::seal::seal(recipient, person_value(person).to_string().as_bytes())?;
        let (sheet, row) = cell.unzip();
        self.execute(
            "INSERT INTO record (id, document, ordinal, sealed, sheet, sheet_row) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                id.to_string().into(),
                document.to_string().into(),
                ordinal.into(),
                sealed.into(),
                sheet.into(),
                row.map(i64::from).into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Every record with the person opened, and the name of its source.
    ///
    /// # Errors
    /// When the key does not open them.
    pub async fn records(&mut self, opener: &Opener<'_>) -> Result<Vec<Known>, StoreError> {
        let rows = self
            .rows(
                "SELECT r.id, r.document, r.sealed, s.name AS source, d.synthetic FROM record r JOIN document d ON d.id = r.document JOIN source s ON s.id = d.source ORDER BY r.id",
                [],
            )
            .await?;
        rows.iter().map(|r| known(r, opener)).collect()
    }

    /// # Errors
    /// When there is no such record, or the key does not open it.
    pub async fn record(&mut self, id: RecordId, opener: &Opener<'_>) -> Result<Known, StoreError> {
        let row = self
            .row(
                "SELECT r.id, r.document, r.sealed, s.name AS source, d.synthetic FROM record r JOIN document d ON d.id = r.document JOIN source s ON s.id = d.source WHERE r.id = $1",
                [id.to_string().into()],
            )
            .await?;
        known(
            &row.ok_or_else(|| StoreError::NotFound {
                what: "record",
                id: id.to_string(),
            })?,
            opener,
        )
    }

    /// # Errors
    /// When the database refuses.
    pub async fn record_count(&mut self) -> Result<i64, StoreError> {
        self.number("SELECT COUNT(*) AS n FROM record", []).await
    }
}

/// A person as one document has them, and whose document it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: RecordId,
    pub document: DocumentId,
    pub source: String,
    pub synthetic: bool,
    pub person: Person,
}

fn known(row: &Row, opener: &Opener<'_>) -> Result<Known, StoreError> {
    let id: RecordId = row.parse("record", "id")?;
    let text = opener.open_text(&row.bytes("sealed"), &format!("record {id}"))?;
    Ok(Known {
        id,
        document: row.parse("record", "document")?,
        source: row.text("source"),
        synthetic: row.int("synthetic") == 1,
        person: person_of(&serde_json::from_str(&text).unwrap_or_default())
            .ok_or_else(|| StoreError::WrongKey(format!("record {id}")))?,
    })
}

/// A person as sealed JSON; only ever written into a sealed column.
pub(crate) fn person_value(p: &Person) -> serde_json::Value {
    json!({
        "name": p.name.reveal(), "birth_date": p.birth_date.reveal(), "nationality": p.nationality, "passport": p.passport.reveal(),
        "phone": p.phone.reveal(), "last_place": p.last_place.reveal(), "note": p.note.reveal(),
    })
}

pub(crate) fn person_of(value: &serde_json::Value) -> Option<Person> {
    let secret = |key: &str| Some(Secret::new(value[key].as_str()?));
    Some(Person {
        name: secret("name")?,
        birth_date: secret("birth_date")?,
        nationality: value["nationality"].as_str()?.to_owned(),
        passport: secret("passport")?,
        phone: secret("phone")?,
        last_place: secret("last_place")?,
        note: secret("note")?,
    })
}

/// A claim's value as columns; words that may name somebody go into the sealed part.
#[derive(Default)]
struct Columns {
    place: Option<String>,
    role: Option<String>,
    low: Option<i64>,
    high: Option<i64>,
    bound: Option<String>,
    unit: Option<String>,
    iso: Option<String>,
}

impl Columns {
    fn fill(&mut self, value: &Value) -> Vec<String> {
        match value {
            Value::Place {
                name,
                country,
                place,
                class,
                role,
            } => {
                self.place.clone_from(place);
                self.unit.clone_from(country);
                self.role = Some(role.as_str().to_owned());
                vec![name.clone(), class.clone()]
            }
            Value::Count { quantity, of } => {
                self.quantity(*quantity);
                self.unit = Some(of.clone());
                Vec::new()
            }
            Value::Money { quantity, currency } => {
                self.quantity(*quantity);
                self.unit = Some(currency.clone());
                Vec::new()
            }
            Value::Date { iso, relative } => {
                self.iso = Some(iso.clone());
                self.role = relative.then(|| "relative".to_owned());
                Vec::new()
            }
            Value::Statement { speaker, mode } => {
                self.role = Some(mode.as_str().to_owned());
                vec![speaker.clone()]
            }
            Value::Url(v) | Value::Email(v) | Value::Phone(v) => vec![v.clone()],
            Value::Address { value, ledger, check } => {
                self.unit = Some(ledger.clone());
                self.role = Some(check.clone());
                vec![value.clone()]
            }
        }
    }

    fn quantity(&mut self, q: Quantity) {
        (self.low, self.high, self.bound) = (q.min, q.max, Some(q.bound.as_str().to_owned()));
    }
}

fn claim(row: &Row, opener: &Opener<'_>) -> Result<Claim, StoreError> {
    let id: ClaimId = row.parse("claim", "id")?;
    let damaged = |column: &'static str| StoreError::Damaged {
        table: "claim",
        column,
        id: id.to_string(),
        value: row.text(column),
    };
    let text = opener.open_text(&row.bytes("sealed"), &format!("claim {id}"))?;
    let sealed: serde_json::Value = serde_json::from_str(&text).map_err(|_| damaged("sealed"))?;
    let words: Vec<String> = sealed["words"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|w| w.as_str().map(str::to_owned))
        .collect();
    let word = |i: usize| words.get(i).cloned().unwrap_or_default();
    let quantity = || -> Result<Quantity, StoreError> {
        let bound = Bound::named(&row.text("bound")).ok_or_else(|| damaged("bound"))?;
        Ok(Quantity {
            min: row.maybe_int("low"),
            max: row.maybe_int("high"),
            bound,
        })
    };
    let value = match Kind::named(&row.text("kind")).ok_or_else(|| damaged("kind"))? {
        Kind::Place => Value::Place {
            name: word(0),
            country: row.maybe("unit"),
            place: row.maybe("place"),
            class: word(1),
            role: Role::named(&row.text("role")).ok_or_else(|| damaged("role"))?,
        },
        Kind::Count => Value::Count {
            quantity: quantity()?,
            of: row.text("unit"),
        },
        Kind::Money => Value::Money {
            quantity: quantity()?,
            currency: row.text("unit"),
        },
        Kind::Date => Value::Date {
            iso: row.text("iso"),
            relative: row.maybe("role").is_some(),
        },
        Kind::Statement => Value::Statement {
            speaker: word(0),
            mode: Mode::named(&row.text("role")).ok_or_else(|| damaged("role"))?,
        },
        Kind::Url => Value::Url(word(0)),
        Kind::Email => Value::Email(word(0)),
        Kind::Phone => Value::Phone(word(0)),
        Kind::Address => Value::Address {
            value: word(0),
            ledger: row.text("unit"),
            check: row.text("role"),
        },
    };
    Ok(Claim {
        id,
        document: row.parse("claim", "document")?,
        span: Span {
            start: usize::try_from(row.int("span_start")).unwrap_or(0),
            end: usize::try_from(row.int("span_end")).unwrap_or(0),
        },
        quote: sealed["quote"].as_str().unwrap_or_default().to_owned(),
        value,
        rule: row.text("rule"),
        supersedes: row.maybe("supersedes").and_then(|s| s.parse().ok()),
    })
}

/// A claim made of a mention.
#[must_use]
pub fn claim_of(id: ClaimId, document: DocumentId, mention: Mention) -> Claim {
    Claim {
        id,
        document,
        span: mention.span,
        quote: mention.quote,
        value: mention.value,
        rule: mention.rule.to_owned(),
        supersedes: None,
    }
}

fn digest(claims: &[Row]) -> String {
    let mut hasher = Sha256::new();
    for row in claims {
        row.hash_into(&mut hasher);
    }
    hex::encode(hasher.finalize())
}
