//! Cases, referrals and questions put to others. What identifies somebody comes from files, never from arguments.

use std::path::Path;

use evidence::{
    Secret,
    id::{AnswerId, CaseId, ReferralId},
    person::Person,
};
use jiff::Timestamp;
use serde_json::json;
use workflow::{
    exchange, publish, queue as queue_step,
    refer::{self, NewCase, Preview, Taken},
    store::response::ReferralCard,
};

use crate::{
    arguments::{Ask, Case, Format, Place, Refer, Referring, StepOf},
    commands::{Done, instant, moment, open, unlocked},
    outcome::{DONE, Problem},
    review,
    serve::now,
};

/// A row per item, tabs between: `cut`, `sort` and mail can take it from here.
pub async fn queue(place: &Place, format: Format) -> Done {
    let hub = open(place).await?;
    let at = now();
    let queue = queue_step::queue(&hub, at).await?;
    if format == Format::Json {
        let referral = |r: &ReferralCard| {
            json!({
                "id": r.id.to_string(), "case": r.case_reference, "partner": r.partner_name,
                "state": r.state.as_str(), "due": r.due.map(|d| d.to_string()),
            })
        };
        let document = json!({
            "at": at.to_string(),
            "overdue": queue.overdue.iter().map(referral).collect::<Vec<_>>(),
            "incoming": queue.incoming.iter().map(referral).collect::<Vec<_>>(),
            "cases": queue.cases.iter().map(|c| c.reference.clone()).collect::<Vec<_>>(),
            "questions": queue.questions, "pairs": queue.pairs, "documents": queue.documents,
        });
        println!("{document}");
        return Ok(DONE);
    }
    for r in &queue.overdue {
        println!("overdue\t{}", referral_row(r, at));
    }
    for r in &queue.incoming {
        println!("incoming\t{}", referral_row(r, at));
    }
    for c in &queue.cases {
        println!(
            "case\t{}\t{}\t{}",
            c.reference,
            c.risk.as_str(),
            c.signals.join(", ")
        );
    }
    println!(
        "{} overdue, {} came in, {} cases, {} questions on places, {} pairs to judge",
        queue.overdue.len(),
        queue.incoming.len(),
        queue.cases.len(),
        queue.questions,
        queue.pairs
    );
    Ok(DONE)
}

fn referral_row(r: &ReferralCard, now: Timestamp) -> String {
    let due = match r.due {
        // The clock stands still once there is an answer.
        _ if !r.state.awaits_answer() => String::new(),
        Some(due) if due < now => format!("due {due}, {} h ago", now.duration_since(due).as_hours()),
        Some(due) => format!("due {due}"),
        None => "no deadline".into(),
    };
    format!(
        "{}\t{}\t{}\t{}\t{due}",
        r.id,
        r.case_reference.as_deref().unwrap_or("—"),
        r.partner_name,
        r.state.as_str()
    )
}

pub async fn case(command: Case) -> Done {
    match command {
        Case::New { file, place } => {
            let new = read_case(&file)?;
            let hub = open(&place).await?;
            println!("{}", refer::open_case(&hub, new, &moment()).await?);
        }
        Case::List { place } => {
            let hub = open(&place).await?;
            for c in hub.store.read().await?.cases(1_000_000, 0).await? {
                println!(
                    "{}\t{}\t{}\t{}",
                    c.id,
                    c.reference,
                    c.risk.as_str(),
                    c.signals.join(", ")
                );
            }
        }
        Case::Show { id, place, key } => {
            let id: CaseId = id.parse()?;
            let (hub, vault, at) = unlocked(&place, &key, ("GET", "/cases/{id}")).await?;
            show(&refer::case(&hub, &vault, id, &at).await?);
        }
        Case::Consent {
            id,
            recipient,
            purpose,
            given,
            until,
            place,
        } => {
            let id: CaseId = id.parse()?;
            let hub = open(&place).await?;
            let until = instant("--until", until)?;
            let (purpose, given) = (Secret::new(purpose), Secret::new(given));
            refer::consent(&hub, id, &recipient, &purpose, &given, until, &moment()).await?;
            println!("consent recorded for {recipient} recipients");
        }
        Case::Withdraw { id, recipient, place } => {
            let id: CaseId = id.parse()?;
            let hub = open(&place).await?;
            let recalled = refer::withdraw_consent(&hub, id, &recipient, &moment()).await?;
            println!("withdrawn, and {recalled} referrals to {recipient} recipients recalled");
        }
    }
    Ok(DONE)
}

fn show(case: &workflow::Case) {
    let person = &case.person;
    for (name, value) in [
        ("reference", case.reference.as_str()),
        ("name", person.name.reveal()),
        ("birth date", person.birth_date.reveal()),
        ("nationality", &person.nationality),
        ("passport", person.passport.reveal()),
        ("phone", person.phone.reveal()),
        ("last place", person.last_place.reveal()),
        ("family", case.family.reveal()),
        ("risk", case.risk.as_str()),
        ("needs", &case.needs.join(", ")),
        ("signals", &case.signals.join(", ")),
    ] {
        if !value.is_empty() {
            println!("{name}\t{value}");
        }
    }
    for consent in &case.consents {
        let state = if consent.withdrawn.is_some() {
            "withdrawn"
        } else {
            "given"
        };
        println!(
            "consent {state}\t{}: {}",
            consent.recipient,
            consent.purpose.reveal()
        );
    }
}

