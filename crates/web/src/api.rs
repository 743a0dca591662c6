//! The JSON API, and the one door for partners. What goes out is written here field by field.

use std::io::{self, Write};

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use evidence::{Mention, Quantity, Value, claim::Unread, id::DocumentId};
use serde_json::{Value as J, json};
use workflow::{exchange, queue as queues, receive};

use crate::{pages::Failure, serve::App, session::Session};

type Answer = Result<Json<J>, Problem>;

/// A failure as programs read it: what a page would have said, as JSON.
pub(crate) struct Problem(Failure);

impl<E: Into<Failure>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.0.status, Json(json!({"error": self.0.text()}))).into_response()
    }
}

/// Our card, for partners to enrol by comparing its fingerprint with us.
pub(crate) async fn card(State(app): State<App>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        exchange::card(&app.hub, Some(&app.base)),
    )
        .into_response()
}

/// Takes in a partner's bundle. The answer names the bundle's fate and nothing about anybody.
pub(crate) async fn bundles(State(app): State<App>, request: Request) -> Response {
    if !app.limiter.allows("exchange", 600, 60, app.now()) {
        return (
            StatusCode::TOO_MANY_REQUESTS,
            "too many bundles at once: try again in a minute\n",
        )
            .into_response();
    }
    let Ok(bytes) = axum::body::to_bytes(request.into_body(), response::bundle::LIMIT).await else {
        return (
            StatusCode::PAYLOAD_TOO_LARGE,
            "a bundle is not as large as this\n",
        )
            .into_response();
    };
    match exchange::take_in(&app.hub, &bytes, app.now()).await {
        Ok(exchange::TakenIn::Done(id, state)) => {
            Json(json!({"referral": id.to_string(), "state": state.as_str()})).into_response()
        }
        Ok(exchange::TakenIn::Known(id)) => {
            Json(json!({"referral": id.to_string(), "state": "known"})).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "a bundle was refused");
            // What failed here and not in the bundle is the partner's to try again, and none of its business.
            let failure = Failure::from(error);
            let status = match failure.status {
                StatusCode::INTERNAL_SERVER_ERROR => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            (status, Json(json!({"error": failure.text()}))).into_response()
        }
    }
}

pub(crate) async fn queue(State(app): State<App>) -> Answer {
    let q = queues::queue(&app.hub, app.now()).await?;
    Ok(Json(json!({
        "overdue": q.overdue_count, "incoming": q.incoming_count, "cases": q.case_count, "questions": q.questions, "pairs": q.pairs,
        "documents": q.documents,
    })))
}

#[derive(Default)]
pub(crate) struct Page(pub i64);

impl Page {
    /// `?page=3`, from 1; anything else is the first.
    pub(crate) fn of(query: &std::collections::HashMap<String, String>) -> Self {
        Self(
            query
                .get("page")
                .and_then(|p| p.parse().ok())
                .filter(|p| (1..=1_000_000).contains(p))
                .unwrap_or(1),
        )
    }
}

