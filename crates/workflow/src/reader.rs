//! Read: documents of forms that a crafted file may crash or bloat are parsed in a process of their own.
//!
//! The process is this program under another name of its command line. It gets the file on standard input, knows no data
//! folder, inherits no environment, may take so much memory and time, and answers on standard output. Neither the file nor its
//! name is ever an argument: arguments are seen by every user of the machine.

use std::{
    io::{Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{OnceLock, mpsc},
    time::Duration,
};

use evidence::{Span, claim::Unread, document::Format, unit::Units};
use intake::{Enclosed, ReadError, Reading, people, table};
use serde_json::{Value, json};

/// The command that makes the program a reader; see [`serve`].
pub const COMMAND: &str = "read-apart";
/// Address space of a reader, in bytes; what it may take beyond is the machine's.
const MEMORY: u64 = 2 << 30;
/// Processor seconds of a reader, and the seconds after which it is stopped however little it did.
const SECONDS: u64 = 60;
const PATIENCE: Duration = Duration::from_secs(120);
/// What a reader may answer: a text, its units, and what was enclosed.
const ANSWER: u64 = 1 << 30;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Says which program reads; done once, when a program starts.
pub fn use_program(path: PathBuf) {
    let _ = PROGRAM.set(path);
}

/// Reads a document, in a process of its own where its form asks for it.
///
/// # Errors
/// When it cannot be read, or its reader was stopped at a limit.
pub fn read(bytes: &[u8], name: &str) -> Result<Reading, ReadError> {
    if bytes.is_empty() || bytes.len() > intake::LIMIT || !intake::recognise(bytes, name)?.is_hostile() {
        return intake::read(bytes, name);
    }
    let told = |why: String| ReadError::Told(why);
    let program = PROGRAM
        .get()
        .ok_or_else(|| told("no program was named that could read this form apart from the hub".into()))?;
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| told(format!("the reader did not start: {e}")))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (said, heard) = mpsc::channel();
    let answer = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A reader that has seen enough closes its end; that is its answer's business.
            let _ = input.map(|mut i| ask(&mut i, bytes, name));
        });
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = output.map(|o| o.take(ANSWER).read_to_end(&mut answer));
            let _ = said.send(read.and_then(Result::ok).map(|_| answer));
        });
        let answer = heard.recv_timeout(PATIENCE);
        if answer.is_err() {
            let _ = child.kill();
        }
        answer
    });
    let ended = child
        .wait()
        .map_err(|e| told(format!("the reader is lost: {e}")))?;
    match answer {
        Err(_) => Err(told(format!(
            "reading took more than {} seconds and was stopped",
            PATIENCE.as_secs()
        ))),
        Ok(Some(answer)) if ended.success() => {
            decode(&answer).unwrap_or_else(|| Err(told("the reader's answer was cut short".into())))
        }
        Ok(_) => Err(told(format!(
            "reading was stopped: it took more than {} MiB of memory or {SECONDS} seconds, or the file is made to break readers ({ended}). Nothing of it was taken in",
            MEMORY >> 20
        ))),
    }
}

fn ask(input: &mut impl Write, bytes: &[u8], name: &str) -> std::io::Result<()> {
    let length = u32::try_from(name.len()).unwrap_or(0);
    input.write_all(&length.to_be_bytes())?;
    input.write_all(&name.as_bytes()[..length as usize])?;
    input.write_all(bytes)
}

/// The reader's side: limits itself, reads a file from `input` and answers on `output`.
///
/// # Errors
/// When a limit cannot be set, or the other side has gone.
pub fn serve(input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
    limit()?;
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut name = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap_or(0).min(4096)];
    input.read_exact(&mut name)?;
    let mut bytes = Vec::new();
    input.take(intake::LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    let reading = intake::read(&bytes, &String::from_utf8_lossy(&name));
    drop(bytes);
    encode(&reading, output)?;
    output.flush()
}

fn limit() -> std::io::Result<()> {
    use rlimit::Resource;
    Resource::AS.set(MEMORY, MEMORY)?;
    Resource::CPU.set(SECONDS, SECONDS)?;
    // No file is written, none is opened, and no picture of its memory is kept when it falls.
    Resource::FSIZE.set(0, 0)?;
    Resource::NOFILE.set(8, 8)?;
    Resource::CORE.set(0, 0)
}

