//! What anybody may see: published briefs, open data, the feed, and the style of all pages.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use workflow::{publish, store::publish::Published};

use super::{Failure, Frame, briefs::Brief, show};
use crate::{serve::App, session::Reader};

#[derive(Template)]
#[template(path = "public.html")]
struct Index {
    f: Frame,
    briefs: Vec<Published>,
    release: Option<Published>,
}

pub(crate) async fn index(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let mut tx = app.hub.store.read().await?;
    let briefs = tx
        .briefs()
        .await?
        .into_iter()
        .filter(|b| b.published.is_some())
        .collect();
    let release = tx.release().await?;
    show(&Index {
        f: Frame::of(&app, &headers, session.as_deref(), "/public"),
        briefs,
        release,
    })
}

/// A draft is not there for anybody: the answer is the same as for a brief that never was.
pub(crate) async fn brief(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let b = app.hub.store.read().await?.brief(id.parse()?).await?;
    if b.published.is_none() {
        return Err(workflow::StoreError::NotFound { what: "brief", id }.into());
    }
    show(&Brief {
        f: Frame::of(&app, &headers, session.as_deref(), "/public"),
        b,
    })
}

pub(crate) async fn data(State(app): State<App>) -> Result<Response, Failure> {
    let release = app.hub.store.read().await?.release().await?;
    let Some(release) = release else {
        return Err(Failure::say("wrong-no-release"));
    };
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], release.body).into_response())
}

pub(crate) async fn feed(State(app): State<App>) -> Result<Response, Failure> {
    let text = publish::feed(&app.hub, &app.base).await?;
    Ok((
        [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")],
        text,
    )
        .into_response())
}

pub(crate) async fn style() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("../../static/hue.css"),
    )
        .into_response()
}
