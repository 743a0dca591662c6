//! Briefs: drafted from what was said, read before they are published, and the table of open data.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use evidence::id::BriefId;
use workflow::{publish, store::publish::Published};

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "briefs.html")]
struct List {
    f: Frame,
    briefs: Vec<Published>,
    release: Option<Published>,
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
    show(&List {
        f: Frame::of(&app, &headers, Some(&session), "/briefs"),
        briefs,
        release,
    })
}

pub(super) fn brief_id(id: &str) -> Result<BriefId, Failure> {
    id.parse()
        .map_err(|e: evidence::id::IdError| Failure::bad(&e.to_string()))
}

pub(crate) async fn draft(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let title: String = posted.text("title").chars().take(160).collect();
    if title.is_empty() {
        return Err(Failure::bad("a brief needs a title"));
    }
    let id = publish::draft(&app.hub, &session.key, &title, &[], &session.moment(&app)).await?;
    Ok(see(&format!("/briefs/{id}/draft")))
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let b = app.hub.store.read().await?.brief(brief_id(&id)?).await?;
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
    publish::publish(&app.hub, brief_id(&id)?, &session.moment(&app)).await?;
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