pub(crate) async fn reports(
    State(app): State<App>,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Answer {
    let page = Page::of(&query).0;
    let cards = app
        .hub
        .store
        .read()
        .await?
        .documents(100, (page - 1) * 100)
        .await?;
    let list: Vec<J> = cards
        .iter()
        .map(|c| {
            json!({
                "id": c.document.id.to_string(), "source": c.source_name, "grade": c.document.grade.to_string(), "format": c.document.format.as_str(),
                "received": c.document.received.to_string(), "published": c.document.published, "claims": c.claims, "synthetic": c.document.synthetic,
            })
        })
        .collect();
    Ok(Json(json!({"page": page, "reports": list})))
}

pub(crate) async fn claims(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Answer {
    let id: DocumentId = id.parse()?;
    let moment = session.moment(&app);
    let mut tx = app.hub.store.write("api claims").await?;
    let opener = tx
        .opener(
            &session.key,
            moment.at,
            &moment.actor,
            "claims by api",
            &id.to_string(),
        )
        .await?;
    let claims = tx.claims(id, &opener).await?;
    tx.commit().await?;
    let list: Vec<J> = claims
        .iter()
        .map(|c| {
            let mention = Mention {
                span: c.span,
                quote: c.quote.clone(),
                value: c.value.clone(),
                rule: "",
            };
            let mut object = mention_json(&mention);
            object["rule"] = J::from(c.rule.as_str());
            object["id"] = J::from(c.id.to_string());
            object
        })
        .collect();
    Ok(Json(json!({"document": id.to_string(), "claims": list})))
}

/// Reads without keeping.
pub(crate) async fn read(State(_): State<App>, bytes: Bytes) -> Result<Response, Problem> {
    let proposal = tokio::task::spawn_blocking(move || receive::read(&bytes, "", None))
        .await
        .map_err(|_| Failure::bad("reading stopped"))??;
    let mut body = Vec::new();
    write_proposal(&mut body, &proposal).map_err(|_| Failure::bad("the answer could not be written"))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

pub(crate) async fn estimate(State(_): State<App>, bytes: Bytes) -> Answer {
    let done = workflow::estimate::table(&bytes, &[], 0.95)?;
    Ok(Json(workflow::estimate::to_json(&done)))
}

pub(crate) async fn referrals(
    State(app): State<App>,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Answer {
    let page = Page::of(&query).0;
    let cards = app
        .hub
        .store
        .read()
        .await?
        .referrals(100, (page - 1) * 100)
        .await?;
    let list: Vec<J> = cards
        .iter()
        .map(|c| {
            json!({
                "id": c.id.to_string(), "partner": c.partner_name, "outgoing": c.outgoing, "state": c.state.as_str(), "service": c.service,
                "rule": c.rule, "created": c.created, "due": c.due.map(|d| d.to_string()),
            })
        })
        .collect();
    Ok(Json(json!({"page": page, "referrals": list})))
}

/// What `hue read --format json` prints and `/api/v1/read` answers, written as it is made: a text may hold many claims.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_proposal(out: &mut impl Write, p: &receive::Proposal) -> io::Result<()> {
    let (encoding, published) = (J::from(p.encoding), J::from(p.published.clone()));
    write!(
        out,
        "{{\"format\":\"{}\",\"encoding\":{encoding},\"published\":{published},\"people\":{},\"claims\":",
        p.format.as_str(),
        p.people.len()
    )?;
    let mut cite = p.cite();
    let claims = p.mentions.iter().map(|m| {
        let mut claim = mention_json(m);
        claim["unit"] = J::from(cite.at(m.span).map(|u| u.to_string()));
        claim
    });
    write_list(out, claims)?;
    out.write_all(b",\"questions\":")?;
    write_list(out, p.questions.iter().map(question_json))?;
    out.write_all(b",\"unread\":")?;
    let unread = |u: &Unread| json!({"start": u.span.start, "end": u.span.end, "why": u.why});
    write_list(out, p.unread.iter().map(unread))?;
    out.write_all(b",\"enclosed\":")?;
    write_list(
        out,
        p.enclosed
            .iter()
            .map(|e| json!({"name": e.name, "bytes": e.bytes.len()})),
    )?;
    out.write_all(b"}\n")
}

fn write_list(out: &mut impl Write, items: impl Iterator<Item = J>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (i, item) in items.enumerate() {
        write!(out, "{}{item}", if i > 0 { "," } else { "" })?;
    }
    out.write_all(b"]")
}

fn question_json(q: &places::Question) -> J {
    let candidate = |(id, what): &(Option<String>, String)| json!({"place": id, "what": what});
    let candidates: Vec<J> = q.candidates.iter().map(candidate).collect();
    json!({"start": q.span.start, "end": q.span.end, "quote": q.quote, "candidates": candidates})
}

fn mention_json(m: &Mention) -> J {
    let mut object = json!({"kind": m.value.kind().as_str(), "start": m.span.start, "end": m.span.end, "quote": m.quote, "rule": m.rule});
    let mut put = |key: &str, value: J| object[key] = value;
    let ends = |q: &Quantity, scale: f64| [q.min, q.max].map(|v| v.map_or(J::Null, |v| number(v, scale)));
    match &m.value {
        Value::Place {
            name,
            country,
            place,
            class,
            role,
        } => {
            put("name", name.as_str().into());
            put("country", country.clone().into());
            put("place", place.clone().into());
            put("type", class.as_str().into());
            put("role", role.as_str().into());
        }
        Value::Count { quantity, of } => {
            let [min, max] = ends(quantity, 1.0);
            put("min", min);
            put("max", max);
            put("bound", quantity.bound.as_str().into());
            put("of", of.as_str().into());
        }
        Value::Money { quantity, currency } => {
            let [min, max] = ends(quantity, 100.0);
            put("min", min);
            put("max", max);
            put("bound", quantity.bound.as_str().into());
            put("currency", currency.as_str().into());
        }
        Value::Date { iso, relative } => {
            put("iso", iso.as_str().into());
            put("relative", (*relative).into());
        }
        Value::Statement { speaker, mode } => {
            put("speaker", speaker.as_str().into());
            put("mode", mode.as_str().into());
        }
        Value::Url(v) | Value::Email(v) | Value::Phone(v) => put("value", v.as_str().into()),
        Value::Address { value, ledger, check } => {
            put("value", value.as_str().into());
            put("ledger", ledger.as_str().into());
            put("check", check.as_str().into());
        }
    }
    object
}

/// Whole numbers stay whole; hundredths are written as a decimal only where there are some.
fn number(value: i64, scale: f64) -> J {
    #[expect(clippy::cast_possible_truncation, reason = "scale is 1 or 100")]
    let whole = scale as i64;
    if value % whole == 0 {
        J::from(value / whole)
    } else {
        J::from(value as f64 / scale)
    }
}
