//! Referrals: what was asked of whom, each signed step, and the steps that are ours to take.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use evidence::id::ReferralId;
use response::{State as S, View, step::DECLINE_REASONS};
use workflow::{
    exchange,
    refer::{self, Taken},
    store::response::ReferralCard,
};

use super::{Failure, Frame, PER_PAGE, moment, more, see, show};
use crate::{
    api::Page as PageNumber,
    form::{Posted, Uploaded},
    serve::App,
    session::Session,
};

#[derive(Template)]
#[template(path = "referrals.html")]
struct List {
    f: Frame,
    cards: Vec<ReferralCard>,
    page: i64,
    more: bool,
    now: jiff::Timestamp,
}

#[derive(Template)]
#[template(path = "referral.html")]
struct Page {
    f: Frame,
    c: ReferralCard,
    steps: Vec<(String, String, String, String)>,
    view: Option<View>,
    overdue: bool,
}

impl List {
    fn late(&self, c: &ReferralCard) -> bool {
        c.state.awaits_answer() && c.due.is_some_and(|d| d <= self.now)
    }
}

impl Page {
    /// The steps that are ours from here, as the form offers them.
    fn may(&self) -> Vec<&'static str> {
        match (self.c.outgoing, self.c.state) {
            (true, S::Recalled | S::Erased) => Vec::new(),
            (true, _) => vec!["recall"],
            (false, S::Opened) => vec!["accept", "decline"],
            (false, S::Accepted) => vec!["act", "decline"],
            (false, S::Acted | S::Declined) => vec!["close"],
            (false, _) => Vec::new(),
        }
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failure> {
    let page = PageNumber::of(&query).0;
    let mut cards = app
        .hub
        .store
        .read()
        .await?
        .referrals(PER_PAGE + 1, (page - 1) * PER_PAGE)
        .await?;
    let more = more(&mut cards);
    show(&List {
        f: Frame::of(&app, &headers, Some(&session), "/referrals"),
        cards,
        page,
        more,
        now: app.now(),
    })
}

async fn shown(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    id: ReferralId,
    view: Option<View>,
) -> Result<Response, Failure> {
    let mut tx = app.hub.store.read().await?;
    let c = tx.referral(id).await?;
    let chain = tx.chain(id, &app.hub.signer.public()).await?;
    let steps = chain
        .steps()
        .iter()
        .map(|s| {
            (
                s.kind.state().as_str().to_owned(),
                moment(&s.at.to_string()),
                s.organization.spoken(),
                s.hash(),
            )
        })
        .collect();
    let overdue = c.state.awaits_answer() && c.due.is_some_and(|d| d <= app.now());
    show(&Page {
        f: Frame::of(app, headers, Some(session), "/referrals"),
        c,
        steps,
        view,
        overdue,
    })
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    shown(&app, &session, &headers, id.parse()?, None).await
}

/// Opening is an act, so it is a form: the sender learns that somebody read it.
pub(crate) async fn open(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
    _: Posted,
) -> Result<Response, Failure> {
    let id: ReferralId = id.parse()?;
    let view = refer::open(&app.hub, &session.key, id, &session.moment(&app)).await?;
    shown(&app, &session, &headers, id, Some(view)).await
}

pub(crate) async fn step(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let words = |name: &str| posted.text(name).chars().take(500).collect::<String>();
    let taken = match posted.text("step") {
        "accept" => Taken::Accept,
        "decline" => Taken::Decline(words("reason")),
        "act" if posted.text("service").is_empty() => return Err(Failure::say("wrong-done")),
        "act" => Taken::Act(words("service")),
        "close" => Taken::Close,
        "recall" if posted.text("why").is_empty() => return Err(Failure::say("wrong-why")),
        "recall" => Taken::Recall(words("why")),
        _ => return Err(Failure::say("wrong-choice")),
    };
    refer::take(&app.hub, id.parse()?, taken, &session.moment(&app)).await?;
    Ok(see(&format!("/referrals/{id}")))
}

/// The newest bundle of a referral as a file, for a stick.
pub(crate) async fn bundles(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    _: Posted,
) -> Result<Response, Failure> {
    let bundles = exchange::export(&app.hub, id.parse()?, &session.moment(&app)).await?;
    let Some((name, text)) = bundles.into_iter().next_back() else {
        return Err(Failure::say("wrong-nothing-to-carry"));
    };
    let disposition = format!("attachment; filename=\"{name}.hue\"");
    Ok((
        [
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        text,
    )
        .into_response())
}

pub(crate) async fn take_in(
    State(app): State<App>,
    Extension(_): Extension<Session>,
    uploaded: Uploaded,
) -> Result<Response, Failure> {
    let (exchange::TakenIn::Done(id, _) | exchange::TakenIn::Known(id)) =
        exchange::take_in(&app.hub, &uploaded.bytes, app.now()).await?;
    Ok(see(&format!("/referrals/{id}")))
}
