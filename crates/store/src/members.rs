//! Accounts: members with their wrapped keys, sessions, and the one-time links by which members join.

use evidence::{Viewer, id::MemberId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{
    Actor, Row, StoreError, Tx, VaultKey,
    db::instant,
    seal::{phrase_key, random, token_key},
};

/// This hub's card: what partners need to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    pub name: String,
    /// The kind of viewer it is to others: protection, enforcement, exchange.
    pub kind: Viewer,
    pub country: String,
    /// Everything is sealed to this.
    pub recipient: String,
    pub verifying_key: String,
}

/// Someone with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub login: String,
    pub role: Viewer,
    pub language: String,
    pub has_totp: bool,
    pub disabled: bool,
}

fn member(row: &Row) -> Result<Member, StoreError> {
    let role = row.text("role");
    Ok(Member {
        id: row.parse("member", "id")?,
        login: row.text("login"),
        role: Viewer::named(&role).ok_or(StoreError::Damaged {
            table: "member",
            column: "role",
            id: row.text("id"),
            value: role,
        })?,
        language: row.text("language"),
        has_totp: !row.bytes("totp").is_empty(),
        disabled: row.maybe("disabled").is_some(),
    })
}

/// What a token is stored as: whoever reads the database cannot use it.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A token of 256 random bits in hexadecimal.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn new_token() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    random(&mut bytes)?;
    Ok(hex::encode(bytes))
}

impl Tx {
    /// # Errors
    /// When the hub was made before.
    pub async fn create_hub(&mut self, hub: &Hub, at: Timestamp) -> Result<(), StoreError> {
        if self.hub().await?.is_some() {
            return Err(StoreError::Conflict(
                "this data folder already holds a hub; nothing was changed".into(),
            ));
        }
        self.execute(
            "INSERT INTO hub (id, name, kind, country, created, recipient, verifying_key) VALUES (1, $1, $2, $3, $4, $5, $6)",
            [(&hub.name).into(), hub.kind.as_str().into(), (&hub.country).into(), at.into(), (&hub.recipient).into(), (&hub.verifying_key).into()],
        )
        .await?;
        self.journal(at, &Actor::command_line(), "init", "hub", &hub.verifying_key)
            .await
    }

    /// # Errors
    /// When the database refuses.
    pub async fn hub(&mut self) -> Result<Option<Hub>, StoreError> {
        let Some(row) = self
            .row(
                "SELECT name, kind, country, recipient, verifying_key FROM hub",
                [],
            )
            .await?
        else {
            return Ok(None);
        };
        Ok(Some(Hub {
            name: row.text("name"),
            kind: Viewer::named(&row.text("kind")).unwrap_or(Viewer::Protection),
            country: row.text("country"),
            recipient: row.text("recipient"),
            verifying_key: row.text("verifying_key"),
        }))
    }

