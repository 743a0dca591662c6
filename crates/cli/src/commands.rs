//! One function per command: open, call a step, say what happened.

use std::path::Path;

use evidence::{Grade, Value, Viewer, id::ReferralId};
use jiff::{SignedDuration, Timestamp};
use workflow::{
    Actor, Hub, Moment, VaultKey, estimate, exchange, hub::NewHub, link, publish, receive::Brought, trace,
};

use crate::{
    arguments::{Bundle, Command, Format, Hue, Key, KindOf, Money, Partner, Place},
    cases, intake,
    outcome::{BAD_INPUT, DAMAGED, DONE, KNOWN, Problem, REFUSED},
    review,
    serve::{self, now},
};

pub type Done = Result<u8, Problem>;

pub async fn run(arguments: Hue) -> Done {
    match arguments.command {
        Command::Demo { data, no_serve, port } => serve::demonstrate(data, no_serve, port).await,
        Command::Init {
            place,
            name,
            kind,
            country,
            base,
        } => init(&place, name, kind, country, &base).await,
        Command::Serve { place, listen, base } => serve::serve(open(&place).await?, listen, base).await,
        Command::Import {
            place,
            files,
            source,
            grade,
            received,
            published,
            public,
            synthetic,
            confirm_columns,
        } => {
            let grade: Grade = grade
                .parse()
                .map_err(|e: evidence::grade::GradeError| Problem::input(e.to_string()))?;
            let brought = Brought {
                bytes: Vec::new(),
                name: String::new(),
                source,
                grade,
                received: instant("--received", received)?.unwrap_or_else(now),
                published,
                public,
                synthetic,
                confirm: confirm_columns,
            };
            intake::import(&place, &files, &brought).await
        }
        Command::Read {
            file,
            format,
            published,
        } => intake::read(&file, format, published.as_deref()),
        Command::Columns { file } => intake::columns(&file),
        Command::Link {
            place,
            key,
            threshold,
        } => link_records(&place, &key, threshold).await,
        Command::Estimate {
            table: Some(table),
            method,
            format,
            level,
            ..
        } => estimate_table(&table, method.as_deref(), format, level),
        Command::Estimate {
            table: None,
            format,
            level,
            data,
            store,
            login,
            ..
        } => {
            let (Some(data), Some(login)) = (data, login) else {
                return Err(Problem::input(
                    "give a table, or --data and --as to estimate from a hub's own lists",
                ));
            };
            estimate_store(&Place { data, store }, &Key { login }, format, level).await
        }
        Command::Place { command } => review::places(command).await,
        Command::Pair { command } => review::pairs(command).await,
        Command::Money { command } => money(command).await,
        Command::Queue { place, format } => cases::queue(&place, format).await,
        Command::Case { command } => cases::case(command).await,
        Command::Refer { command } => cases::refer(command).await,
        Command::Ask { command } => cases::ask(command).await,
        Command::Partner { command } => partner(command).await,
        Command::Bundle { command } => bundle(command).await,
        Command::Publish {
            place,
            key,
            brief,
            data_table,
        } => publish_all(&place, &key, brief, data_table).await,
        Command::Check { place, login } => check(&place, login).await,
        Command::Invite {
            place,
            key,
            role,
            base,
        } => invite(&place, &key, &role, &base).await,
    }
}

pub fn moment() -> Moment {
    Moment {
        at: now(),
        actor: Actor::command_line(),
    }
}

pub async fn open(place: &Place) -> Result<Hub, Problem> {
    Ok(Hub::open(&place.data, place.store.as_deref()).await?)
}

/// The hub, opened by a member whose role may do what the page at `path` does: one table of access for pages and commands.
pub async fn unlocked(
    place: &Place,
    key: &Key,
    (method, path): (&str, &str),
) -> Result<(Hub, VaultKey, Moment), Problem> {
    let hub = open(place).await?;
    let (member, vault) = hub.unlock(&key.login, &phrase()?).await?;
    if !web::access::may(member.role, method, path) {
        return Err(Problem::input(format!(
            "{} is {}: that role does not do this; docs/design/access-matrix.md says whose does ({method} {path})",
            key.login,
            member.role.as_str()
        )));
    }
    Ok((
        hub,
        vault,
        Moment {
            at: now(),
            actor: Actor::member(member.id),
        },
    ))
}

/// From a file that only its owner reads, or asked for without echo. Never from an argument.
fn phrase() -> Result<String, Problem> {
    if let Some(path) = std::env::var_os("HUE_PHRASE_FILE") {
        let text = std::fs::read_to_string(&path)
            .map_err(|e| Problem::input(format!("{}: {e}", Path::new(&path).display())))?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    rpassword::prompt_password("Pass phrase: ")
        .map_err(|e| Problem::outside(format!("the pass phrase could not be asked for: {e}")))
}

pub fn bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    let size = std::fs::metadata(path)
        .map_err(|e| Problem::input(format!("{}: {e}", path.display())))?
        .len();
    // Refused before it is read: memory is bounded by what one document may hold, not by what somebody sends.
    if size > 4 * workflow::receive::LIMIT as u64 {
        return Err(Problem::input(format!(
            "{}: {size} bytes are more than can be read: split the file",
            path.display()
        )));
    }
    std::fs::read(path).map_err(|e| Problem::input(format!("{}: {e}", path.display())))
}

