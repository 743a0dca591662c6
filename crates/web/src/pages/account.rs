//! A member's own account: the second factor (RFC 6238).

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};
use workflow::{Actor, VaultKey, WorkflowError, store::members::Member};

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    f: Frame,
    has_totp: bool,
    secret: String,
}

/// Seconds that one code lasts.
const STEP: u64 = 30;

fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new()
        .with_secret(Secret::new(secret.into()))
        .build()
        .ok()
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_second()).unwrap_or(0)
}

/// Whether a code is the member's, now, for the first time.
pub(super) async fn code_holds(
    app: &App,
    member: &Member,
    key: &VaultKey,
    code: &str,
    now: Timestamp,
) -> Result<bool, WorkflowError> {
    let mut tx = app.hub.store.write("second factor").await?;
    let Some((sealed, _)) = tx.totp(member.id).await? else {
        return Ok(true);
    };
    let opener = tx
        .opener(
            key,
            now,
            &Actor::member(member.id),
            "second factor",
            &member.id.to_string(),
        )
        .await?;
    let secret = opener.open(&sealed, "the second factor")?;
    let Some(end) = totp(&secret).and_then(|t| t.check(code, seconds(now))) else {
        return Ok(false);
    };
    let fresh = tx
        .use_totp(member.id, i64::try_from(end / STEP).unwrap_or(i64::MAX), now)
        .await?;
    tx.commit().await?;
    Ok(fresh)
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let mut bytes = [0; 20];
    workflow::store::seal::random(&mut bytes)?;
    let secret = Secret::new_stack(bytes).to_base32();
    show(&Account {
        f: Frame::of(&app, &headers, Some(&session), "/account"),
        has_totp: session.member.has_totp,
        secret,
    })
}

/// Keeps a second factor once its first code shows that the member's device has it.
pub(crate) async fn second_factor(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let secret = Secret::try_from_base32(posted.text("secret")).map_err(|_| Failure::say("wrong-secret"))?;
    let bytes = secret.as_bytes().to_vec();
    let now = app.now();
    if bytes.len() < 16
        || totp(&bytes)
            .and_then(|t| t.check(posted.text("code"), seconds(now)))
            .is_none()
    {
        return Err(Failure::say("wrong-code"));
    }
    let sealed = workflow::store::seal::seal(&app.hub.card.recipient, &bytes)?;
    let mut tx = app.hub.store.write("second factor").await?;
    tx.set_totp(session.member.id, sealed, now).await?;
    tx.commit().await?;
    Ok(see("/account"))
}
