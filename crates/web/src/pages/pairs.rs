//! Pairs: two records side by side, what speaks for and against their being one person, and a person's judgement.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use evidence::{id::RecordId, person::Person};
use linkage::{Outcome, model::probability};
use publish::chart::{Step, waterfall};
use workflow::link;

use super::{Failure, Frame, see, show};
use crate::{form::Posted, serve::App, session::Session};

/// Pairs on one page.
const SHOWN: i64 = 12;

#[derive(Template)]
#[template(path = "pairs.html")]
struct Pairs {
    f: Frame,
    reviews: Vec<Review>,
}

struct Review {
    left: String,
    right: String,
    sources: (String, String),
    rows: Vec<(String, String, String, String, String)>,
    svg: String,
    percent: String,
    outcome: Option<&'static str>,
    synthetic: bool,
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let f = Frame::of(&app, &headers, Some(&session), "/pairs");
    let mut found = link::review(&app.hub, &session.key, 400, &session.moment(&app)).await?;
    // Those that a judgement would teach most: undecided first, and among them the ones nearest to even odds.
    found.sort_by_key(|r| (r.pair.outcome.is_some(), (r.pair.weight - 3_000).abs()));
    found.truncate(usize::try_from(SHOWN).unwrap_or(0));
    let reviews = found.iter().map(|r| review(r, &f)).collect();
    show(&Pairs { f, reviews })
}

fn review(r: &link::Review, f: &Frame) -> Review {
    let parts = link::parts(&r.pair.levels);
    let steps: Vec<Step> = parts
        .iter()
        .map(|(name, _, weight)| Step {
            name: f.word("field", &name.replace(' ', "-")),
            weight: *weight,
        })
        .collect();
    let total = r.pair.weight as f64 / 1000.0;
    let rows = parts
        .iter()
        .map(|(name, words, weight)| {
            let (a, b) = (value(&r.left.person, name), value(&r.right.person, name));
            (
                f.word("field", &name.replace(' ', "-")),
                a,
                b,
                f.word("level", &words.replace(' ', "-")),
                format!("{weight:+.1}"),
            )
        })
        .collect();
    Review {
        left: r.pair.left.to_string(),
        right: r.pair.right.to_string(),
        sources: (r.left.source.clone(), r.right.source.clone()),
        rows,
        svg: waterfall(&f.t("pairs-waterfall"), &steps, total),
        percent: format!("{:.1}", probability(total) * 100.0),
        outcome: r.pair.outcome.map(Outcome::as_str),
        synthetic: r.left.synthetic || r.right.synthetic,
    }
}

fn value(person: &Person, field: &str) -> String {
    match field {
        "name" => person.name.reveal().to_owned(),
        "birth date" => person.birth_date.reveal().to_owned(),
        "nationality" => person.nationality.clone(),
        "passport" => person.passport.reveal().to_owned(),
        "phone" => person.phone.reveal().to_owned(),
        _ => String::new(),
    }
}

pub(crate) async fn link(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    _: Posted,
) -> Result<Response, Failure> {
    link::link(&app.hub, &session.key, &session.moment(&app)).await?;
    Ok(see("/pairs"))
}

pub(crate) async fn judge(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    posted: Posted,
) -> Result<Response, Failure> {
    let record = |name: &str| {
        posted
            .text(name)
            .parse::<RecordId>()
            .map_err(|e| Failure::bad(&e.to_string()))
    };
    let (left, right) = (record("left")?, record("right")?);
    let moment = session.moment(&app);
    match posted.text("outcome") {
        "withdraw" => link::withdraw(&app.hub, left, right, &moment).await?,
        other => {
            let outcome = Outcome::named(other).ok_or_else(|| Failure::say("wrong-choice"))?;
            link::judge(&app.hub, left, right, outcome, &moment).await?;
        }
    }
    Ok(see("/pairs"))
}