/// An answer: one line of JSON that says how long the parts after it are, then the parts.
fn encode(reading: &Result<Reading, ReadError>, out: &mut impl Write) -> std::io::Result<()> {
    let r = match reading {
        Ok(reading) => reading,
        Err(error) => return writeln!(out, "{}", json!({"error": error.to_string()})),
    };
    let units = r.units.to_string();
    let span = |s: &Span| json!([s.start, s.end]);
    let head = json!({
        "format": r.format.as_str(),
        "encoding": r.encoding,
        "published": r.published,
        "text": r.text.len(),
        "units": units.len(),
        "apart": r.apart.iter().map(span).collect::<Vec<_>>(),
        "days": r.days.iter().map(|(at, day)| json!([at, day])).collect::<Vec<_>>(),
        "unread": r.unread.iter().map(|u| json!([u.span.start, u.span.end, u.why])).collect::<Vec<_>>(),
        "merged": r.tables.iter().map(|t| json!(t.merged)).collect::<Vec<_>>(),
        "enclosed": r.enclosed.iter().map(|e| json!([e.name, e.bytes.len()])).collect::<Vec<_>>(),
    });
    writeln!(out, "{head}")?;
    out.write_all(r.text.as_bytes())?;
    out.write_all(units.as_bytes())?;
    r.enclosed.iter().try_for_each(|e| out.write_all(&e.bytes))
}

/// None when the answer is not whole.
fn decode(answer: &[u8]) -> Option<Result<Reading, ReadError>> {
    let end = answer.iter().position(|b| *b == b'\n')?;
    let head: Value = serde_json::from_slice(&answer[..end]).ok()?;
    if let Some(error) = head["error"].as_str() {
        return Some(Err(ReadError::Told(error.to_owned())));
    }
    let mut rest = &answer[end + 1..];
    let mut part = |length: &Value| {
        let (part, left) = rest.split_at_checked(number(length)?)?;
        rest = left;
        Some(part)
    };
    let text = String::from_utf8(part(&head["text"])?.to_vec()).ok()?;
    let units: Units = std::str::from_utf8(part(&head["units"])?).ok()?.parse().ok()?;
    let enclosed = list(&head["enclosed"]).map(|e| {
        Some(Enclosed {
            name: e[0].as_str()?.to_owned(),
            bytes: part(&e[1])?.to_vec(),
        })
    });
    let enclosed = enclosed.collect::<Option<Vec<_>>>()?;
    let mut tables = table::of_units(&text, &units);
    for (table, merged) in tables.iter_mut().zip(list(&head["merged"])) {
        for m in list(merged) {
            let side = |i: usize| number(&m[i]).and_then(|n| u32::try_from(n).ok());
            table.fill_down(side(0)?, side(1)?, side(2)?);
        }
    }
    let span = |v: &Value| {
        Some(Span {
            start: number(&v[0])?,
            end: number(&v[1])?,
        })
    };
    let format = Format::named(head["format"].as_str()?)?;
    Some(Ok(Reading {
        format,
        encoding: intake::encoding(head["encoding"].as_str()?),
        people: if format.is_sheet() {
            Vec::new()
        } else {
            people::labelled(&text)
        },
        text,
        units,
        apart: list(&head["apart"]).map(span).collect::<Option<_>>()?,
        days: list(&head["days"])
            .map(|d| Some((number(&d[0])?, d[1].as_str()?.to_owned())))
            .collect::<Option<_>>()?,
        published: head["published"].as_str().map(str::to_owned),
        tables,
        unread: list(&head["unread"])
            .map(|u| {
                Some(Unread {
                    span: span(u)?,
                    why: u[2].as_str()?.to_owned(),
                })
            })
            .collect::<Option<_>>()?,
        enclosed,
    }))
}

fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|n| usize::try_from(n).ok())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_back_whole_or_not_at_all() {
        let mail = "From: a@example.org\nTo: b@example.org\nSubject: ជន 120\nDate: Tue, 14 Oct 2025 09:12:00 +0700\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nAt least 120 people\n--x\nContent-Type: text/csv; name=\"l.csv\"\n\nname\nA\n--x--\n";
        let reading = intake::read(mail.as_bytes(), "a.eml");
        let mut answer = Vec::new();
        assert!(encode(&reading, &mut answer).is_ok());
        let shown = |r: &Reading| format!("{r:?}");
        let back = decode(&answer).and_then(Result::ok);
        assert_eq!(back.as_ref().map(shown), reading.as_ref().ok().map(shown));
        for cut in [0, 10, answer.len() / 2, answer.len() - 1] {
            assert!(decode(&answer[..cut]).is_none(), "{cut}");
        }
        let mut answer = Vec::new();
        assert!(encode(&Err(ReadError::Empty), &mut answer).is_ok());
        assert!(
            matches!(decode(&answer), Some(Err(ReadError::Told(why))) if why == ReadError::Empty.to_string())
        );
    }
}
