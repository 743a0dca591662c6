//! Pages: each handler loads through `workflow`, and hands a template what the reader's role may see.

pub mod account;
pub mod briefs;
pub mod cases;
pub mod columns;
pub mod estimate;
pub mod members;
pub mod money;
pub mod pairs;
pub mod places;
pub mod public;
pub mod queue;
pub mod referrals;
pub mod reports;
pub mod sign_in;

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use evidence::{Viewer, Visibility, id::IdError, visibility::Policy};
use workflow::{StoreError, WorkflowError};

use crate::{
    access::{self, Access, ROUTES},
    serve::App,
    session::{self, Session, cookie},
    text::Language,
};

/// What every page's frame needs: language, reader, and where they may go.
pub struct Frame {
    pub language: Language,
    pub hub: String,
    pub login: Option<String>,
    pub role: Viewer,
    pub csrf: String,
    pub nav: Vec<(&'static str, &'static str, bool)>,
}

/// The places of the menu, in the order of a report's life.
const MENU: [(&str, &str); 10] = [
    ("/", "nav-queue"),
    ("/reports", "nav-reports"),
    ("/places", "nav-places"),
    ("/pairs", "nav-pairs"),
    ("/estimate", "nav-estimate"),
    ("/money", "nav-money"),
    ("/cases", "nav-cases"),
    ("/referrals", "nav-referrals"),
    ("/briefs", "nav-briefs"),
    ("/members", "nav-members"),
];

impl Frame {
    pub fn of(app: &App, headers: &HeaderMap, session: Option<&Session>, here: &str) -> Self {
        let role = session.map_or(Viewer::Public, |s| s.member.role);
        let language = cookie(headers, "hue-language")
            .and_then(|c| Language::named(&c))
            .or_else(|| session.and_then(|s| Language::named(&s.member.language)))
            .unwrap_or(Language::English);
        let admitted = |path: &str| {
            ROUTES.iter().any(|r| {
                r.path == path && r.method == "GET" && r.access != Access::Public && r.access.admits(role)
            })
        };
        Self {
            language,
            hub: app.hub.card.name.clone(),
            login: session.map(|s| s.member.login.clone()),
            role,
            csrf: session.map(|s| s.csrf.clone()).unwrap_or_default(),
            nav: MENU
                .into_iter()
                .filter(|(path, _)| admitted(path))
                .map(|(path, key)| (path, key, path == here))
                .collect(),
        }
    }

    /// The languages that one click away the page is in.
    pub fn other_languages(&self) -> Vec<Language> {
        Language::ALL
            .into_iter()
            .filter(|l| *l != self.language)
            .collect()
    }

    /// A sentence in the reader's language.
    pub fn t(&self, key: &str) -> String {
        self.language.say(key, &[])
    }

    /// A sentence with one thing in it.
    pub fn tn(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.language.say(key, &[(name, &value.to_string())])
    }

    /// A word for a value that programs write, such as a state or a kind; itself where there is none.
    pub fn word(&self, group: &str, value: &str) -> String {
        let key = format!("{group}-{}", value.replace('_', "-"));
        let said = self.language.say(&key, &[]);
        if said == key { value.to_owned() } else { said }
    }

    /// Whether the reader may see a field at all.
    pub fn sees(&self, field: &str) -> bool {
        Policy::built_in().of(self.role, field) != Visibility::Never
    }

    /// Whether the reader may go to a route.
    pub fn may(&self, method: &str, path: &str) -> bool {
        access::may(self.role, method, path)
    }
}

/// A page, or the failure to make one.
pub fn show(page: &impl Template) -> Result<Response, Failure> {
    match page.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            Err(Failure::with(StatusCode::INTERNAL_SERVER_ERROR, "wrong-store"))
        }
    }
}

/// What a reader is told when something did not happen.
#[derive(Debug, Clone)]
pub struct Failure {
    pub(crate) status: StatusCode,
    said: Said,
}

#[derive(Debug, Clone)]
enum Said {
    /// A sentence of the translations.
    Sentence(&'static str),
    /// The program's own words, with the value that was wrong; English in every language.
    Words(String),
}

impl Failure {
    /// What the reader sent cannot be used; `key` is the sentence that says why.
    pub fn say(key: &'static str) -> Self {
        Self::with(StatusCode::UNPROCESSABLE_ENTITY, key)
    }

    pub fn bad(text: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            said: Said::Words(text.to_owned()),
        }
    }

    pub fn stale() -> Self {
        Self::with(StatusCode::FORBIDDEN, "wrong-stale")
    }

    pub fn denied() -> Self {
        Self::with(StatusCode::FORBIDDEN, "wrong-role")
    }

    pub fn missing() -> Self {
        Self::with(StatusCode::NOT_FOUND, "wrong-address")
    }

    pub fn too_often() -> Self {
        Self::with(StatusCode::TOO_MANY_REQUESTS, "wrong-attempts")
    }

    fn with(status: StatusCode, key: &'static str) -> Self {
        Self {
            status,
            said: Said::Sentence(key),
        }
    }

    /// The sentence in English, for programs.
    pub(crate) fn text(&self) -> String {
        match &self.said {
            Said::Sentence(key) => Language::English.say(key, &[]),
            Said::Words(words) => words.clone(),
        }
    }
}

impl From<WorkflowError> for Failure {
    fn from(error: WorkflowError) -> Self {
        let status = match &error {
            WorkflowError::Store(StoreError::NotFound { .. }) => StatusCode::NOT_FOUND,
            WorkflowError::Store(StoreError::Conflict(_))
            | WorkflowError::Refused(_)
            | WorkflowError::Transition(_) => StatusCode::CONFLICT,
            WorkflowError::Store(_) | WorkflowError::File { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(%error, "a request failed");
            return Self::with(status, "wrong-store");
        }
        Self {
            status,
            said: Said::Words(error.to_string()),
        }
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Self::bad(&error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        WorkflowError::from(error).into()
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    f: Frame,
    status: StatusCode,
    sentence: String,
    foreign: bool,
}

impl FailurePage {
    fn title(&self) -> String {
        let known = [403, 404, 409, 422, 429].contains(&self.status.as_u16());
        let status = if known { self.status.as_u16() } else { 500 };
        self.f.word("failure", &status.to_string())
    }
}

/// Only the words and the status: [`told`] makes the page, for it knows who reads and in which language.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.text()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Turns a failure into a page in the reader's language.
pub async fn told(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    let session = session::find(&app, &headers).await.ok().flatten();
    let f = Frame::of(&app, &headers, session.as_ref(), "");
    let (sentence, foreign) = match &failure.said {
        Said::Sentence(key) => (f.t(key), false),
        Said::Words(words) => (words.clone(), f.language != Language::English),
    };
    let page = FailurePage {
        f,
        status: failure.status,
        sentence,
        foreign,
    };
    match page.render() {
        Ok(html) => (failure.status, Html(html)).into_response(),
        Err(_) => response,
    }
}

/// Rows on one page of a list: sixty kilobytes must be enough for it.
pub const PER_PAGE: i64 = 50;

/// Cuts what was fetched to a page, and says whether there was more.
pub fn more<T>(rows: &mut Vec<T>) -> bool {
    let page = usize::try_from(PER_PAGE).unwrap_or(0);
    let more = rows.len() > page;
    rows.truncate(page);
    more
}

/// After a form: on to a page, so that reloading sends nothing twice.
pub fn see(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// A date and time as people read it, in UTC and saying so.
pub fn moment(text: &str) -> String {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    match time.get(..5) {
        Some(clock) => format!("{date} {clock} UTC"),
        None => date.to_owned(),
    }
}
