//! What people decide: which place a name means, where a place is exactly, and whether two records are one person.

use std::path::Path;

use workflow::{link, locate};

use crate::{
    arguments::{Pairs, Places},
    commands::{Done, bytes, moment, open, unlocked},
    outcome::{DONE, Problem},
};

/// Questions and pairs that one listing prints.
const LISTED: i64 = 200;

pub async fn places(command: Places) -> Done {
    match command {
        Places::List { place } => {
            let hub = open(&place).await?;
            let mut marks = locate::marks(&hub).await?;
            marks.retain(|m| m.claims > 0);
            marks.sort_by_key(|m| std::cmp::Reverse(m.claims));
            for m in marks {
                let id = m.link.trim_start_matches("/places/");
                println!("{id}\t{}\t{} claims", m.name, m.claims);
            }
        }
        Places::Show { id, place } => {
            let hub = open(&place).await?;
            let found = locate::place(&hub, &id).await?;
            let country = found.known.country.as_deref().unwrap_or("");
            println!(
                "{}\t{} {country}\t{}",
                found.known.name, found.known.within, found.known.source
            );
            if let Some((lat, lon)) = found.dossier.coarse {
                println!(
                    "publishable point\t{:.1}, {:.1}",
                    lat as f64 / 10.0,
                    lon as f64 / 10.0
                );
            }
            println!(
                "exact point\t{}",
                if found.dossier.has_exact {
                    "held, sealed"
                } else {
                    "none"
                }
            );
            for s in found.sightings {
                println!(
                    "{}\t{}\t{}\t{}\t{}",
                    s.date, s.source, s.grade, s.role, s.document
                );
            }
        }
        Places::Point { id, file, place } => {
            locate::set_point(&open(&place).await?, &id, text(&file)?.trim(), &moment()).await?;
            println!("kept, sealed; the published point is unchanged");
        }
        Places::Open { id, place, key } => {
            let (hub, vault, at) = unlocked(&place, &key, ("POST", "/places/{id}/open")).await?;
            match locate::point(&hub, &vault, &id, &at).await? {
                Some(point) => println!("{}", point.reveal()),
                None => println!("nobody has told an exact point of {id}"),
            }
        }
        Places::Questions { place } => {
            let hub = open(&place).await?;
            for q in hub.store.read().await?.open_questions(LISTED).await? {
                println!("{}\tdocument {}", q.id, q.document);
                for (candidate, what) in q.candidates {
                    println!(
                        "\t{}\t{what}",
                        if candidate.is_empty() { "none" } else { &candidate }
                    );
                }
            }
        }
        Places::Answer {
            question,
            answer,
            place,
            key,
        } => {
            let (hub, vault, at) = unlocked(&place, &key, ("POST", "/questions/{id}")).await?;
            let answer = if answer == "none" { "" } else { &answer };
            let members = hub.store.read().await?.members().await?;
            let by = members
                .iter()
                .find(|m| m.login == key.login)
                .map(|m| m.id)
                .ok_or_else(|| Problem::input(format!("{} is no member", key.login)))?;
            locate::answer(&hub, &vault, &question, answer, by, &at).await?;
            println!("recorded: the claim is superseded");
        }
    }
    Ok(DONE)
}

pub async fn pairs(command: Pairs) -> Done {
    match command {
        Pairs::List { place } => {
            let hub = open(&place).await?;
            for p in hub.store.read().await?.pairs(LISTED).await? {
                let judged = p.outcome.map_or("not judged", |o| o.as_str());
                println!(
                    "{:+.1}\t{}\t{}\t{judged}",
                    p.weight as f64 / 1000.0,
                    p.left,
                    p.right
                );
            }
        }
        Pairs::Judge {
            left,
            right,
            outcome,
            place,
            key,
        } => {
            let outcome = link::outcome(&outcome).ok_or_else(|| {
                Problem::input(format!("“{outcome}” is no judgement: same, different or unsure"))
            })?;
            let (hub, _, at) = unlocked(&place, &key, ("POST", "/pairs/judge")).await?;
            link::judge(&hub, left.parse()?, right.parse()?, outcome, &at).await?;
            println!("judged; `hue pair withdraw` takes it back");
        }
        Pairs::Withdraw {
            left,
            right,
            place,
            key,
        } => {
            let (hub, _, at) = unlocked(&place, &key, ("POST", "/pairs/judge")).await?;
            link::withdraw(&hub, left.parse()?, right.parse()?, &at).await?;
            println!("taken back: two records, two people");
        }
    }
    Ok(DONE)
}

/// A file's text, or standard input's for "-".
pub fn text(file: &Path) -> Result<String, Problem> {
    if file == Path::new("-") {
        return std::io::read_to_string(std::io::stdin()).map_err(|e| Problem::input(e.to_string()));
    }
    String::from_utf8(bytes(file)?).map_err(|_| Problem::input(format!("{} is not UTF-8", file.display())))
}
