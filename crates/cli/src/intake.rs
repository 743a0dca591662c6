//! Files that are brought: taken in, read without keeping, and what their sheets' columns would be taken for.

use std::{io::Write, path::Path};

use workflow::{
    Hub,
    receive::{self, Brought, Received},
};

use crate::{
    arguments::{Format, Place},
    commands::{Done, bytes, moment, open},
    outcome::{BAD_INPUT, DONE, KNOWN, Problem},
};

/// A file's name without its folders.
fn name(file: &Path) -> String {
    file.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Takes in each file; `every` is what they have in common.
pub async fn import(place: &Place, files: &[std::path::PathBuf], every: &Brought) -> Done {
    let hub = open(place).await?;
    let (mut failed, mut known) = (0, 0);
    for file in files {
        let at = moment();
        let taken = match bytes(file) {
            Ok(bytes) => {
                let brought = Brought {
                    bytes,
                    name: name(file),
                    ..every.clone()
                };
                let mut say = |done: usize, of: usize| {
                    if of > done {
                        eprintln!("  {done} of {of} rows");
                    }
                };
                receive::receive_saying(&hub, brought, &at, &mut say)
                    .await
                    .map_err(Problem::from)
            }
            Err(problem) => Err(problem),
        };
        match taken {
            Ok(Received::Taken {
                id,
                claims,
                people,
                questions,
                unread,
                within,
                faulty,
                waiting,
            }) => {
                let within = match within {
                    0 => String::new(),
                    n => format!(", and {n} documents within it"),
                };
                println!(
                    "{}: taken in as {id}{within}: {claims} claims, {people} people, {questions} questions, {unread} unread",
                    file.display()
                );
                if faulty > 0 {
                    faults(&hub, id, faulty).await?;
                }
                if waiting > 0 {
                    println!(
                        "  {waiting} sheets wait for somebody to confirm which column holds what: see /reports/{id}/columns, or bring the file again with --confirm-columns to take what `hue columns` proposes"
                    );
                }
            }
            Ok(Received::Known(id)) => {
                known += 1;
                println!(
                    "{}: these bytes are here already as {id}; nothing was added",
                    file.display()
                );
            }
            Err(problem) => {
                failed += 1;
                eprintln!("hue: {}: {}", file.display(), problem.text);
            }
        }
    }
    hub.store.close().await;
    Ok(if failed > 0 {
        BAD_INPUT
    } else if known == files.len() {
        KNOWN
    } else {
        DONE
    })
}

/// Names the cells that were not what their column holds.
async fn faults(hub: &Hub, document: evidence::id::DocumentId, rows: usize) -> Result<(), Problem> {
    const NAMED: i64 = 50;
    let (faults, all) = hub.store.read().await?.row_faults(document, NAMED).await?;
    println!(
        "  {rows} rows have a cell that is not what its column holds; its words are kept in the person's note:"
    );
    for f in &faults {
        println!("    {}: {}", f.unit(), f.why.replace('_', " "));
    }
    if all > NAMED {
        println!("    and {} more", all - NAMED);
    }
    Ok(())
}

/// Prints what each column of a file's sheets would be taken for, with its first cells.
pub fn columns(file: &Path) -> Done {
    let proposal = receive::read(&bytes(file)?, &name(file), None)?;
    let sheets = workflow::sheet::proposals(&proposal.tables);
    if sheets.is_empty() {
        println!("{}: no sheet of it names a person's particulars", file.display());
    }
    for s in sheets {
        println!(
            "sheet {}{}",
            s.ordinal + 1,
            if s.sheet.is_empty() {
                String::new()
            } else {
                format!(" “{}”", s.sheet)
            }
        );
        for (c, sample) in s.proposal.columns.iter().zip(&s.samples) {
            let order = c
                .order
                .map_or(String::new(), |o| format!(", {} first", o.as_str()));
            println!(
                "  {:<28} {}{order}  ({})",
                c.header,
                c.field.as_str(),
                sample.join("; ")
            );
        }
    }
    Ok(DONE)
}

/// Prints the claims in a file without keeping anything.
pub fn read(file: &Path, format: Format, published: Option<&str>) -> Done {
    let proposal = receive::read(&bytes(file)?, &name(file), published)?;
    if format == Format::Json {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        web::api::write_proposal(&mut out, &proposal)
            .and_then(|()| out.flush())
            .map_err(|e| Problem::outside(format!("standard output: {e}")))?;
        return Ok(DONE);
    }
    let mut cite = proposal.cite();
    for m in &proposal.mentions {
        println!(
            "{:>6}–{:<6} {:<9} {}  [{}]",
            m.span.start,
            m.span.end,
            m.value.kind().as_str(),
            m.quote.replace('\n', " "),
            cite.at(m.span).map(|u| u.to_string()).unwrap_or_default()
        );
    }
    for u in &proposal.unread {
        println!("{:>6}–{:<6} unread    {}", u.span.start, u.span.end, u.why);
    }
    for q in &proposal.questions {
        println!(
            "{:>6}–{:<6} question  {}: {} places bear this name",
            q.span.start,
            q.span.end,
            q.quote,
            q.candidates.len()
        );
    }
    Ok(DONE)
}
