//! Columns: a person says once which column of a sheet holds what.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use evidence::id::DocumentId;
use intake::{
    order::Order,
    profile::{Column, Field, Profile},
};
use workflow::sheet::{self, Waiting};

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "columns.html")]
struct Page {
    f: Frame,
    id: DocumentId,
    sheets: Vec<Sheet>,
    fields: Vec<&'static str>,
    orders: Vec<&'static str>,
}

/// A sheet as the form shows it.
struct Sheet {
    ordinal: i64,
    name: String,
    columns: Vec<Line>,
}

struct Line {
    header: String,
    field: &'static str,
    order: &'static str,
    samples: String,
}

fn shown(w: Waiting) -> Sheet {
    let lines = w
        .proposal
        .columns
        .into_iter()
        .zip(w.samples)
        .map(|(c, samples)| Line {
            header: c.header,
            field: c.field.as_str(),
            order: c.order.map_or("", Order::as_str),
            samples: samples.join("; "),
        });
    Sheet {
        ordinal: w.ordinal,
        name: w.sheet,
        columns: lines.collect(),
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: DocumentId = id.parse()?;
    let tables = sheet::tables(&app.hub, &session.key, id, &session.moment(&app)).await?;
    let open = app.hub.store.read().await?.sheets(id).await?;
    let waits = |w: &Waiting| open.iter().any(|s| s.ordinal == w.ordinal && s.is_open());
    show(&Page {
        f: Frame::of(&app, &headers, Some(&session), "/reports"),
        id,
        sheets: sheet::proposals(&tables)
            .into_iter()
            .filter(waits)
            .map(shown)
            .collect(),
        fields: Field::ALL.iter().map(|(_, name)| *name).collect(),
        orders: Order::ALL.iter().map(|o| o.as_str()).collect(),
    })
}

pub(crate) async fn confirm(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let id: DocumentId = id.parse()?;
    let moment = session.moment(&app);
    let tables = sheet::tables(&app.hub, &session.key, id, &moment).await?;
    let wanted: i64 = posted
        .text("sheet")
        .parse()
        .map_err(|_| Failure::say("wrong-columns"))?;
    let waiting = sheet::proposals(&tables)
        .into_iter()
        .find(|w| w.ordinal == wanted)
        .ok_or_else(|| Failure::say("wrong-columns"))?;
    let columns = waiting.proposal.columns.into_iter().enumerate().map(|(i, c)| {
        Some(Column {
            header: c.header,
            field: Field::named(posted.text(&format!("field-{i}")))?,
            order: Order::named(posted.text(&format!("order-{i}"))),
        })
    });
    let columns = columns
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Failure::say("wrong-columns"))?;
    sheet::confirm(&app.hub, &waiting.fingerprint, &Profile { columns }, &moment).await?;
    // The rows of a long sheet go on being taken while the report's page says how far they are.
    let taking = tokio::spawn(async move {
        if let Err(error) = sheet::take(&app.hub, id, &tables, &moment, &mut |_, _| {}).await {
            tracing::error!(document = %id, %error, "rows were not taken");
        }
    });
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1), taking).await;
    Ok(see(&format!("/reports/{id}")))
}
