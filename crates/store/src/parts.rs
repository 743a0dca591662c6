//! The parts of a document: what its reader can cite, what could not be read, and the documents within it.

use evidence::{Span, claim::Unread, id::DocumentId, unit::Units};
use serde_json::{Value, json};

use crate::{Opener, StoreError, Tx};

/// What is kept beside the working copy, sealed as it is: a unit's name and a fault may tell as much as the words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    pub units: Units,
    pub unread: Vec<Unread>,
}

impl Parts {
    /// The form in which they are sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let unread: Vec<Value> = self
            .unread
            .iter()
            .map(|u| json!([u.span.start, u.span.end, u.why]))
            .collect();
        json!({"units": self.units.to_string(), "unread": unread})
            .to_string()
            .into_bytes()
    }

    fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let offset = |v: &Value| v.as_u64().and_then(|n| usize::try_from(n).ok());
        let unread = value["unread"].as_array()?.iter().map(|u| {
            Some(Unread {
                span: Span {
                    start: offset(&u[0])?,
                    end: offset(&u[1])?,
                },
                why: u[2].as_str()?.to_owned(),
            })
        });
        Some(Self {
            units: value["units"].as_str()?.parse().ok()?,
            unread: unread.collect::<Option<_>>()?,
        })
    }
}

/// A document within another.
#[derive(Debug, Clone)]
pub struct Enclosure {
    pub document: DocumentId,
    pub format: String,
    pub name: evidence::Secret,
}

impl Tx {
    /// The parts of a document, opened; none for one that an earlier version took in.
    ///
    /// # Errors
    /// When the key does not open them, or they are damaged.
    pub async fn parts(&mut self, id: DocumentId, opener: &Opener<'_>) -> Result<Parts, StoreError> {
        let row = self
            .row(
                "SELECT blob.bytes FROM document JOIN blob ON blob.id = document.parts WHERE document.id = $1",
                [id.to_string().into()],
            )
            .await?;
        let Some(row) = row else {
            return Ok(Parts::default());
        };
        let text = opener.open_text(&row.bytes("bytes"), &format!("the parts of document {id}"))?;
        Parts::read(&text).ok_or_else(|| StoreError::Damaged {
            table: "document",
            column: "parts",
            id: id.to_string(),
            value: "…".into(),
        })
    }

    /// Says that one document came within another, under a name that is sealed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_enclosure(
        &mut self,
        outer: DocumentId,
        inner: DocumentId,
        ordinal: usize,
        name: &str,
        recipient: &str,
    ) -> Result<(), StoreError> {
        let name = crate::seal::seal(recipient, name.as_bytes())?;
        self.execute(
            "INSERT INTO enclosure (outer_document, inner_document, ordinal, name) VALUES ($1, $2, $3, $4) ON CONFLICT (outer_document, ordinal) DO NOTHING",
            [outer.to_string().into(), inner.to_string().into(), ordinal.into(), name.into()],
        )
        .await?;
        Ok(())
    }

    /// The documents within a document, in its order.
    ///
    /// # Errors
    /// When the key does not open their names.
    pub async fn enclosures(
        &mut self,
        outer: DocumentId,
        opener: &Opener<'_>,
    ) -> Result<Vec<Enclosure>, StoreError> {
        let rows = self
            .rows(
                "SELECT e.inner_document, e.name, d.format FROM enclosure e JOIN document d ON d.id = e.inner_document WHERE e.outer_document = $1 ORDER BY e.ordinal LIMIT 5000",
                [outer.to_string().into()],
            )
            .await?;
        rows.iter()
            .map(|r| {
                let document = r.parse("enclosure", "inner_document")?;
                let name = opener.open_text(&r.bytes("name"), &format!("the name of document {document}"))?;
                Ok(Enclosure {
                    document,
                    format: r.text("format"),
                    name: evidence::Secret::new(name),
                })
            })
            .collect()
    }

    /// The documents that a document came within.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enclosed_in(&mut self, inner: DocumentId) -> Result<Vec<DocumentId>, StoreError> {
        let rows = self
            .rows(
                "SELECT outer_document FROM enclosure WHERE inner_document = $1 ORDER BY outer_document LIMIT 100",
                [inner.to_string().into()],
            )
            .await?;
        rows.iter()
            .map(|r| r.parse("enclosure", "outer_document"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use evidence::unit::Unit;

    use super::*;

    #[test]
    fn parts_are_written_and_read_back() {
        let mut parts = Parts::default();
        let span = Span { start: 3, end: 9 };
        parts.units.push(span, Unit::Paragraph(2));
        parts.unread.push(Unread {
            span,
            why: "a “mark”\n".into(),
        });
        let text = String::from_utf8(parts.to_bytes()).unwrap_or_default();
        assert_eq!(Parts::read(&text), Some(parts));
        assert_eq!(Parts::read("{}"), None);
    }
}
