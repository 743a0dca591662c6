//! Partners, and the bundles that go between their hubs and ours.

use evidence::{Viewer, id::ReferralId};
use jiff::Timestamp;

use crate::{Row, StoreError, Tx};

/// Another organisation's hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    pub fingerprint: String,
    pub name: String,
    pub kind: Viewer,
    pub country: String,
    pub url: Option<String>,
    pub recipient: String,
    pub verifying_key: String,
    pub revoked: bool,
}

/// A bundle that waits to be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub bundle: String,
    pub partner: String,
    pub url: String,
    pub payload: String,
    pub attempts: i64,
}

/// What became of an attempt to carry a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// The partner's hub has it.
    Arrived { at: Timestamp },
    /// The partner's hub could not be reached, or had no time.
    Waits { next: Timestamp },
    /// The partner's hub read it and will not have it.
    Refused { next: Timestamp },
}

fn partner(r: &Row) -> Partner {
    Partner {
        fingerprint: r.text("fingerprint"),
        name: r.text("name"),
        kind: Viewer::named(&r.text("kind")).unwrap_or(Viewer::Protection),
        country: r.text("country"),
        url: r.maybe("url").filter(|u| !u.is_empty()),
        recipient: r.text("recipient"),
        verifying_key: r.text("verifying_key"),
        revoked: r.maybe("revoked").is_some(),
    }
}

impl Tx {
    /// Enrols a partner whose fingerprint somebody compared out of band.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_partner(&mut self, p: &Partner, at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO partner (fingerprint, name, kind, country, url, recipient, verifying_key, enrolled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name, kind = excluded.kind, country = excluded.country, url = excluded.url, recipient = excluded.recipient",
            [
                (&p.fingerprint).into(),
                (&p.name).into(),
                p.kind.as_str().into(),
                (&p.country).into(),
                p.url.clone().into(),
                (&p.recipient).into(),
                (&p.verifying_key).into(),
                at.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn revoke_partner(&mut self, fingerprint: &str, at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE partner SET revoked = $1 WHERE fingerprint = $2 AND revoked IS NULL",
            [at.into(), fingerprint.into()],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn partners(&mut self) -> Result<Vec<Partner>, StoreError> {
        Ok(self
            .rows("SELECT * FROM partner ORDER BY name", [])
            .await?
            .iter()
            .map(partner)
            .collect())
    }

    /// # Errors
    /// When no such partner is enrolled.
    pub async fn partner(&mut self, fingerprint: &str) -> Result<Partner, StoreError> {
        let row = self
            .row(
                "SELECT * FROM partner WHERE fingerprint = $1",
                [fingerprint.into()],
            )
            .await?;
        row.as_ref().map(partner).ok_or_else(|| StoreError::NotFound {
            what: "enrolled partner",
            id: fingerprint.to_owned(),
        })
    }

    /// Marks a bundle as taken in or sent. False when it was before: every bundle counts once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_bundle(
        &mut self,
        id: &str,
        outgoing: bool,
        partner: &str,
        referral: ReferralId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let added = self
            .execute(
                "INSERT INTO bundle (id, direction, partner, referral, taken) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
                [id.into(), if outgoing { "out" } else { "in" }.into(), partner.into(), referral.to_string().into(), at.into()],
            )
            .await?;
        Ok(added == 1)
    }

    /// Puts a bundle at the end of the outbox, to be carried until it arrives: in this order, and by no clock.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue(
        &mut self,
        bundle: &str,
        partner: &str,
        payload: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO outbox (bundle, position, partner, payload, attempts, next_attempt) VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM outbox), $2, $3, 0, $4)",
            [bundle.into(), partner.into(), payload.into(), at.into()],
        )
        .await?;
        Ok(())
    }

    /// Bundles that are due to be tried, in the order they were made. One that waits for its partner holds back all
    /// later ones to that partner, and none to others; those of partners without a network wait for a stick.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting(&mut self, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
        let rows = self
            .rows(
                "SELECT o.bundle, o.partner, o.payload, o.attempts, p.url FROM outbox o JOIN partner p ON p.fingerprint = o.partner WHERE o.delivered IS NULL AND o.next_attempt <= $1 AND p.revoked IS NULL AND p.url IS NOT NULL AND p.url <> '' AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.partner = o.partner AND e.delivered IS NULL AND e.next_attempt > $1 AND e.position < o.position) ORDER BY o.position LIMIT 50",
                [now.into()],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|r| Waiting {
                bundle: r.text("bundle"),
                partner: r.text("partner"),
                url: r.text("url"),
                payload: r.text("payload"),
                attempts: r.int("attempts"),
            })
            .collect())
    }

    /// The bundles of a referral that go out, as files.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outgoing_bundles(
        &mut self,
        referral: ReferralId,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self
            .rows(
                "SELECT o.bundle, o.payload FROM outbox o JOIN bundle b ON b.id = o.bundle WHERE b.referral = $1 ORDER BY o.position",
                [referral.to_string().into()],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|r| (r.text("bundle"), r.text("payload")))
            .collect())
    }

    /// Notes what became of an attempt to carry a bundle. One that was refused goes to the end of the queue.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn carried(&mut self, item: &Waiting, carried: Carried) -> Result<(), StoreError> {
        let (delivered, next) = match carried {
            Carried::Arrived { at } => (Some(at), at),
            Carried::Waits { next } | Carried::Refused { next } => (None, next),
        };
        self.execute(
            "UPDATE outbox SET delivered = $1, attempts = attempts + 1, next_attempt = $2 WHERE bundle = $3",
            [delivered.into(), next.into(), (&item.bundle).into()],
        )
        .await?;
        if matches!(carried, Carried::Refused { .. }) {
            self.execute(
                "UPDATE outbox SET position = (SELECT MAX(position) + 1 FROM outbox) WHERE bundle = $1",
                [(&item.bundle).into()],
            )
            .await?;
        }
        Ok(())
    }

    /// Carries nothing of a referral any more that was made until now: what is recalled is not sent afterwards, and each
    /// later bundle has the whole chain.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unqueue(&mut self, referral: ReferralId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM outbox WHERE bundle IN (SELECT id FROM bundle WHERE referral = $1)",
            [referral.to_string().into()],
        )
        .await?;
        Ok(())
    }

    /// Takes steps off a referral's chain, from an ordinal on: its sender's recall overtook them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn overtake(&mut self, referral: ReferralId, from: u32) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM step WHERE referral = $1 AND ordinal >= $2",
            [referral.to_string().into(), from.into()],
        )
        .await?;
        self.unqueue(referral).await
    }
}
