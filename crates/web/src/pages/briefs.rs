//! Briefs: drafted from what was said, read before they are published, and the table of open data.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use evidence::id::AnswerId;
use workflow::{publish, store::publish::Published};

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "briefs.html")]
struct List {
    f: Frame,
    briefs: Vec<Published>,
    release: Option<Published>,
    asked: Vec<Asked>,
}

/// A question put to somebody, and what is known of its answer.
struct Asked {
    id: String,
    body: String,
    question: String,
    on: String,
    outcome: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "brief.html")]
pub(super) struct Brief {
    pub f: Frame,
    pub b: Published,
}

pub(crate) async fn list(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let mut tx = app.hub.store.read().await?;
    let (briefs, release) = (tx.briefs().await?, tx.release().await?);
    let asked = tx.asked().await?.into_iter().map(|a| Asked {
        id: a.id.to_string(),
        open: a.outcome.is_none(),
        outcome: a
            .outcome
            .unwrap_or_else(|| publish::no_answer(&a.asked, app.now())),
        body: a.body,
        question: a.question,
        on: a.asked.chars().take(10).collect(),
    });
    let asked = asked.collect();
    show(&List {
        f: Frame::of(&app, &headers, Some(&session), "/briefs"),
        briefs,
        release,
        asked,
    })
}

pub(crate) async fn draft(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let title: String = posted.text("title").chars().take(160).collect();
    if title.is_empty() {
        return Err(Failure::say("wrong-title"));
    }
    let id = publish::draft(&app.hub, &session.key, &title, &[], &session.moment(&app)).await?;
    Ok(see(&format!("/briefs/{id}/draft")))
}

pub(crate) async fn ask(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let cut = |name: &str| posted.text(name).chars().take(400).collect::<String>();
    publish::ask(&app.hub, &cut("body"), &cut("question"), &session.moment(&app)).await?;
    Ok(see("/briefs#asked"))
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let id: AnswerId = posted.text("id").parse()?;
    let outcome: String = posted.text("outcome").chars().take(2000).collect();
    publish::answered(&app.hub, id, &outcome, &session.moment(&app)).await?;
    Ok(see("/briefs#asked"))
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let b = app.hub.store.read().await?.brief(id.parse()?).await?;
    show(&Brief {
        f: Frame::of(&app, &headers, Some(&session), "/briefs"),
        b,
    })
}

pub(crate) async fn publish(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    _: Posted,
) -> Result<Response, Failure> {
    publish::publish(&app.hub, id.parse()?, &session.moment(&app)).await?;
    Ok(see("/briefs"))
}

pub(crate) async fn release(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    _: Posted,
) -> Result<Response, Failure> {
    publish::release(&app.hub, &session.key, &session.moment(&app)).await?;
    Ok(see("/briefs"))
}
