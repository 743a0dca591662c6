//! Cases: what a person needs, what they agreed to, and the referral that is previewed as it will be sent.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use evidence::{
    Secret, Viewer,
    act::{Element, Finding},
    id::{CaseId, RecordId},
    person::Person,
};
use response::{
    Case,
    case::{NEEDS, Risk, SIGNALS},
};
use workflow::{
    refer::{self, NewCase, Preview},
    store::{exchange::Partner, response::CaseCard},
};

use super::{Failure, Frame, PER_PAGE, moment, more, see, show};
use crate::{api::Page as PageNumber, form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "cases.html")]
struct List {
    f: Frame,
    cases: Vec<CaseCard>,
    page: i64,
    more: bool,
}

#[derive(Template)]
#[template(path = "case_new.html")]
struct New {
    f: Frame,
    person: Person,
    record: String,
    synthetic: bool,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    f: Frame,
    c: Case,
    partners: Vec<Partner>,
    now: jiff::Timestamp,
}

#[derive(Template)]
#[template(path = "preview.html")]
struct PreviewPage {
    f: Frame,
    p: Preview,
    service: String,
}

impl Page {
    fn findings(&self) -> Vec<(&'static str, Finding)> {
        Element::ALL
            .iter()
            .map(|e| e.as_str())
            .zip(self.c.findings)
            .collect()
    }

    fn complete(&self) -> bool {
        evidence::act::complete(self.c.findings, self.c.child)
    }
}

impl PreviewPage {
    fn due(&self) -> String {
        self.p.due.map(|d| moment(&d.to_string())).unwrap_or_default()
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failure> {
    let page = PageNumber::of(&query).0;
    let mut cases = app
        .hub
        .store
        .read()
        .await?
        .cases(PER_PAGE + 1, (page - 1) * PER_PAGE)
        .await?;
    let more = more(&mut cases);
    show(&List {
        f: Frame::of(&app, &headers, Some(&session), "/cases"),
        cases,
        page,
        more,
    })
}

/// A new case, filled from a record when one is named.
pub(crate) async fn new(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failure> {
    let mut page = New {
        f: Frame::of(&app, &headers, Some(&session), "/cases"),
        person: Person::default(),
        record: String::new(),
        synthetic: false,
    };
    if let Some(record) = query.get("record") {
        let id: RecordId = record.parse()?;
        let known = refer::person_of(&app.hub, &session.key, id, &session.moment(&app)).await?;
        (page.person, page.record, page.synthetic) = (known.person, id.to_string(), known.synthetic);
    }
    show(&page)
}

pub(crate) async fn create(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let secret = |name: &str| Secret::new(posted.text(name));
    let new = NewCase {
        person: Person {
            name: secret("name"),
            birth_date: secret("birth_date"),
            nationality: posted.text("nationality").to_owned(),
            passport: secret("passport"),
            phone: secret("phone"),
            last_place: secret("last_place"),
            note: secret("note"),
        },
        family: secret("family"),
        records: posted.text("record").parse().into_iter().collect(),
        risk: posted.text("risk").to_owned(),
        child: posted.text("child") == "yes",
        needs: posted.list("needs"),
        signals: posted.list("signals"),
        compelled_act: secret("compelled_act"),
        synthetic: posted.text("synthetic") == "yes",
    };
    let id = refer::open_case(&app.hub, new, &session.moment(&app)).await?;
    Ok(see(&format!("/cases/{id}")))
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let c = refer::case(&app.hub, &session.key, id.parse()?, &session.moment(&app)).await?;
    let partners = app
        .hub
        .store
        .read()
        .await?
        .partners()
        .await?
        .into_iter()
        .filter(|p| !p.revoked)
        .collect();
    show(&Page {
        f: Frame::of(&app, &headers, Some(&session), "/cases"),
        c,
        partners,
        now: app.now(),
    })
}

pub(crate) async fn consent(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (case, moment): (CaseId, _) = (id.parse()?, session.moment(&app));
    if posted.text("act") == "withdraw" {
        refer::withdraw_consent(&app.hub, case, posted.text("recipient"), &moment).await?;
    } else {
        refer::consent(
            &app.hub,
            case,
            posted.text("recipient"),
            &Secret::new(posted.text("purpose")),
            &Secret::new(posted.text("given")),
            last_day(posted.text("until"))?,
            &moment,
        )
        .await?;
    }
    Ok(see(&format!("/cases/{id}")))
}

/// The end of the last day of a consent, in UTC; none when the field is empty.
fn last_day(text: &str) -> Result<Option<jiff::Timestamp>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: jiff::civil::Date = text.parse().map_err(|_| Failure::say("wrong-date"))?;
    let end = jiff::tz::TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0));
    end.map(Some).map_err(|_| Failure::say("wrong-date"))
}

pub(crate) async fn finding(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let element = Element::ALL
        .into_iter()
        .find(|e| e.as_str() == posted.text("element"))
        .ok_or_else(|| Failure::say("wrong-choice"))?;
    let finding = Finding::named(posted.text("finding")).ok_or_else(|| Failure::say("wrong-choice"))?;
    refer::find(&app.hub, id.parse()?, element, finding, &session.moment(&app)).await?;
    Ok(see(&format!("/cases/{id}")))
}

pub(crate) async fn preview(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let service = posted.text("service").to_owned();
    if service.is_empty() {
        return Err(Failure::say("wrong-service"));
    }
    let p = refer::preview(
        &app.hub,
        &session.key,
        id.parse()?,
        posted.text("partner"),
        &service,
        &session.moment(&app),
    )
    .await?;
    show(&PreviewPage {
        f: Frame::of(&app, &headers, Some(&session), "/cases"),
        p,
        service,
    })
}

pub(crate) async fn refer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let sent = refer::send(
        &app.hub,
        &session.key,
        id.parse()?,
        posted.text("partner"),
        posted.text("service"),
        &session.moment(&app),
    )
    .await?;
    Ok(see(&format!("/referrals/{sent}")))
}

/// Kinds of recipient, for the consent form.
fn recipients() -> [&'static str; 3] {
    Viewer::RECIPIENTS.map(Viewer::as_str)
}
