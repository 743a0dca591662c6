//! Members, partners and the journal: for whoever administers this hub.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use evidence::{Viewer, id::MemberId};
use jiff::SignedDuration;
use response::Fingerprint;
use workflow::{
    exchange,
    store::{Row, exchange::Partner, members::Member},
};

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "members.html")]
struct Page {
    f: Frame,
    members: Vec<Member>,
    partners: Vec<(Partner, String)>,
    fingerprint: String,
    card: String,
    link: String,
}

#[derive(Template)]
#[template(path = "journal.html")]
struct Journal {
    f: Frame,
    rows: Vec<Row>,
}

fn recipients() -> [&'static str; 3] {
    Viewer::RECIPIENTS.map(Viewer::as_str)
}

fn roles() -> [&'static str; 6] {
    Viewer::ROLES.map(Viewer::as_str)
}

async fn shown(app: &App, session: &Session, headers: &HeaderMap, link: String) -> Result<Response, Failure> {
    let mut tx = app.hub.store.read().await?;
    let members = tx.members().await?;
    let partners = tx
        .partners()
        .await?
        .into_iter()
        .map(|p| (p.clone(), Fingerprint::from(p.fingerprint.as_str()).spoken()))
        .collect();
    show(&Page {
        f: Frame::of(app, headers, Some(session), "/members"),
        members,
        partners,
        fingerprint: app.hub.signer.fingerprint().spoken(),
        card: exchange::card(&app.hub, Some(&app.base)),
        link,
    })
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    shown(&app, &session, &headers, String::new()).await
}

/// Makes a one-time link and shows it once.
pub(crate) async fn invite(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let role = Viewer::named(posted.text("role"))
        .filter(|r| Viewer::ROLES.contains(r))
        .ok_or_else(|| Failure::say("wrong-choice"))?;
    let at = session.moment(&app);
    let expires = at
        .at
        .saturating_add(SignedDuration::from_hours(72))
        .unwrap_or(at.at);
    let mut tx = app.hub.store.write("invite").await?;
    let token = tx.invite(role, &session.key, expires, at.at, &at.actor).await?;
    tx.commit().await?;
    shown(&app, &session, &headers, format!("{}/join/{token}", app.base)).await
}

pub(crate) async fn disable(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let id: MemberId = posted.text("member").parse()?;
    if id == session.member.id {
        return Err(Failure::say("wrong-own-account"));
    }
    let at = session.moment(&app);
    let mut tx = app.hub.store.write("disable").await?;
    tx.disable(id, at.at, &at.actor).await?;
    tx.commit().await?;
    Ok(see("/members"))
}

pub(crate) async fn enrol(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let kind = Viewer::named(posted.text("kind")).ok_or_else(|| Failure::say("wrong-choice"))?;
    exchange::enrol(
        &app.hub,
        posted.raw("card"),
        posted.text("fingerprint"),
        kind,
        &session.moment(&app),
    )
    .await?;
    Ok(see("/members"))
}

pub(crate) async fn revoke(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    exchange::revoke(&app.hub, posted.text("fingerprint"), &session.moment(&app)).await?;
    Ok(see("/members"))
}

pub(crate) async fn journal(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let rows = app.hub.store.read().await?.journal_tail(200).await?;
    show(&Journal {
        f: Frame::of(&app, &headers, Some(&session), "/members"),
        rows,
    })
}
