//! Estimate: a table or the store's own lists, to a figure with its verdict, in words.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use publish::chart::{Interval, forest};
use workflow::estimate::{self, Estimated};

use super::{Failure, Frame, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "estimate.html")]
struct Page {
    f: Frame,
    done: Option<Shown>,
    table: String,
}

struct Shown {
    verdict: &'static str,
    people: u64,
    lists: String,
    methods: Vec<(String, String, String, String)>,
    reasons: Vec<(String, String)>,
    svg: String,
    run: String,
}

fn shown(done: &Estimated, f: &Frame) -> Shown {
    let a = &done.assessment;
    let whole = |v: f64| format!("{v:.0}");
    let intervals: Vec<Interval> = a
        .estimates
        .iter()
        .filter_map(|e| {
            let figure = e.figure.as_ref().ok()?;
            Some(Interval {
                name: f.word("method", e.method.as_str()),
                estimate: figure.estimate,
                lower: figure.lower,
                upper: figure.upper,
            })
        })
        .collect();
    Shown {
        verdict: a.verdict.kind.as_str(),
        people: a.table.people(),
        lists: a.table.lists.join(", "),
        methods: a
            .estimates
            .iter()
            .map(|e| match &e.figure {
                Ok(v) => (
                    f.word("method", e.method.as_str()),
                    whole(v.estimate),
                    whole(v.lower),
                    v.upper.map_or_else(|| "–".into(), whole),
                ),
                Err(why) => (
                    f.word("method", e.method.as_str()),
                    why.clone(),
                    "–".into(),
                    "–".into(),
                ),
            })
            .collect(),
        reasons: a
            .verdict
            .reasons
            .iter()
            .map(|r| (f.word("verdict", r.kind.as_str()), r.text.clone()))
            .collect(),
        svg: if intervals.is_empty() {
            String::new()
        } else {
            forest(&f.t("estimate-forest"), a.table.people() as f64, &intervals)
        },
        run: done.run.hash(),
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    show(&Page {
        f: Frame::of(&app, &headers, Some(&session), "/estimate"),
        done: None,
        table: String::new(),
    })
}

pub(crate) async fn table(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let table = posted.raw("table").replace("\r\n", "\n");
    let text = table.clone();
    let done = tokio::task::spawn_blocking(move || estimate::table(text.as_bytes(), &[], 0.95))
        .await
        .map_err(|_| Failure::bad("estimating stopped"))??;
    let f = Frame::of(&app, &headers, Some(&session), "/estimate");
    show(&Page {
        done: Some(shown(&done, &f)),
        f,
        table,
    })
}

pub(crate) async fn store(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    _: Posted,
) -> Result<Response, Failure> {
    let done = estimate::from_store(&app.hub, &session.key, 0.95, &session.moment(&app)).await?;
    let f = Frame::of(&app, &headers, Some(&session), "/estimate");
    show(&Page {
        done: Some(shown(&done, &f)),
        f,
        table: String::new(),
    })
}