async fn init(place: &Place, name: String, kind: KindOf, country: String, base: &str) -> Done {
    let kind = kind.into();
    let at = moment();
    let (hub, key) = Hub::create(
        &place.data,
        place.store.as_deref(),
        &NewHub {
            name,
            kind,
            country: country.to_uppercase(),
        },
        &at,
    )
    .await?;
    let expires = at
        .at
        .saturating_add(SignedDuration::from_hours(72))
        .unwrap_or(at.at);
    let mut tx = hub.store.write("invite").await?;
    let token = tx
        .invite(Viewer::Administrator, &key, expires, at.at, &at.actor)
        .await?;
    tx.commit().await?;
    println!("Made a hub in {}.", place.data.display());
    println!("Fingerprint, for partners: {}", hub.signer.fingerprint().spoken());
    println!("The first administrator joins here, once, within three days:\n{base}/join/{token}");
    println!(
        "Nothing else opens what will be sealed here. If the link is lost before it is used, begin again with an empty folder."
    );
    hub.store.close().await;
    Ok(DONE)
}

/// An instant that an argument gives.
pub fn instant(argument: &str, text: Option<String>) -> Result<Option<Timestamp>, Problem> {
    text.map(|t| {
        t.parse::<Timestamp>().map_err(|_| {
            Problem::input(format!(
                "{argument} “{t}” is not RFC 3339, as in 2026-03-05T08:00:00Z"
            ))
        })
    })
    .transpose()
}

async fn link_records(place: &Place, key: &Key, threshold: Option<f64>) -> Done {
    let (hub, vault, at) = unlocked(place, key, ("POST", "/pairs/link")).await?;
    let done = link::link(&hub, &vault, &at).await?;
    println!("{} records, {} pairs; run {}", done.records, done.pairs, done.run);
    if let Some(bits) = threshold {
        println!(
            "{} joined above {bits} bits",
            link::judge_above(&hub, bits, &at).await?
        );
    }
    Ok(DONE)
}

fn estimate_table(table: &Path, method: Option<&str>, format: Format, level: f64) -> Done {
    let methods = match method {
        None => Vec::new(),
        Some(name) => vec![
            estimate::method(name)
                .ok_or_else(|| Problem::input(format!("“{name}” is no method: main-effects or chao")))?,
        ],
    };
    if !estimate::levels().iter().any(|l| (l - level).abs() < 1e-9) {
        return Err(Problem::input(format!(
            "--level {level}: choose 0.8, 0.9, 0.95 or 0.99"
        )));
    }
    let done = estimate::table(&bytes(table)?, &methods, level)?;
    Ok(say(&done, format))
}

async fn estimate_store(place: &Place, key: &Key, format: Format, level: f64) -> Done {
    let (hub, vault, at) = unlocked(place, key, ("POST", "/estimate/store")).await?;
    Ok(say(
        &estimate::from_store(&hub, &vault, level, &at).await?,
        format,
    ))
}

fn say(done: &estimate::Estimated, format: Format) -> u8 {
    if format == Format::Json {
        println!("{}", estimate::to_json(done));
    } else {
        print!("{}", estimate::to_text(done));
    }
    if estimate::refused(done) { REFUSED } else { DONE }
}

async fn money(command: Money) -> Done {
    match command {
        Money::Addresses { text } => {
            let text = if text == "-" {
                std::io::read_to_string(std::io::stdin()).map_err(|e| Problem::input(e.to_string()))?
            } else {
                text
            };
            let (found, damaged) = trace::addresses(&text);
            for m in &found {
                if let Value::Address { value, ledger, check } = &m.value {
                    println!("{value}\t{ledger}\t{check}\t{}–{}", m.span.start, m.span.end);
                }
            }
            for u in &damaged {
                eprintln!("hue: {}–{}: {}", u.span.start, u.span.end, u.why);
            }
            Ok(if found.is_empty() && !damaged.is_empty() {
                BAD_INPUT
            } else {
                DONE
            })
        }
        Money::Import { file, place } => {
            let hub = open(&place).await?;
            let done = trace::import(&hub, &bytes(&file)?, &moment()).await?;
            println!(
                "{} transfers added, {} known already, {} of nothing left out",
                done.added, done.known, done.zeros
            );
            Ok(if done.added == 0 && done.known > 0 {
                KNOWN
            } else {
                DONE
            })
        }
        Money::Tags { file, source, place } => {
            let hub = open(&place).await?;
            println!(
                "{} tags",
                trace::import_tags(&hub, &bytes(&file)?, &source, &moment()).await?
            );
            Ok(DONE)
        }
        Money::Trace { tx, place, format } => {
            let hub = open(&place).await?;
            let done = trace::trace(&hub, &tx, &moment()).await?;
            let json = trace::to_json(&done);
            if format == Format::Json {
                println!("{json}");
            } else {
                println!("rule: first in, first out (base units)");
                println!(
                    "reported {}, at services {}, dormant {}, cut {}",
                    done.trace.reported, done.trace.at_services, done.trace.dormant, done.trace.cut
                );
                for (address, amount) in &done.trace.services {
                    println!("  freeze {amount} at {address}");
                }
            }
            Ok(DONE)
        }
    }
}

