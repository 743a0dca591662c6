//! Pages: each handler loads through `workflow`, and hands a template what the reader's role may see.

pub mod account;
pub mod briefs;
pub mod cases;
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
    response::{Html, IntoResponse, Response},
};
use evidence::{Viewer, Visibility, visibility::Policy};
use workflow::{StoreError, WorkflowError};

use crate::{
    access::{Access, ROUTES},
    serve::App,
    session::{Session, cookie},
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
        ROUTES
            .iter()
            .any(|r| r.method == method && r.path == path && r.access.admits(self.role))
    }
}

/// A page, or the failure to make one.
pub fn show(page: &impl Template) -> Result<Response, Failure> {
    match page.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            Err(Failure {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                text: "this page could not be made".into(),
            })
        }
    }
}

/// What a reader is told when something did not happen.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    text: String,
}

impl Failure {
    pub fn bad(text: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            text: text.to_owned(),
        }
    }

    pub fn stale() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            text: "this form is from another session: go back, reload the page and send it again".into(),
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
            return Self {
                status,
                text: "the store could not do this; the administrator's log says why".into(),
            };
        }
        Self {
            status,
            text: error.to_string(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        WorkflowError::from(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let text = publish::escape(&self.text);
        let page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Hue and Cry</title><link rel=\"stylesheet\" href=\"/static/hue.css\"><body><main><h1>{}</h1><p role=\"alert\">{text}</p><p><a href=\"/\">Back to the queue</a></p></main></body></html>",
            self.status.as_u16()
        );
        (self.status, Html(page)).into_response()
    }
}

pub async fn missing(State(_): State<App>) -> Failure {
    Failure {
        status: StatusCode::NOT_FOUND,
        text: "There is nothing here.".into(),
    }
}

pub fn denied(_: &App, _: &Request) -> Response {
    Failure {
        status: StatusCode::FORBIDDEN,
        text: "Your role does not come here. Whoever administers this hub can say who does.".into(),
    }
    .into_response()
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