    /// Makes a one-time link for a role: the vault's key wrapped under the link's token, which is returned and not kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn invite(
        &mut self,
        role: Viewer,
        key: &VaultKey,
        expires: Timestamp,
        at: Timestamp,
        by: &Actor,
    ) -> Result<String, StoreError> {
        let token = new_token()?;
        let wrapped = key.wrap(&token_key(&token, "invitation"))?;
        self.execute(
            "INSERT INTO invitation (token_hash, role, wrapped_key, expires) VALUES ($1, $2, $3, $4)",
            [
                token_hash(&token).into(),
                role.as_str().into(),
                wrapped.into(),
                expires.into(),
            ],
        )
        .await?;
        self.journal(at, by, "invite", role.as_str(), "").await?;
        Ok(token)
    }

    /// The role that an unused link gives.
    ///
    /// # Errors
    /// When the link is unknown, used or expired: one answer for all three.
    pub async fn invitation(&mut self, token: &str, at: Timestamp) -> Result<(Viewer, VaultKey), StoreError> {
        let row = self
            .row(
                "SELECT role, wrapped_key FROM invitation WHERE token_hash = $1 AND used IS NULL AND expires > $2",
                [token_hash(token).into(), at.into()],
            )
            .await?;
        let found = row.and_then(|r| {
            Some((
                Viewer::named(&r.text("role"))?,
                VaultKey::unwrap(&r.bytes("wrapped_key"), &token_key(token, "invitation"))?,
            ))
        });
        found.ok_or_else(|| StoreError::NotFound {
            what: "open invitation",
            id: "for this link".into(),
        })
    }

    /// Uses a link: the key is wrapped anew under the member's pass phrase.
    ///
    /// # Errors
    /// When the link is spent or the login taken.
    pub async fn join(
        &mut self,
        token: &str,
        id: MemberId,
        login: &str,
        phrase: &str,
        language: &str,
        at: Timestamp,
    ) -> Result<Member, StoreError> {
        let (role, key) = self.invitation(token, at).await?;
        self.execute(
            "UPDATE invitation SET used = $1 WHERE token_hash = $2",
            [at.into(), token_hash(token).into()],
        )
        .await?;
        self.add_member(id, login, role, phrase, &key, language, at).await
    }

    /// # Errors
    /// When the login is taken.
    #[expect(clippy::too_many_arguments, reason = "an account is made of just these, once")]
    pub async fn add_member(
        &mut self,
        id: MemberId,
        login: &str,
        role: Viewer,
        phrase: &str,
        key: &VaultKey,
        language: &str,
        at: Timestamp,
    ) -> Result<Member, StoreError> {
        if self
            .row("SELECT id FROM member WHERE login = $1", [login.into()])
            .await?
            .is_some()
        {
            return Err(StoreError::Conflict(format!(
                "the login “{login}” is taken: choose another"
            )));
        }
        let mut salt = [0; 16];
        random(&mut salt)?;
        let under = phrase_key(phrase, &salt)
            .ok_or_else(|| StoreError::Conflict("the pass phrase cannot be used".into()))?;
        self.execute(
            "INSERT INTO member (id, login, role, phrase_hash, wrapped_key, language, created) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                id.to_string().into(),
                login.into(),
                role.as_str().into(),
                format!("argon2id${}", hex::encode(salt)).into(),
                key.wrap(&under)?.into(),
                language.into(),
                at.into(),
            ],
        )
        .await?;
        self.journal(at, &Actor::member(id), "join", &id.to_string(), role.as_str())
            .await?;
        Ok(Member {
            id,
            login: login.to_owned(),
            role,
            language: language.to_owned(),
            has_totp: false,
            disabled: false,
        })
    }

    /// The member with this login whose pass phrase opens the vault.
    ///
    /// An unknown login costs as much time as a wrong phrase, so that neither can be told from the other.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unlock(
        &mut self,
        login: &str,
        phrase: &str,
    ) -> Result<Option<(Member, VaultKey)>, StoreError> {
        let row = self
            .row(
                "SELECT * FROM member WHERE login = $1 AND disabled IS NULL",
                [login.into()],
            )
            .await?;
        let stored = row.as_ref().map(|r| r.text("phrase_hash")).unwrap_or_default();
        let salt = stored
            .strip_prefix("argon2id$")
            .and_then(|s| hex::decode(s).ok())
            .unwrap_or_else(|| vec![0; 16]);
        let under = phrase_key(phrase, &salt);
        let (Some(row), Some(under)) = (row, under) else {
            return Ok(None);
        };
        VaultKey::unwrap(&row.bytes("wrapped_key"), &under)
            .map(|key| member(&row).map(|m| (m, key)))
            .transpose()
    }

    /// The sealed secret of a member's second factor, and the last time step it was used at.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn totp(&mut self, id: MemberId) -> Result<Option<(Vec<u8>, i64)>, StoreError> {
        let row = self
            .row(
                "SELECT totp, totp_step FROM member WHERE id = $1",
                [id.to_string().into()],
            )
            .await?;
        Ok(row
            .map(|r| (r.bytes("totp"), r.int("totp_step")))
            .filter(|(sealed, _)| !sealed.is_empty()))
    }

    /// # Errors
    /// When the database refuses.
    pub async fn set_totp(&mut self, id: MemberId, sealed: Vec<u8>, at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE member SET totp = $1, totp_step = 0 WHERE id = $2",
            [sealed.into(), id.to_string().into()],
        )
        .await?;
        self.journal(at, &Actor::member(id), "second-factor", &id.to_string(), "")
            .await
    }

    /// Marks a code as used. False when it, or a later one, was used before: a code opens once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn use_totp(&mut self, id: MemberId, step: i64, at: Timestamp) -> Result<bool, StoreError> {
        let changed = self
            .execute(
                "UPDATE member SET totp_step = $1 WHERE id = $2 AND totp_step < $1",
                [step.into(), id.to_string().into()],
            )
            .await?;
        self.journal(at, &Actor::member(id), "code", &id.to_string(), "")
            .await?;
        Ok(changed == 1)
    }

    /// Begins a session: the key is wrapped under the token, which is returned and not kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_session(
        &mut self,
        member: MemberId,
        key: &VaultKey,
        at: Timestamp,
        expires: Timestamp,
    ) -> Result<String, StoreError> {
        let token = new_token()?;
        let wrapped = key.wrap(&token_key(&token, "session"))?;
        self.execute("DELETE FROM session WHERE expires <= $1", [at.into()])
            .await?;
        self.execute(
            "INSERT INTO session (token_hash, member, wrapped_key, created, expires) VALUES ($1, $2, $3, $4, $5)",
            [token_hash(&token).into(), member.to_string().into(), wrapped.into(), at.into(), expires.into()],
        )
        .await?;
        self.journal(at, &Actor::member(member), "sign-in", &member.to_string(), "")
            .await?;
        Ok(token)
    }

    /// The member and the vault's key of a session that has not ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn session(
        &mut self,
        token: &str,
        at: Timestamp,
    ) -> Result<Option<(Member, VaultKey)>, StoreError> {
        let row = self
            .row(
                "SELECT member.*, session.wrapped_key AS session_key FROM session JOIN member ON member.id = session.member WHERE session.token_hash = $1 AND session.expires > $2 AND member.disabled IS NULL",
                [token_hash(token).into(), at.into()],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let key = VaultKey::unwrap(&row.bytes("session_key"), &token_key(token, "session"));
        key.map(|k| member(&row).map(|m| (m, k))).transpose()
    }

    /// # Errors
    /// When the database refuses.
    pub async fn end_session(
        &mut self,
        token: &str,
        member: MemberId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM session WHERE token_hash = $1",
            [token_hash(token).into()],
        )
        .await?;
        self.journal(at, &Actor::member(member), "sign-out", &member.to_string(), "")
            .await
    }

    /// # Errors
    /// When the database refuses.
    pub async fn set_language(
        &mut self,
        member: MemberId,
        language: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE member SET language = $1 WHERE id = $2",
            [language.into(), member.to_string().into()],
        )
        .await?;
        self.journal(
            at,
            &Actor::member(member),
            "language",
            &member.to_string(),
            language,
        )
        .await
    }

    /// Ends an account and all its sessions.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn disable(&mut self, member: MemberId, at: Timestamp, by: &Actor) -> Result<(), StoreError> {
        self.execute(
            "UPDATE member SET disabled = $1 WHERE id = $2",
            [instant(at).into(), member.to_string().into()],
        )
        .await?;
        self.execute(
            "DELETE FROM session WHERE member = $1",
            [member.to_string().into()],
        )
        .await?;
        self.journal(at, by, "disable", &member.to_string(), "").await
    }

    /// # Errors
    /// When the database refuses.
    pub async fn members(&mut self) -> Result<Vec<Member>, StoreError> {
        self.rows("SELECT * FROM member ORDER BY login", [])
            .await?
            .iter()
            .map(member)
            .collect()
    }
}
