//! Places: the map, the dossiers by date, and the names that people must place.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use evidence::Secret;
use publish::map::{self, Mark};
use workflow::{locate, store::places::OpenQuestion};

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

#[derive(Template)]
#[template(path = "places.html")]
struct Map {
    f: Frame,
    svg: String,
    /// Places that something was said of, most first.
    marks: Vec<Mark>,
    /// The rest of the register, by name.
    quiet: Vec<Mark>,
}

#[derive(Template)]
#[template(path = "place.html")]
struct Dossier {
    f: Frame,
    p: locate::Place,
    point: String,
    exact: Option<Secret>,
}

#[derive(Template)]
#[template(path = "questions.html")]
struct Questions {
    f: Frame,
    questions: Vec<(OpenQuestion, String)>,
}

pub(crate) async fn map(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let f = Frame::of(&app, &headers, Some(&session), "/places");
    let mut marks = locate::marks(&app.hub).await?;
    // One region to a picture: places far from the sites of the region would shrink it to dots.
    let near: Vec<Mark> = marks
        .iter()
        .filter(|m| (0..=280).contains(&m.lat) && (920..=1270).contains(&m.lon))
        .cloned()
        .collect();
    let svg = map::svg(&f.t("places-map"), &near);
    marks.sort_by(|a, b| b.claims.cmp(&a.claims).then_with(|| a.name.cmp(&b.name)));
    let quiet = marks.split_off(marks.partition_point(|m| m.claims > 0));
    show(&Map { f, svg, marks, quiet })
}

pub(crate) async fn dossier(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    dossier_page(&app, &session, &headers, &id, None).await
}

/// Opening the exact point is an act, so it is a form: the journal knows who saw it.
pub(crate) async fn open(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Path(id): Path<String>,
    _: Posted,
) -> Result<Response, Failure> {
    let point = locate::point(&app.hub, &session.key, &id, &session.moment(&app)).await?;
    dossier_page(&app, &session, &headers, &id, point).await
}

pub(crate) async fn set_point(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    locate::set_point(&app.hub, &id, posted.text("point"), &session.moment(&app)).await?;
    Ok(see(&format!("/places/{id}")))
}

async fn dossier_page(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    id: &str,
    exact: Option<Secret>,
) -> Result<Response, Failure> {
    let p = locate::place(&app.hub, id).await?;
    let f = Frame::of(app, headers, Some(session), "/places");
    let tenths = |v: i64| format!("{}.{}", v / 10, (v % 10).abs());
    let point = p.dossier.coarse.map_or_else(
        || f.t("place-no-point"),
        |(lat, lon)| format!("{}° N, {}° E", tenths(lat), tenths(lon)),
    );
    show(&Dossier { f, p, point, exact })
}

pub(crate) async fn questions(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let open = app.hub.store.read().await?.open_questions(100).await?;
    let moment = session.moment(&app);
    let mut tx = app.hub.store.write("read questions").await?;
    let opener = tx
        .opener(
            &session.key,
            moment.at,
            &moment.actor,
            "read questions",
            "questions",
        )
        .await?;
    let mut questions = Vec::new();
    for question in open {
        let claim = tx.claim(question.claim, &opener).await?;
        questions.push((question, claim.quote));
    }
    tx.commit().await?;
    show(&Questions {
        f: Frame::of(&app, &headers, Some(&session), "/places"),
        questions,
    })
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    locate::answer(
        &app.hub,
        &session.key,
        &id,
        posted.text("answer"),
        session.member.id,
        &session.moment(&app),
    )
    .await?;
    Ok(see("/questions"))
}
