//! The ledger: transfers in order, and tags with their sources.

use money::{Ledger, Tag, Transfer};

use crate::{StoreError, Tx};

impl Tx {
    /// Adds a transfer at the end of the ledger. False when the same one is there already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_transfer(&mut self, t: &Transfer, index: i64) -> Result<bool, StoreError> {
        let added = self
            .execute(
                "INSERT INTO transfer (id, asset, tx, sender, receiver, amount, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                [
                    index.into(),
                    (&t.asset).into(),
                    (&t.tx).into(),
                    (&t.from).into(),
                    (&t.to).into(),
                    t.amount.to_string().into(),
                    t.at.clone().into(),
                ],
            )
            .await?;
        Ok(added == 1)
    }

    /// The index that the next transfer gets.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_transfer(&mut self) -> Result<i64, StoreError> {
        self.number("SELECT COALESCE(MAX(id) + 1, 0) AS n FROM transfer", [])
            .await
    }

    /// The whole ledger, in order.
    ///
    /// # Errors
    /// When a row is damaged.
    pub async fn ledger(&mut self) -> Result<Ledger, StoreError> {
        let rows = self.rows("SELECT * FROM transfer ORDER BY id", []).await?;
        let transfers = rows
            .iter()
            .map(|r| {
                Ok(Transfer {
                    asset: r.text("asset"),
                    tx: r.text("tx"),
                    from: r.text("sender"),
                    to: r.text("receiver"),
                    amount: r.parse("transfer", "amount")?,
                    at: r.maybe("at"),
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Ledger { transfers })
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_tag(&mut self, t: &Tag) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO tag (address, kind, actor, source) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [
                (&t.address).into(),
                (&t.kind).into(),
                (&t.actor).into(),
                (&t.source).into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn tags(&mut self) -> Result<Vec<Tag>, StoreError> {
        let rows = self
            .rows("SELECT * FROM tag ORDER BY address, kind, actor", [])
            .await?;
        Ok(rows
            .iter()
            .map(|r| Tag {
                address: r.text("address"),
                kind: r.text("kind"),
                actor: r.text("actor"),
                source: r.text("source"),
            })
            .collect())
    }
}
