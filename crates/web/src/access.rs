//! Who may come to which route. One line per route: the router, the matrix and its test are made from it.

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing,
};
use evidence::{Viewer, Visibility, visibility::Policy};

use crate::{api, pages, serve::App, session};

/// What a route asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: what has been published, the way in, and partners' bundles, which carry their own signature.
    Public,
    /// Any member.
    Member,
    /// Members whose role may see this field: the policy decides, not the route.
    Sees(&'static str),
    /// Members of these roles who may also see this field: to read is not yet to act.
    Acts(&'static [Viewer], &'static str),
}

impl Access {
    /// Whether a viewer may come: nobody signed in is [`Viewer::Public`].
    #[must_use]
    pub fn admits(self, viewer: Viewer) -> bool {
        let sees = |field: &str| Policy::built_in().of(viewer, field) != Visibility::Never;
        match self {
            Self::Public => true,
            Self::Member => viewer != Viewer::Public,
            Self::Sees(field) => viewer != Viewer::Public && sees(field),
            Self::Acts(roles, field) => roles.contains(&viewer) && sees(field),
        }
    }
}

/// Whether a role may go to a route; the command line asks the same for what it does in the route's stead.
#[must_use]
pub fn may(role: Viewer, method: &str, path: &str) -> bool {
    ROUTES
        .iter()
        .any(|r| r.method == method && r.path == path && r.access.admits(role))
}

/// A route as the matrix shows it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

const CASEWORK: &[Viewer] = &[Viewer::Caseworker, Viewer::Coordinator];
const FIGURES: &[Viewer] = &[Viewer::Analyst, Viewer::Coordinator];
const MONEY: &[Viewer] = &[Viewer::Investigator, Viewer::Coordinator];
const PRESS: &[Viewer] = &[Viewer::Editor, Viewer::Coordinator];
const ADMIN: &[Viewer] = &[Viewer::Administrator];

macro_rules! routes {
    ($($method:ident $path:literal $access:expr => $handler:path;)+) => {
        /// Every route of the hub.
        pub const ROUTES: &[Route] = &[$(Route { method: stringify!($method), path: $path, access: $access }),+];

        fn guarded(app: &App) -> Router<App> {
            Router::new()$(.route(
                $path,
                routing::on(method(stringify!($method)), $handler)
                    .layer(from_fn_with_state((app.clone(), $access), guard)),
            ))+
        }
    };
}

routes! {
    GET "/sign-in" Access::Public => pages::sign_in::form;
    POST "/sign-in" Access::Public => pages::sign_in::enter;
    POST "/sign-out" Access::Member => pages::sign_in::leave;
    GET "/join/{token}" Access::Public => pages::sign_in::invitation;
    POST "/join/{token}" Access::Public => pages::sign_in::join;
    POST "/language" Access::Public => pages::sign_in::language;
    GET "/static/hue.css" Access::Public => pages::public::style;
    GET "/public" Access::Public => pages::public::index;
    GET "/briefs/{id}" Access::Public => pages::public::brief;
    GET "/data.csv" Access::Public => pages::public::data;
    GET "/feed.atom" Access::Public => pages::public::feed;
    GET "/exchange/v1/card" Access::Public => api::card;
    POST "/exchange/v1/bundles" Access::Public => api::bundles;
    GET "/" Access::Member => pages::queue::page;
    GET "/account" Access::Member => pages::account::page;
    POST "/account/second-factor" Access::Member => pages::account::second_factor;
    GET "/reports" Access::Sees("document.received") => pages::reports::list;
    GET "/reports/new" Access::Acts(CASEWORK, "document.working") => pages::reports::new;
    POST "/reports/paste" Access::Acts(CASEWORK, "document.working") => pages::reports::paste;
    POST "/reports/upload" Access::Acts(CASEWORK, "document.working") => pages::reports::upload;
    GET "/reports/{id}" Access::Sees("document.working") => pages::reports::page;
    GET "/reports/{id}/columns" Access::Acts(CASEWORK, "record.sealed") => pages::columns::page;
    POST "/reports/{id}/columns" Access::Acts(CASEWORK, "record.sealed") => pages::columns::confirm;
    GET "/reports/{id}/evidentiary" Access::Sees("document.evidentiary") => pages::reports::evidentiary;
    GET "/places" Access::Sees("claim.place") => pages::places::map;
    GET "/places/{id}" Access::Sees("claim.place") => pages::places::dossier;
    POST "/places/{id}/point" Access::Acts(CASEWORK, "dossier.exact") => pages::places::set_point;
    POST "/places/{id}/open" Access::Sees("dossier.exact") => pages::places::open;
    GET "/questions" Access::Sees("claim.sealed") => pages::places::questions;
    POST "/questions/{id}" Access::Acts(CASEWORK, "claim.sealed") => pages::places::answer;
    GET "/pairs" Access::Acts(CASEWORK, "record.sealed") => pages::pairs::page;
    POST "/pairs/link" Access::Acts(CASEWORK, "record.sealed") => pages::pairs::link;
    POST "/pairs/judge" Access::Acts(CASEWORK, "record.sealed") => pages::pairs::judge;
    GET "/estimate" Access::Sees("run.result") => pages::estimate::page;
    POST "/estimate/table" Access::Sees("run.result") => pages::estimate::table;
    POST "/estimate/store" Access::Acts(FIGURES, "run.result") => pages::estimate::store;
    GET "/money" Access::Sees("transfer.amount") => pages::money::page;
    POST "/money/addresses" Access::Sees("transfer.amount") => pages::money::addresses;
    POST "/money/trace" Access::Acts(MONEY, "transfer.amount") => pages::money::trace;
    POST "/money/ledger" Access::Acts(MONEY, "transfer.amount") => pages::money::ledger;
    POST "/money/tags" Access::Acts(MONEY, "transfer.amount") => pages::money::tags;
    GET "/cases" Access::Sees("case_file.needs") => pages::cases::list;
    GET "/cases/new" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::new;
    POST "/cases/new" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::create;
    GET "/cases/{id}" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::page;
    POST "/cases/{id}/consent" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::consent;
    POST "/cases/{id}/finding" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::finding;
    POST "/cases/{id}/preview" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::preview;
    POST "/cases/{id}/refer" Access::Acts(CASEWORK, "case_file.sealed") => pages::cases::refer;
    GET "/referrals" Access::Sees("referral.state") => pages::referrals::list;
    GET "/referrals/{id}" Access::Sees("referral.state") => pages::referrals::page;
    POST "/referrals/{id}/open" Access::Acts(CASEWORK, "referral.opened_text") => pages::referrals::open;
    POST "/referrals/{id}/step" Access::Acts(CASEWORK, "referral.state") => pages::referrals::step;
    POST "/referrals/{id}/bundles" Access::Acts(CASEWORK, "referral.state") => pages::referrals::bundles;
    POST "/referrals/take-in" Access::Acts(CASEWORK, "referral.state") => pages::referrals::take_in;
    GET "/briefs" Access::Sees("brief.html") => pages::briefs::list;
    POST "/briefs/ask" Access::Acts(PRESS, "answer.outcome") => pages::briefs::ask;
    POST "/briefs/answer" Access::Acts(PRESS, "answer.outcome") => pages::briefs::answer;
    POST "/briefs/draft" Access::Acts(PRESS, "document.working") => pages::briefs::draft;
    GET "/briefs/{id}/draft" Access::Sees("document.working") => pages::briefs::page;
    POST "/briefs/{id}/publish" Access::Acts(PRESS, "document.working") => pages::briefs::publish;
    POST "/release" Access::Acts(PRESS, "release.csv") => pages::briefs::release;
    GET "/members" Access::Sees("member.login") => pages::members::page;
    POST "/members/invite" Access::Acts(ADMIN, "member.login") => pages::members::invite;
    POST "/members/disable" Access::Acts(ADMIN, "member.login") => pages::members::disable;
    POST "/partners/enrol" Access::Acts(ADMIN, "partner.url") => pages::members::enrol;
    POST "/partners/revoke" Access::Acts(ADMIN, "partner.url") => pages::members::revoke;
    GET "/journal" Access::Sees("journal.act") => pages::members::journal;
    GET "/api/v1/queue" Access::Member => api::queue;
    GET "/api/v1/reports" Access::Sees("document.received") => api::reports;
    GET "/api/v1/reports/{id}/claims" Access::Sees("claim.sealed") => api::claims;
    POST "/api/v1/read" Access::Sees("document.working") => api::read;
    POST "/api/v1/estimate" Access::Sees("run.result") => api::estimate;
    GET "/api/v1/referrals" Access::Sees("referral.state") => api::referrals;
}

