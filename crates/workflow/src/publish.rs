//! Publish: a brief whose every figure is footnoted, open data without small cells, a feed.

use std::collections::BTreeMap;

use evidence::{
    Bound, Claim, Quantity, Value,
    claim::Mode,
    document::ContentHash,
    id::{AnswerId, BriefId, DocumentId, RunId},
    run::Run,
};
use jiff::Timestamp;
use publish::{
    Brief, Footnote,
    brief::{Asked, Line},
    disclosure,
};
use store::{VaultKey, intake::Card, publish::AskedRow};

use crate::{
    figure::{Said, cited, group_of},
    hub::{Hub, Moment, WorkflowError, entropy},
    link,
};

/// Drafts a brief of what the chosen documents say (all that are not synthetic when none is chosen).
///
/// # Errors
/// When the key does not open them, or a figure would stand without its words.
pub async fn draft(
    hub: &Hub,
    key: &VaultKey,
    title: &str,
    chosen: &[DocumentId],
    moment: &Moment,
) -> Result<BriefId, WorkflowError> {
    let mut tx = hub.store.write("draft a brief").await?;
    let cards: Vec<Card> = tx
        .documents(1000, 0)
        .await?
        .into_iter()
        .filter(|c| {
            if chosen.is_empty() {
                !c.document.synthetic
            } else {
                chosen.contains(&c.document.id)
            }
        })
        .collect();
    let opener = tx
        .opener(key, moment.at, &moment.actor, "draft a brief", "documents")
        .await?;
    let mut said: Vec<Said> = Vec::new();
    for card in &cards {
        let text = tx.working_copy(card.document.id, &opener).await?;
        let mut claims = tx.claims(card.document.id, &opener).await?;
        claims.sort_by_key(|c| c.span);
        said.extend(Said::all(card, &claims, &text));
    }
    let asked = tx.asked().await?;
    let run = Run {
        step: "publish",
        inputs: cards.iter().map(cited).collect(),
        parameters: vec![("title".into(), title.to_owned())],
        seed: 0,
        version: env!("CARGO_PKG_VERSION"),
    };
    let mut answers: Vec<Asked> = said
        .iter()
        .filter(|said| said.card.document.public)
        .filter_map(|said| silence(&said.card, &said.claim))
        .collect();
    answers.extend(asked.iter().map(|a| {
        Asked {
            body: a.body.clone(),
            question: a.question.clone(),
            asked: a.asked.chars().take(10).collect(),
            outcome: a
                .outcome
                .clone()
                .unwrap_or_else(|| no_answer(&a.asked, moment.at)),
        }
    }));
    let brief = Brief {
        title: title.to_owned(),
        date: moment.at.to_string().chars().take(10).collect(),
        lines: lines(&said),
        asked: answers,
        coverage: coverage(
            &cards,
            said.iter().filter(|s| s.is_figure() && !s.is_safe()).count(),
        ),
        run: run.hash(),
        synthetic: cards.iter().any(|c| c.document.synthetic),
    };
    let html = brief.html()?;
    let (id, run_id) = (
        BriefId::new(moment.at, entropy()?),
        RunId::new(moment.at, entropy()?),
    );
    tx.put_run(run_id, &run, &format!("brief {id}"), moment.at)
        .await?;
    tx.put_brief(id, title, &html, run_id, moment.at).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "draft-brief",
        &id.to_string(),
        &run.hash(),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// What makes two claims one figure: kind, source, unit, place and both ends.
type Figure = (usize, String, String, Option<String>, Option<i64>, Option<i64>);

/// One line per figure and source. The same figure again is one line with two notes, never a sum.
fn lines(said: &[Said]) -> Vec<Line> {
    let mut groups: BTreeMap<Figure, (usize, Line)> = BTreeMap::new();
    for (order, said) in said.iter().enumerate().filter(|(_, s)| s.is_safe()) {
        let (kind, unit, quantity) = match &said.claim.value {
            Value::Count { quantity, of } => (0, group_of(of), *quantity),
            Value::Money { quantity, currency } => (1, currency.clone(), *quantity),
            _ => continue,
        };
        let key = (
            kind,
            said.card.source_name.clone(),
            unit.clone(),
            said.place.clone(),
            quantity.min,
            quantity.max,
        );
        let text = || {
            let place = said.place.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
            format!(
                "{}: {}{place}.",
                said.card.source_name,
                amount(kind == 1, &unit, quantity)
            )
        };
        let entry = groups.entry(key).or_insert_with(|| {
            (
                order,
                Line {
                    text: text(),
                    footnotes: Vec::new(),
                },
            )
        });
        entry.1.footnotes.push(note(said));
    }
    let mut lines: Vec<(usize, Line)> = groups.into_values().collect();
    lines.sort_by_key(|(order, _)| *order);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn amount(money: bool, unit: &str, q: Quantity) -> String {
    let scale = if money { 100 } else { 1 };
    let shown = |v: Option<i64>| v.map(|v| grouped(v / scale)).unwrap_or_default();
    let words = match q.bound {
        Bound::AtLeast => format!("at least {}", shown(q.min)),
        Bound::MoreThan => format!("more than {}", shown(q.min)),
        Bound::Vague => format!("an unstated number, at least {}", shown(q.min)),
        Bound::AtMost => format!("at most {}", shown(q.max)),
        Bound::LessThan => format!("fewer than {}", shown(q.max)),
        Bound::About => format!("about {}", shown(q.min)),
        Bound::Capacity => format!("room for {}", shown(q.min)),
        Bound::Range => format!("from {} to {}", shown(q.min), shown(q.max)),
        Bound::Exact => shown(q.min),
    };
    format!("{words} {unit}")
}

fn grouped(value: i64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn note(said: &Said) -> Footnote {
    let grade = said.card.document.grade;
    Footnote {
        quote: said.card.document.public.then(|| said.words.clone()),
        source: said.card.source_name.clone(),
        document: cited(&said.card),
        start: said.sentence.start,
        end: said.sentence.end,
        grade: grade.to_string(),
        grade_words: format!("{}; {}", grade.reliability(), grade.credibility()),
    }
}

/// "Declined to comment" is an answer, and is printed as one.
fn silence(card: &Card, claim: &Claim) -> Option<Asked> {
    let Value::Statement {
        speaker,
        mode: Mode::NoComment,
    } = &claim.value
    else {
        return None;
    };
    Some(Asked {
        body: speaker.clone(),
        question: format!("by {}", card.source_name),
        asked: card.document.published.clone().unwrap_or_default(),
        outcome: claim.quote.clone(),
    })
}

/// What a brief prints where nobody answered.
#[must_use]
pub fn no_answer(asked: &str, now: Timestamp) -> String {
    let days = asked
        .parse::<Timestamp>()
        .map_or(0, |a| now.duration_since(a).as_hours() / 24);
    format!("no answer after {days} days")
}

fn coverage(cards: &[Card], withheld: usize) -> Vec<String> {
    let mut sources: Vec<&str> = cards.iter().map(|c| c.source_name.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut dates: Vec<&str> = cards
        .iter()
        .filter_map(|c| c.document.published.as_deref())
        .collect();
    dates.sort_unstable();
    let period = match (dates.first(), dates.last()) {
        (Some(a), Some(b)) => format!("published from {a} to {b}"),
        _ => "publication dates not stated".into(),
    };
    let mut coverage = vec![
        format!(
            "{} documents of {} sources: {}; {period}.",
            cards.len(),
            sources.len(),
            sources.join(", ")
        ),
        "Figures are printed as their sources state them; none is added to another.".into(),
        "Not asked: anyone whose answer is not listed above.".into(),
    ];
    if withheld > 0 {
        coverage.push(format!(
            "Withheld: {withheld} figures of documents that are not public: sums of money, and counts of fewer than {} people.",
            disclosure::THRESHOLD
        ));
    }
    coverage
}

/// Records that somebody was asked, now. Briefs print the question, and the silence until an answer comes.
///
/// # Errors
/// When it is not said who was asked or what.
pub async fn ask(hub: &Hub, body: &str, question: &str, moment: &Moment) -> Result<AnswerId, WorkflowError> {
    let (body, question) = (body.trim(), question.trim());
    if body.is_empty() || question.is_empty() {
        return Err(WorkflowError::Refused("say who was asked, and what".into()));
    }
    let id = AnswerId::new(moment.at, entropy()?);
    let mut tx = hub.store.write("ask").await?;
    tx.put_asked(&AskedRow {
        id,
        body: body.to_owned(),
        question: question.to_owned(),
        asked: store::instant(moment.at),
        answered: None,
        outcome: None,
    })
    .await?;
    tx.journal(moment.at, &moment.actor, "ask", &id.to_string(), "")
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Records what they answered, now.
///
/// # Errors
/// When the question is unknown or answered already: a second answer is a second question.
pub async fn answered(hub: &Hub, id: AnswerId, outcome: &str, moment: &Moment) -> Result<(), WorkflowError> {
    let outcome = outcome.trim();
    if outcome.is_empty() {
        return Err(WorkflowError::Refused(
            "say what they answered; silence needs no entry".into(),
        ));
    }
    let mut tx = hub.store.write("answer").await?;
    if !tx.put_answer(id, outcome, moment.at).await? {
        return Err(WorkflowError::Refused(format!(
            "question {id} is unknown or answered already: a second answer is a second question"
        )));
    }
    tx.journal(moment.at, &moment.actor, "answer", &id.to_string(), "")
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Publishes a draft. Afterwards it cannot be changed, only followed by another.
///
/// # Errors
/// When it is unknown or published already.
pub async fn publish(hub: &Hub, id: BriefId, moment: &Moment) -> Result<(), WorkflowError> {
    let mut tx = hub.store.write("publish").await?;
    let words = ContentHash::of(tx.brief(id).await?.body.as_bytes());
    if !tx.publish_brief(id, moment.at).await? {
        return Err(WorkflowError::Refused(format!("brief {id} is published already")));
    }
    tx.journal(
        moment.at,
        &moment.actor,
        "publish",
        &id.to_string(),
        &format!("sha256:{words}"),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Makes open data: people by nationality and by the country they were last known in, small cells withheld. Invented
/// people are left out, unless the hub holds nobody else; then the table says that it is synthetic.
///
/// # Errors
/// When the key does not open the records.
pub async fn release(hub: &Hub, key: &VaultKey, moment: &Moment) -> Result<String, WorkflowError> {
    let persons = link::persons(hub, key, "release open data", moment).await?;
    let synthetic = persons.iter().flatten().all(|k| k.synthetic);
    let gazetteer = places::Gazetteer::built_in();
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for group in persons
        .iter()
        .filter(|g| synthetic || g.iter().any(|k| !k.synthetic))
    {
        let first = |f: &dyn Fn(&store::intake::Known) -> Option<String>| {
            group.iter().find_map(f).unwrap_or_else(|| "not stated".into())
        };
        let nationality = first(&|k| gazetteer.country(&k.person.nationality).map(str::to_owned));
        let country = first(&|k| country_of(k.person.last_place.reveal()));
        *counts.entry((nationality, country)).or_default() += 1;
    }
    let axis = |f: &dyn Fn(&(String, String)) -> String| {
        let mut names: Vec<String> = counts.keys().map(f).collect();
        names.sort();
        names.dedup();
        names
    };
    let (rows, columns) = (axis(&|k| k.0.clone()), axis(&|k| k.1.clone()));
    let cells: Vec<Vec<u64>> = rows
        .iter()
        .map(|r| {
            columns
                .iter()
                .map(|c| counts.get(&(r.clone(), c.clone())).copied().unwrap_or(0))
                .collect()
        })
        .collect();
    let table = disclosure::protect(rows, columns, &cells, disclosure::THRESHOLD);
    let title = if synthetic {
        "People by nationality and country (SYNTHETIC: invented people)"
    } else {
        "People by nationality and country"
    };
    let csv = format!(
        "# {title}. Counts below {t} are shown as <{t}; - withholds what would give one away. Nationality down, country last known across.\n{}",
        table.csv("nationality", disclosure::THRESHOLD),
        t = disclosure::THRESHOLD
    );
    let run = Run {
        step: "release",
        inputs: persons.iter().flatten().map(|k| k.id.to_string()).collect(),
        parameters: vec![("threshold".into(), disclosure::THRESHOLD.to_string())],
        seed: 0,
        version: env!("CARGO_PKG_VERSION"),
    };
    let id = RunId::new(moment.at, entropy()?);
    let mut tx = hub.store.write("release").await?;
    tx.put_run(id, &run, "", moment.at).await?;
    tx.put_release(&id.to_string(), title, &csv, id, moment.at)
        .await?;
    let words = ContentHash::of(csv.as_bytes());
    tx.journal(
        moment.at,
        &moment.actor,
        "release",
        &id.to_string(),
        &format!("sha256:{words} run={}", run.hash()),
    )
    .await?;
    tx.commit().await?;
    Ok(csv)
}

/// The country of a place as somebody wrote it: the first name in it that resolves.
fn country_of(place: &str) -> Option<String> {
    places::Toponyms::find(place)
        .mentions
        .into_iter()
        .find_map(|m| match m.value {
            Value::Place { country, .. } => country,
            _ => None,
        })
}

/// The feed of published briefs.
///
/// # Errors
/// When the store refuses.
pub async fn feed(hub: &Hub, base: &str) -> Result<String, WorkflowError> {
    let briefs = hub.store.read().await?.briefs().await?;
    let entries: Vec<publish::feed::Entry> = briefs
        .into_iter()
        .filter_map(|b| {
            Some(publish::feed::Entry {
                updated: b.published?,
                path: format!("/briefs/{}", b.id),
                id: b.id,
                title: b.title,
            })
        })
        .collect();
    Ok(publish::feed::atom(&hub.card.name, base, &entries))
}
