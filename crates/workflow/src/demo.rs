//! The demonstration: the story of the seed article on two hubs, with invented people who are marked as such.

use std::path::Path;

use evidence::{
    Grade, Secret, Viewer,
    act::{Element, Finding},
    id::{MemberId, ReferralId},
    person::Person,
};
use jiff::{SignedDuration, Timestamp};
use store::{Actor, StoreError, members};

use crate::{
    exchange,
    hub::{Hub, Moment, NewHub, WorkflowError, entropy},
    link, publish,
    receive::{Brought, Received, receive},
    refer::{self, NewCase},
    trace,
};

/// Both hubs and how to sign in to them.
pub struct Demo {
    pub hotline: Hub,
    pub consulate: Hub,
    /// Where login and pass phrase stand; the folder holds nothing but invented people.
    pub sign_in: String,
    /// Whether this call made it; a second one changes nothing.
    pub fresh: bool,
}

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../fixtures/demo/", $name)).as_slice()
    };
}

/// The threshold, in bits, above which the demonstration joins records by itself.
const THRESHOLD: f64 = 8.0;

/// Makes the demonstration in `folder`, or opens it when it is there. `say` hears each step as it is done.
///
/// # Errors
/// When the folder cannot be written, or holds something else.
pub async fn load(
    folder: &Path,
    ports: (u16, u16),
    now: Timestamp,
    mut say: impl FnMut(&str),
) -> Result<Demo, WorkflowError> {
    let (a, b) = (folder.join("hotline"), folder.join("consulate"));
    let note = folder.join("SIGN-IN.txt");
    if let Ok(sign_in) = std::fs::read_to_string(&note) {
        let (hotline, consulate) = (Hub::open(&a, None).await?, Hub::open(&b, None).await?);
        return Ok(Demo {
            hotline,
            consulate,
            sign_in,
            fresh: false,
        });
    }
    for made in [&a, &b] {
        if made.exists() {
            return Err(WorkflowError::Refused(format!(
                "{} is there and {} is not: an earlier demonstration was stopped while it was made. Remove {} and run again",
                made.display(),
                note.display(),
                folder.display()
            )));
        }
    }
    let moment = Moment {
        at: now,
        actor: Actor::command_line(),
    };
    let new = |name: &str, country: &str| NewHub {
        name: name.into(),
        kind: Viewer::Protection,
        country: country.into(),
    };
    let (hotline, key) = Hub::create(&a, None, &new("Hotline (demo)", "TH"), &moment).await?;
    let (consulate, their_key) =
        Hub::create(&b, None, &new("Consular section (demo)", "KE"), &moment).await?;
    let mut sign_in = String::from("All people in this folder are invented. Sign in with\n\n");
    for (hub, key, port, logins) in [
        (
            &hotline,
            &key,
            ports.0,
            &[
                ("asha", Viewer::Coordinator),
                ("cai", Viewer::Caseworker),
                ("ana", Viewer::Analyst),
                ("ivo", Viewer::Investigator),
                ("edda", Viewer::Editor),
                ("adm", Viewer::Administrator),
            ][..],
        ),
        (
            &consulate,
            &their_key,
            ports.1,
            &[("kofi", Viewer::Coordinator)][..],
        ),
    ] {
        let phrase = phrase()?;
        let mut tx = hub.store.write("demo members").await?;
        for (login, role) in logins {
            tx.add_member(
                MemberId::new(now, entropy()?),
                login,
                *role,
                &phrase,
                key,
                "en",
                now,
            )
            .await?;
            sign_in.push_str(&format!(
                "  http://127.0.0.1:{port}  login {login:<5} pass phrase {phrase}  ({})\n",
                role.as_str()
            ));
        }
        tx.commit().await?;
    }
    say("made two hubs: a hotline and a consular section");
    for (hub, other, port) in [(&hotline, &consulate, ports.1), (&consulate, &hotline, ports.0)] {
        let card = exchange::card(other, Some(&format!("http://127.0.0.1:{port}")));
        exchange::enrol(
            hub,
            &card,
            other.signer.fingerprint().as_str(),
            other.card.kind,
            &moment,
        )
        .await?;
    }
    say("enrolled each with the other");
    reports(&hotline, &moment, &mut say).await?;
    let linked = link::link(&hotline, &key, &moment).await?;
    let joined = link::judge_above(&hotline, THRESHOLD, &moment).await?;
    say(&format!(
        "linked: {} records, {} pairs, {joined} joined above {THRESHOLD} bits, the rest left to people",
        linked.records, linked.pairs
    ));
    let estimated = crate::estimate::from_store(&hotline, &key, 0.95, &moment).await?;
    say(&format!(
        "estimated: verdict {}",
        estimated.assessment.verdict.kind.as_str()
    ));
    trace::import(&hotline, fixture!("ledger.csv"), &moment).await?;
    trace::import_tags(&hotline, fixture!("tags.csv"), "demonstration", &moment).await?;
    let traced = trace::trace(&hotline, "0xdemo0001", &moment).await?;
    say(&format!(
        "traced: {} of {} base units at a service",
        traced.trace.at_services, traced.trace.reported
    ));
    let sent = referral(&hotline, &consulate, &key, &moment).await?;
    say(&format!("referred a case to the consular section: {sent}"));
    let brief = publish::draft(
        &hotline,
        &key,
        "What is known of the scam compounds",
        &[],
        &moment,
    )
    .await?;
    publish::publish(&hotline, brief, &moment).await?;
    publish::release(&hotline, &key, &moment).await?;
    say("published a brief and a table of open data");
    let file = |e: std::io::Error| WorkflowError::File {
        path: note.display().to_string(),
        why: e.to_string(),
    };
    std::fs::write(&note, &sign_in).map_err(file)?;
    Ok(Demo {
        hotline,
        consulate,
        sign_in,
        fresh: true,
    })
}