fn method(name: &str) -> routing::MethodFilter {
    if name == "GET" {
        routing::MethodFilter::GET
    } else {
        routing::MethodFilter::POST
    }
}

/// The whole router. What it does not know is denied, without saying to whom it might have answered.
pub fn router(app: App) -> Router {
    guarded(&app)
        .fallback(async || pages::Failure::missing())
        .with_state(app)
}

/// Lets a request through when its sender may come, with the session in its extensions.
async fn guard(State((app, access)): State<(App, Access)>, mut request: Request, next: Next) -> Response {
    let machine = request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/exchange/");
    // Partners sign what they send and carry no cookie; everybody else posts from our own pages.
    if request.method() == Method::POST
        && !request.uri().path().starts_with("/exchange/")
        && !session::same_origin(request.headers())
    {
        return (StatusCode::FORBIDDEN, "this form was sent from another site\n").into_response();
    }
    let session = match session::find(&app, request.headers()).await {
        Ok(found) => found,
        Err(error) => return pages::Failure::from(error).into_response(),
    };
    let viewer = session.as_ref().map_or(Viewer::Public, |s| s.member.role);
    if access.admits(viewer) {
        if let Some(session) = session {
            request.extensions_mut().insert(session);
        }
        return next.run(request).await;
    }
    if machine {
        let status = if viewer == Viewer::Public {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::FORBIDDEN
        };
        return (
            status,
            [(header::CONTENT_TYPE, "application/json")],
            "{\"error\":\"denied\"}\n",
        )
            .into_response();
    }
    if viewer == Viewer::Public {
        return Redirect::to("/sign-in").into_response();
    }
    pages::Failure::denied().into_response()
}

/// The matrix as Markdown, a line per route and a column per role: generated, committed, and compared by a check.
#[must_use]
pub fn matrix() -> String {
    use std::fmt::Write;
    let viewers: Vec<Viewer> = Viewer::ROLES.into_iter().chain([Viewer::Public]).collect();
    let mut out = String::from(
        "# Who may come where\n\nGenerated from the router by `cargo xtask generate`; do not edit. `●` may come, `·` may not. What a page then shows of each field is decided by `crates/evidence/visibility.toml`.\n\n| route |",
    );
    for v in &viewers {
        let _ = write!(out, " {} |", v.as_str());
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(viewers.len()));
    out.push('\n');
    for route in ROUTES {
        let _ = write!(out, "| `{} {}` |", route.method, route.path);
        for v in &viewers {
            out.push_str(if route.access.admits(*v) {
                " ● |"
            } else {
                " · |"
            });
        }
        out.push('\n');
    }
    out
}
