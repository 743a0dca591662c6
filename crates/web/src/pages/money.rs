//! Money: addresses in a pasted text, and a payment followed to where it can be frozen.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use evidence::Value;
use money::ledger::shown;
use workflow::trace;

use super::{Failure, Frame, show};
use crate::{
    form::{Posted, Uploaded},
    serve::App,
    session::Session,
};

/// Decimals that amounts are shown with until assets carry their own (USDT has six).
const DECIMALS: u32 = 6;

#[derive(Template)]
#[template(path = "money.html")]
struct Page {
    f: Frame,
    transfers: usize,
    addresses: Option<Vec<(String, String, String)>>,
    damaged: Vec<String>,
    trace: Option<Traced>,
    /// What an import just did.
    said: Option<String>,
}

struct Traced {
    reported: String,
    services: Vec<(String, String, String)>,
    at_services: String,
    dormant: String,
    cut: String,
    hops: Vec<(u32, String, String, String, String, String)>,
    run: String,
}

async fn base(app: &App, headers: &HeaderMap, session: &Session) -> Result<Page, Failure> {
    let transfers = app.hub.store.read().await?.ledger().await?.transfers.len();
    Ok(Page {
        f: Frame::of(app, headers, Some(session), "/money"),
        transfers,
        addresses: None,
        damaged: Vec::new(),
        trace: None,
        said: None,
    })
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    show(&base(&app, &headers, &session).await?)
}

pub(crate) async fn addresses(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut page = base(&app, &headers, &session).await?;
    let (found, damaged) = money::address::find(posted.raw("text"));
    let rows = found
        .into_iter()
        .filter_map(|m| match m.value {
            Value::Address { value, ledger, check } => Some((value, ledger, page.f.word("check", &check))),
            _ => None,
        })
        .collect();
    page.addresses = Some(rows);
    page.damaged = damaged.into_iter().map(|u| u.why).collect();
    show(&page)
}

pub(crate) async fn ledger(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    uploaded: Uploaded,
) -> Result<Response, Failure> {
    let done = trace::import(&app.hub, &uploaded.bytes, &session.moment(&app)).await?;
    let mut page = base(&app, &headers, &session).await?;
    page.said = Some(format!(
        "{} {} {}",
        page.f.tn("ledger-added", "n", done.added),
        page.f.tn("ledger-known", "n", done.known),
        page.f.tn("ledger-zeros", "n", done.zeros)
    ));
    show(&page)
}

pub(crate) async fn tags(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    uploaded: Uploaded,
) -> Result<Response, Failure> {
    let source: String = uploaded.fields.text("source").chars().take(120).collect();
    if source.is_empty() {
        return Err(Failure::say("wrong-tag-source"));
    }
    let added = trace::import_tags(&app.hub, &uploaded.bytes, &source, &session.moment(&app)).await?;
    let mut page = base(&app, &headers, &session).await?;
    page.said = Some(page.f.tn("tags-added", "n", added));
    show(&page)
}

pub(crate) async fn trace(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let done = trace::trace(&app.hub, posted.text("tx"), &session.moment(&app)).await?;
    let mut page = base(&app, &headers, &session).await?;
    let amount = |v: u128| shown(v, DECIMALS);
    let t = &done.trace;
    page.trace = Some(Traced {
        reported: amount(t.reported),
        services: t
            .services
            .iter()
            .map(|(address, value)| {
                let tag = done
                    .tags
                    .iter()
                    .find(|tag| tag.address == *address && tag.is_service());
                (
                    tag.map(|t| t.actor.clone()).unwrap_or_default(),
                    address.clone(),
                    amount(*value),
                )
            })
            .collect(),
        at_services: amount(t.at_services),
        dormant: amount(t.dormant),
        cut: amount(t.cut),
        hops: t
            .hops
            .iter()
            .take(200)
            .map(|h| {
                let transfer = &done.ledger.transfers[h.transfer];
                (
                    h.depth,
                    transfer.tx.clone(),
                    transfer.from.clone(),
                    transfer.to.clone(),
                    amount(h.high - h.low),
                    page.f.word("terminal", h.terminal.as_str()),
                )
            })
            .collect(),
        run: done.run.hash(),
    });
    show(&page)
}