/// Five random words of eight letters: enough for a folder of invented people, and never the same twice.
fn phrase() -> Result<String, StoreError> {
    let token = members::new_token()?;
    Ok(token
        .as_bytes()
        .chunks(8)
        .take(3)
        .map(String::from_utf8_lossy)
        .collect::<Vec<_>>()
        .join("-"))
}

/// Bytes, name, source, grade, publication date, whether its people are invented.
type Fixture = (
    &'static [u8],
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    bool,
);

async fn reports(hub: &Hub, moment: &Moment, say: &mut impl FnMut(&str)) -> Result<(), WorkflowError> {
    let files: [Fixture; 5] = [
        (
            fixture!("un-report-2023.txt"),
            "un-report-2023.txt",
            "Published facts of 2023",
            "B2",
            Some("2023-08-29"),
            false,
        ),
        (
            fixture!("hotline-message.txt"),
            "hotline-message.txt",
            "Hotline (demo)",
            "C3",
            Some("2026-03-03"),
            true,
        ),
        (
            fixture!("hotline.csv"),
            "hotline.csv",
            "Hotline (demo)",
            "C3",
            None,
            true,
        ),
        (
            fixture!("embassy.csv"),
            "embassy.csv",
            "Embassy list (demo)",
            "B3",
            None,
            true,
        ),
        (
            fixture!("police.csv"),
            "police.csv",
            "Police list (demo)",
            "C3",
            None,
            true,
        ),
    ];
    for (bytes, name, source, grade, published, synthetic) in files {
        let brought = Brought {
            bytes: bytes.to_vec(),
            name: name.into(),
            source: source.into(),
            grade: grade.parse().unwrap_or(Grade::UNKNOWN),
            received: moment.at,
            published: published.map(str::to_owned),
            // What is published may be printed; what was told to a hotline may not, invented or not.
            public: !synthetic,
            synthetic,
            confirm: true,
        };
        if let Received::Taken {
            claims,
            people,
            questions,
            ..
        } = receive(hub, brought, moment).await?
        {
            say(&format!(
                "read {name}: {claims} claims, {people} people, {questions} questions"
            ));
        }
    }
    Ok(())
}

/// A case referred to the consular section four days ago and not yet answered, so that the first page has something
/// overdue, and one whose answer is still awaited.
async fn referral(
    hub: &Hub,
    partner: &Hub,
    key: &store::VaultKey,
    moment: &Moment,
) -> Result<ReferralId, WorkflowError> {
    let invented = NewCase {
        person: Person {
            name: Secret::new("Imani Baraka Mfano"),
            birth_date: Secret::new("2001-04-09"),
            nationality: "KE".into(),
            passport: Secret::new("KE5550142"),
            phone: Secret::new("+000 555 014 2000"),
            last_place: Secret::new("Room 4, KK Park, Myawaddy"),
            note: Secret::default(),
        },
        risk: "extreme".into(),
        needs: vec!["rescue".into(), "travel document".into()],
        signals: vec!["in danger now".into(), "ransom deadline".into()],
        compelled_act: Secret::new("was made to write to strangers under an invented name"),
        synthetic: true,
        ..NewCase::default()
    };
    let past = Moment {
        at: moment
            .at
            .saturating_sub(SignedDuration::from_hours(24 * 6))
            .unwrap_or(moment.at),
        actor: moment.actor.clone(),
    };
    let case = refer::open_case(hub, invented, &past).await?;
    refer::consent(
        hub,
        case,
        "protection",
        &Secret::new("verification of nationality and return"),
        &Secret::new("by phone"),
        None,
        &past,
    )
    .await?;
    for element in Element::ALL {
        let finding = if element == Element::Purpose {
            Finding::NotAsked
        } else {
            Finding::Supported
        };
        refer::find(hub, case, element, finding, &past).await?;
    }
    let id = refer::send(
        hub,
        key,
        case,
        partner.signer.fingerprint().as_str(),
        "verify nationality and issue a travel document",
        &past,
    )
    .await?;
    let second = NewCase {
        person: Person {
            name: Secret::new("Daudi Juma Mfano"),
            nationality: "KE".into(),
            last_place: Secret::new("Shwe Kokko, Myawaddy"),
            ..Person::default()
        },
        risk: "high".into(),
        needs: vec!["contact with family".into()],
        signals: vec!["contact lost".into()],
        synthetic: true,
        ..NewCase::default()
    };
    refer::open_case(hub, second, moment).await?;
    let asked = moment
        .at
        .saturating_sub(SignedDuration::from_hours(24 * 40))
        .unwrap_or(moment.at);
    let then = Moment {
        at: asked,
        actor: moment.actor.clone(),
    };
    publish::ask(
        hub,
        "Ministry (invented for the demonstration)",
        "How many people were found at the named sites this year?",
        &then,
    )
    .await?;
    Ok(id)
}