async fn partner(command: Partner) -> Done {
    match command {
        Partner::Card { place, url } => {
            let hub = open(&place).await?;
            println!("{}", exchange::card(&hub, url.as_deref()));
            eprintln!(
                "Fingerprint, to be read aloud: {}",
                hub.signer.fingerprint().spoken()
            );
            Ok(DONE)
        }
        Partner::Add {
            card,
            fingerprint,
            kind,
            place,
        } => {
            let hub = open(&place).await?;
            let text =
                String::from_utf8(bytes(&card)?).map_err(|_| Problem::input("the card is not text"))?;
            let partner = exchange::enrol(&hub, &text, &fingerprint, kind.into(), &moment()).await?;
            println!("enrolled {} ({})", partner.name, partner.fingerprint);
            Ok(DONE)
        }
    }
}

async fn bundle(command: Bundle) -> Done {
    match command {
        Bundle::Save {
            referral,
            file,
            place,
        } => {
            let hub = open(&place).await?;
            let id: ReferralId = referral.parse()?;
            let bundles = exchange::export(&hub, id, &moment()).await?;
            let Some((name, text)) = bundles.into_iter().next_back() else {
                return Err(Problem::input(format!("referral {id} has nothing to carry")));
            };
            std::fs::write(&file, text).map_err(|e| Problem::outside(format!("{}: {e}", file.display())))?;
            println!("wrote bundle {name} to {}", file.display());
            Ok(DONE)
        }
        Bundle::TakeIn { file, place } => {
            let hub = open(&place).await?;
            match exchange::take_in(&hub, &bytes(&file)?, now()).await? {
                exchange::TakenIn::Done(id, state) => {
                    println!("referral {id} is {}", state.as_str());
                    Ok(DONE)
                }
                exchange::TakenIn::Known(id) => {
                    println!("this bundle of referral {id} was taken in before; nothing was changed");
                    Ok(KNOWN)
                }
            }
        }
    }
}

async fn publish_all(place: &Place, key: &Key, brief: Option<String>, table: bool) -> Done {
    let (hub, vault, at) = unlocked(place, key, ("POST", "/briefs/{id}/publish")).await?;
    if let Some(title) = brief {
        let id = publish::draft(&hub, &vault, &title, &[], &at).await?;
        publish::publish(&hub, id, &at).await?;
        println!("published brief {id}");
    }
    if table {
        print!("{}", publish::release(&hub, &vault, &at).await?);
    }
    Ok(DONE)
}

async fn check(place: &Place, login: Option<String>) -> Done {
    let (hub, vault) = match login {
        Some(login) => {
            let (hub, vault, _) = unlocked(place, &Key { login }, ("GET", "/journal")).await?;
            (hub, Some(vault))
        }
        None => (open(place).await?, None),
    };
    let report = hub.store.check(vault.as_ref()).await?;
    println!(
        "journal {} rows, head {}; {} blobs; {} documents{}; {} signed steps",
        report.journal,
        report.head,
        report.blobs,
        report.documents,
        if report.unlocked {
            ", each opened and compared"
        } else {
            ""
        },
        report.steps
    );
    for damage in &report.damage {
        println!("DAMAGED {damage}");
    }
    hub.store.close().await;
    if report.damage.is_empty() {
        println!("everything is as it was written");
        return Ok(DONE);
    }
    println!(
        "{} damaged: restore from a backup made before, and keep this copy as evidence",
        report.damage.len()
    );
    Ok(DAMAGED)
}

async fn invite(place: &Place, key: &Key, role: &str, base: &str) -> Done {
    let role = Viewer::named(role)
        .filter(|r| Viewer::ROLES.contains(r))
        .ok_or_else(|| Problem::input(format!("“{role}” is no role")))?;
    let (hub, vault, at) = unlocked(place, key, ("POST", "/members/invite")).await?;
    let expires = at
        .at
        .saturating_add(SignedDuration::from_hours(72))
        .unwrap_or(at.at);
    let mut tx = hub.store.write("invite").await?;
    let token = tx.invite(role, &vault, expires, at.at, &at.actor).await?;
    tx.commit().await?;
    println!("{base}/join/{token}");
    Ok(DONE)
}