fn read_case(file: &Path) -> Result<NewCase, Problem> {
    let text = review::text(file)?;
    // The parser's own message quotes the line, and the line may hold a name.
    let table: toml::Table = text.parse().map_err(|_| {
        Problem::input(format!(
            "{} is not TOML: see `hue case new --help`",
            file.display()
        ))
    })?;
    const KNOWN: [&str; 14] = [
        "name",
        "birth_date",
        "nationality",
        "passport",
        "phone",
        "last_place",
        "family",
        "note",
        "compelled_act",
        "risk",
        "child",
        "synthetic",
        "needs",
        "signals",
    ];
    if let Some(other) = table.keys().find(|k| !KNOWN.contains(&k.as_str())) {
        return Err(Problem::input(format!(
            "{}: a case has no “{other}”: see `hue case new --help`",
            file.display()
        )));
    }
    let text = |key: &str| {
        table
            .get(key)
            .and_then(|v| v.as_str())
            .unwrap_or("")
            .trim()
            .to_owned()
    };
    let flag = |key: &str| table.get(key).and_then(toml::Value::as_bool).unwrap_or(false);
    let list = |key: &str| -> Vec<String> {
        let values = table.get(key).and_then(|v| v.as_array());
        values
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    Ok(NewCase {
        person: Person {
            name: Secret::new(text("name")),
            birth_date: Secret::new(text("birth_date")),
            nationality: text("nationality"),
            passport: Secret::new(text("passport")),
            phone: Secret::new(text("phone")),
            last_place: Secret::new(text("last_place")),
            note: Secret::new(text("note")),
        },
        family: Secret::new(text("family")),
        records: Vec::new(),
        risk: text("risk"),
        child: flag("child"),
        needs: list("needs"),
        signals: list("signals"),
        compelled_act: Secret::new(text("compelled_act")),
        synthetic: flag("synthetic"),
    })
}

pub async fn refer(command: Refer) -> Done {
    match command {
        Refer::Preview(to) => {
            let case: CaseId = to.case.parse()?;
            let (hub, vault, at) = unlocked(&to.place, &to.key, ("POST", "/cases/{id}/preview")).await?;
            let preview = refer::preview(&hub, &vault, case, &to.partner, &to.service, &at).await?;
            show_preview(&preview);
        }
        Refer::Send(to) => send(to).await?,
        Refer::List { place } => {
            let (hub, at) = (open(&place).await?, now());
            for r in hub.store.read().await?.referrals(1_000_000, 0).await? {
                let way = if r.outgoing { "out" } else { "in" };
                println!("{way}\t{}", referral_row(&r, at));
            }
        }
        Refer::Open { id, place, key } => {
            let id: ReferralId = id.parse()?;
            let (hub, vault, at) = unlocked(&place, &key, ("POST", "/referrals/{id}/open")).await?;
            for field in refer::open(&hub, &vault, id, &at).await?.fields {
                println!("{}\t{}", field.key, field.value.reveal());
            }
        }
        Refer::Step {
            id,
            step,
            reason,
            place,
        } => {
            let id: ReferralId = id.parse()?;
            let taken = match step {
                StepOf::Accept => Taken::Accept,
                StepOf::Decline => Taken::Decline(reason),
                StepOf::Act => Taken::Act(reason),
                StepOf::Close => Taken::Close,
                StepOf::Recall => Taken::Recall(reason),
            };
            let hub = open(&place).await?;
            let state = refer::take(&hub, id, taken, &moment()).await?;
            println!("referral {id} is {}", state.as_str());
        }
        Refer::Deliver { place } => {
            let hub = open(&place).await?;
            println!("{} delivered", exchange::deliver(&hub, now).await?);
        }
    }
    Ok(DONE)
}

async fn send(to: Referring) -> Result<(), Problem> {
    let case: CaseId = to.case.parse()?;
    let (hub, vault, at) = unlocked(&to.place, &to.key, ("POST", "/cases/{id}/refer")).await?;
    println!(
        "{}",
        refer::send(&hub, &vault, case, &to.partner, &to.service, &at).await?
    );
    Ok(())
}

fn show_preview(preview: &Preview) {
    println!("to\t{} ({})", preview.partner.name, preview.partner.kind.as_str());
    for field in &preview.view.fields {
        println!("{}\t{}", field.key, field.value.reveal());
    }
    for (key, why) in &preview.view.withheld {
        println!("withheld\t{key}: {why}");
    }
    if let Some(due) = preview.due {
        println!("answer due\t{due}: {}", preview.source);
    }
    if preview.consent.is_none() {
        println!("NOT SENT WITHOUT CONSENT: ask the person, then `hue case consent`");
    }
}

pub async fn ask(command: Ask) -> Done {
    match command {
        Ask::New {
            body,
            question,
            place,
        } => {
            let hub = open(&place).await?;
            println!("{}", publish::ask(&hub, &body, &question, &moment()).await?);
        }
        Ask::Answer { id, outcome, place } => {
            let id: AnswerId = id.parse()?;
            let hub = open(&place).await?;
            publish::answered(&hub, id, &outcome, &moment()).await?;
            println!("recorded");
        }
        Ask::List { place } => {
            let (hub, at) = (open(&place).await?, now());
            for a in hub.store.read().await?.asked().await? {
                let outcome = a
                    .outcome
                    .clone()
                    .unwrap_or_else(|| publish::no_answer(&a.asked, at));
                println!("{}\t{}\t{}\t{outcome}", a.id, a.body, a.question);
            }
        }
    }
    Ok(DONE)
}
