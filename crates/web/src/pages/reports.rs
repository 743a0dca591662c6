//! Reports: what came in, its words with every claim marked, and the boxes to bring more.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use evidence::{Bound, Claim, Grade, Quantity, Span, Value, id::DocumentId, unit::Unit};
use intake::Cite;
use workflow::{
    receive::{self, Brought, Received},
    sheet::Sheet,
    store::{intake::Card, parts::Enclosure},
};

use super::{Failure, Frame, PER_PAGE, more, see, show};
use crate::{
    api::Page as PageNumber,
    form::{Posted, Uploaded},
    serve::App,
    session::Session,
};

/// Code points of a working copy that one page shows: 60 kB must be enough for the page.
const SHOWN: usize = 8_000;
/// Claims on one page of a report.
const CLAIMS: usize = 100;
/// Stretches named as unread, and documents named as enclosed, on one page.
const NAMED: usize = 40;

#[derive(Template)]
#[template(path = "reports.html")]
struct List {
    f: Frame,
    cards: Vec<Card>,
    page: i64,
    more: bool,
}

#[derive(Template)]
#[template(path = "report_new.html")]
struct New {
    f: Frame,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Report {
    f: Frame,
    card: Card,
    text: String,
    claims: Vec<Line>,
    cut: bool,
    total: usize,
    page: i64,
    more: bool,
    unread: Vec<Doubt>,
    unread_total: usize,
    inner: Vec<Enclosure>,
    inner_total: usize,
    outer: Vec<DocumentId>,
    sheets: Vec<Sheet>,
    faults: Vec<(String, String)>,
    faults_total: i64,
}

/// What could not be read, and where a reader would look for it.
struct Doubt {
    place: String,
    why: String,
}

/// A claim as the table shows it.
struct Line {
    number: usize,
    kind: &'static str,
    value: String,
    quote: String,
    unit: String,
    start: usize,
    end: usize,
    rule: String,
    link: String,
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
        .documents(PER_PAGE + 1, (page - 1) * PER_PAGE)
        .await?;
    let more = more(&mut cards);
    show(&List {
        f: Frame::of(&app, &headers, Some(&session), "/reports"),
        cards,
        page,
        more,
    })
}

pub(crate) async fn new(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    show(&New {
        f: Frame::of(&app, &headers, Some(&session), "/reports"),
    })
}

pub(crate) async fn paste(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    // Browsers send line breaks as CR LF; what was typed had none of the CRs.
    let text = posted.raw("text").replace("\r\n", "\n");
    keep(&app, &session, &posted, text.into_bytes(), "pasted.txt".into()).await
}

pub(crate) async fn upload(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    uploaded: Uploaded,
) -> Result<Response, Failure> {
    keep(&app, &session, &uploaded.fields, uploaded.bytes, uploaded.name).await
}

async fn keep(
    app: &App,
    session: &Session,
    fields: &Posted,
    bytes: Vec<u8>,
    name: String,
) -> Result<Response, Failure> {
    let source = fields.text("source");
    if source.is_empty() {
        return Err(Failure::say("wrong-source"));
    }
    let grade: Grade = match fields.text("grade") {
        "" => Grade::UNKNOWN,
        text => text
            .parse()
            .map_err(|e: evidence::grade::GradeError| Failure::bad(&e.to_string()))?,
    };
    let published = Some(fields.text("published")).filter(|p| !p.is_empty());
    if published.is_some_and(|p| p.parse::<jiff::civil::Date>().is_err()) {
        return Err(Failure::say("wrong-date"));
    }
    let brought = Brought {
        bytes,
        name,
        source: source.chars().take(120).collect(),
        grade,
        received: app.now(),
        published: published.map(str::to_owned),
        public: fields.text("public") == "yes",
        synthetic: fields.text("synthetic") == "yes",
        confirm: false,
    };
    match receive::receive(&app.hub, brought, &session.moment(app)).await? {
        Received::Taken {
            id,
            waiting: 1..,
            within: 0,
            ..
        } => Ok(see(&format!("/reports/{id}/columns"))),
        Received::Taken { id, .. } => Ok(see(&format!("/reports/{id}"))),
        Received::Known(id) => Ok(see(&format!("/reports/{id}?known=yes"))),
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failure> {
    let id: DocumentId = id.parse()?;
    let moment = session.moment(&app);
    let mut tx = app.hub.store.write("read a report").await?;
    let card = tx.document(id).await?;
    let opener = tx
        .opener(
            &session.key,
            moment.at,
            &moment.actor,
            "read a report",
            &id.to_string(),
        )
        .await?;
    let text = tx.working_copy(id, &opener).await?;
    let claims = tx.claims(id, &opener).await?;
    let parts = tx.parts(id, &opener).await?;
    let mut inner = tx.enclosures(id, &opener).await?;
    let outer = tx.enclosed_in(id).await?;
    let sheets = tx.sheets(id).await?;
    let (faults, faults_total) = tx.row_faults(id, NAMED as i64).await?;
    tx.commit().await?;
    let mut cite = Cite::of(card.document.format, &text, &parts.units);
    let cut = text.chars().count() > SHOWN;
    let shown: String = text.chars().take(SHOWN).collect();
    let f = Frame::of(&app, &headers, Some(&session), "/reports");
    let page = PageNumber::of(&query).0;
    let skip = CLAIMS.saturating_mul(usize::try_from(page - 1).unwrap_or(0));
    let lines = claims
        .iter()
        .enumerate()
        .skip(skip)
        .take(CLAIMS)
        .map(|(i, c)| line(i + 1, c, &unit_words(&mut cite, c.span, &f), &f))
        .collect();
    let unread = parts.unread.iter().take(NAMED).map(|u| Doubt {
        place: unit_words(&mut cite, u.span, &f),
        why: u.why.clone(),
    });
    let unread = unread.collect();
    let inner_total = inner.len();
    inner.truncate(NAMED);
    let more = claims.len() > skip.saturating_add(CLAIMS);
    show(&Report {
        text: marked(&shown, &claims),
        claims: lines,
        total: claims.len(),
        page,
        more,
        f,
        cut,
        unread,
        unread_total: parts.unread.len(),
        inner,
        inner_total,
        outer,
        faults: faults
            .iter()
            .map(|fault| (fault.unit().name(), fault.why.clone()))
            .collect(),
        faults_total,
        sheets,
        card,
    })
}

/// "page 3 (72,100,312,112)" in the reader's language; nothing where the document has no units.
fn unit_words(cite: &mut Cite<'_>, span: Span, f: &Frame) -> String {
    let shown = |u: Unit| match u {
        // The box on the page is for programs; a person looks at the page.
        Unit::Page { page, .. } => format!("{} {page}", f.word("unit", "page")),
        u => format!("{} {}", f.word("unit", u.kind()), u.name()),
    };
    cite.at(span).map(shown).unwrap_or_default()
}

/// The bytes as they came, for whoever must show the original: as a download that no browser runs.
pub(crate) async fn evidentiary(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: DocumentId = id.parse()?;
    let moment = session.moment(&app);
    let mut tx = app.hub.store.write("take the evidentiary copy").await?;
    let opener = tx
        .opener(
            &session.key,
            moment.at,
            &moment.actor,
            "take the evidentiary copy",
            &id.to_string(),
        )
        .await?;
    let bytes = tx.evidentiary_copy(id, &opener).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"{id}.bin\"");
    Ok((
        [
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        bytes,
    )
        .into_response())
}

/// The words with each claim marked and linked to its line. Overlapping claims are marked by the first.
fn marked(text: &str, claims: &[Claim]) -> String {
    let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for (i, claim) in claims.iter().enumerate() {
        let (Some(start), Some(end)) = (bounds.get(claim.span.start), bounds.get(claim.span.end)) else {
            continue;
        };
        if claim.span.start < at || matches!(claim.value, Value::Statement { .. }) {
            continue;
        }
        out.push_str(&publish::escape(&text[bounds[at]..*start]));
        out.push_str(&format!(
            "<a class=\"mark {}\" id=\"w{n}\" href=\"#c{n}\">{}</a>",
            claim.value.kind().as_str(),
            publish::escape(&text[*start..*end]),
            n = i + 1
        ));
        at = claim.span.end;
    }
    out.push_str(&publish::escape(
        &text[bounds.get(at).copied().unwrap_or(text.len())..],
    ));
    out
}

fn line(number: usize, claim: &Claim, unit: &str, f: &Frame) -> Line {
    let (value, link) = match &claim.value {
        Value::Place {
            name,
            country,
            place,
            role,
            ..
        } => (
            format!(
                "{name} {} · {}",
                country.as_deref().unwrap_or(""),
                f.word("role", role.as_str())
            ),
            place.as_ref().map(|p| format!("/places/{p}")).unwrap_or_default(),
        ),
        Value::Count { quantity, of } => (format!("{} {of}", quantity_words(*quantity, 1, f)), String::new()),
        Value::Money { quantity, currency } => (
            format!("{} {currency}", quantity_words(*quantity, 100, f)),
            String::new(),
        ),
        Value::Date { iso, .. } => (iso.clone(), String::new()),
        Value::Statement { speaker, mode } => (
            format!("{speaker} · {}", f.word("mode", mode.as_str())),
            String::new(),
        ),
        Value::Url(v) | Value::Email(v) | Value::Phone(v) => (v.clone(), String::new()),
        Value::Address { value, ledger, check } => (
            format!("{value} · {ledger} · {}", f.word("check", check)),
            String::new(),
        ),
    };
    Line {
        number,
        kind: claim.value.kind().as_str(),
        value,
        quote: claim.quote.chars().take(160).collect(),
        unit: unit.to_owned(),
        start: claim.span.start,
        end: claim.span.end,
        rule: claim.rule.clone(),
        link,
    }
}

/// A number with its ends in words: a bound never looks like a point.
fn quantity_words(q: Quantity, scale: i64, f: &Frame) -> String {
    let shown = |v: Option<i64>| v.map_or_else(|| "…".to_owned(), |v| (v / scale).to_string());
    match q.bound {
        Bound::Exact => shown(q.min),
        Bound::Range => format!("{}–{}", shown(q.min), shown(q.max)),
        Bound::AtMost | Bound::LessThan => format!("{} {}", f.word("bound", q.bound.as_str()), shown(q.max)),
        other => format!("{} {}", f.word("bound", other.as_str()), shown(q.min)),
    }
}
