//! Chats: exports of WhatsApp, Telegram and LINE, and what people paste out of them.
//!
//! Each message is a unit with the time it was sent; the stamps are the program's, not anybody's words.

use std::sync::LazyLock;

use evidence::{Span, unit::Unit};
use regex::{Captures, Regex};
use serde_json::Value;

use super::{ReadError, draft::Draft};
use crate::{extract::ascii_digit, order::Order, position::floor};

/// What was made of a chat beside its text.
#[derive(Default)]
pub(super) struct Talk {
    /// Stamps and the program's own notices.
    pub apart: Vec<Span>,
    /// Where each message begins, and the day it was sent.
    pub days: Vec<(usize, String)>,
}

/// `[14/10/2025, 09:12:33] Name: …`, `14.10.25, 9:12 PM - Name: …`, `[09:12, 14/10/2025] Name: …`.
static STAMP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let date = r"(?P<a>\p{Nd}{1,4})[/.\-](?P<b>\p{Nd}{1,2})[/.\-](?P<c>\p{Nd}{1,4})";
    let time = r"(?P<h>\p{Nd}{1,2})[:.](?P<m>\p{Nd}{2})(?:[:.]\p{Nd}{2})?(?:[\s\u{202f}]?(?P<half>[AaPp])\.?[Mm]\.?)?";
    let date2 = date
        .replace("<a>", "<a2>")
        .replace("<b>", "<b2>")
        .replace("<c>", "<c2>");
    let time2 = time
        .replace("<h>", "<h2>")
        .replace("<m>", "<m2>")
        .replace("<half>", "<half2>");
    Regex::new(&format!(
        r"^[\u{{200e}}\u{{200f}}\u{{feff}}]*(?:\[?{date},?\s+{time}\]?|\[{time2},\s*{date2}\])(?:\s[-–]\s|\s|:\s)"
    ))
    .ok()
});
/// `Name, [14.10.2025 09:12]`: how Telegram's desktop program copies messages; the words follow on the next lines.
static COPIED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?P<from>[^\[\]\n]{1,80}), \[(?P<a>\p{Nd}{1,4})[/.\-](?P<b>\p{Nd}{1,2})[/.\-](?P<c>\p{Nd}{1,4}),? (?P<h>\p{Nd}{1,2}):(?P<m>\p{Nd}{2})(?::\p{Nd}{2})?(?:\s?(?P<half>[AaPp])[Mm])?\]:?\s*$").ok()
});

impl Talk {
    pub(super) fn parts(self) -> (Vec<Span>, Vec<(usize, String)>) {
        (self.apart, self.days)
    }
}

struct Stamp {
    /// Day, month and year in the order written.
    parts: [i64; 3],
    time: Option<(i64, i64)>,
    /// Bytes of the line that are the stamp.
    end: usize,
}

fn stamp(line: &str) -> Option<Stamp> {
    let line = line.get(..floor(line, 160)).unwrap_or(line);
    let read = |captures: &Captures<'_>| {
        let number = |names: [&str; 2]| {
            let found = names.iter().find_map(|n| captures.name(n))?;
            found
                .as_str()
                .chars()
                .map(ascii_digit)
                .collect::<Option<String>>()?
                .parse()
                .ok()
        };
        let parts = [number(["a", "a2"])?, number(["b", "b2"])?, number(["c", "c2"])?];
        let half = ["half", "half2"]
            .iter()
            .find_map(|n| captures.name(n))
            .map(|m| m.as_str().to_ascii_lowercase());
        let time = number(["h", "h2"])
            .zip(number(["m", "m2"]))
            .map(|(h, m): (i64, i64)| match half.as_deref() {
                Some("p") if h < 12 => (h + 12, m),
                Some("a") if h == 12 => (0, m),
                _ => (h, m),
            });
        let end = captures.get(0)?.end();
        Some(Stamp { parts, time, end })
    };
    STAMP
        .as_ref()
        .and_then(|p| p.captures(line))
        .or_else(|| COPIED.as_ref().and_then(|p| p.captures(line)))
        .and_then(|c| read(&c))
}

/// Whether a text is a chat: its first lines carry stamps and senders.
pub(super) fn looks_like(text: &str) -> bool {
    let lines = text.lines().filter(|l| !l.trim().is_empty()).take(40);
    let stamped = lines
        .clone()
        .filter(|l| {
            stamp(l).is_some_and(|s| {
                COPIED.as_ref().is_some_and(|p| p.is_match(l)) || sender(&l[s.end..]).is_some()
            })
        })
        .count();
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    stamped >= 2 && stamp(first).is_some() || line_export(first)
}

fn line_export(first: &str) -> bool {
    first.trim_start_matches('\u{feff}').starts_with("[LINE]")
}

/// The length of the sender's name and its colon.
fn sender(rest: &str) -> Option<usize> {
    let head = rest.get(..floor(rest, 120)).unwrap_or(rest);
    let at = head
        .find(": ")
        .or_else(|| head.ends_with(':').then(|| head.len() - 1))?;
    (at > 0).then_some(at + 1)
}

/// The day of a stamp; programs that chat are younger than 2005.
fn day(order: Order, parts: [i64; 3]) -> Option<String> {
    order
        .date(parts)
        .filter(|d| d.year() >= 2005)
        .map(|d| d.to_string())
}

/// Appends a chat that was exported or pasted as text; the working copy is the text itself.
pub(super) fn lines(text: &str, draft: &mut Draft) -> Talk {
    if line_export(text.lines().next().unwrap_or("")) {
        return line(text, draft);
    }
    let stamps: Vec<[i64; 3]> = text.lines().filter_map(|l| stamp(l).map(|s| s.parts)).collect();
    let order = Order::of(&stamps);
    let mut talk = Talk::default();
    let mut open: Option<(usize, u32, String)> = None;
    let mut number = 0;
    for line in text.split_inclusive('\n') {
        if let Some(found) = stamp(line.trim_end()) {
            close(open.take(), draft);
            let from = draft.len();
            draft.push(&line[..found.end.min(line.len())]);
            talk.apart.push(Span {
                start: from,
                end: draft.len(),
            });
            let day = order.and_then(|o| day(o, found.parts));
            let sent = match (&day, found.time) {
                (Some(day), Some((h, m))) => format!("{day}T{h:02}:{m:02}"),
                (Some(day), None) => day.clone(),
                (None, _) => String::new(),
            };
            if let Some(day) = day {
                talk.days.push((draft.len(), day));
            }
            number += 1;
            let rest = &line[found.end.min(line.len())..];
            let copied = rest.trim().is_empty();
            let start = draft.len();
            draft.push(rest);
            if !copied && sender(rest.trim_end()).is_none() {
                // The program's own notice: somebody joined, calls are encrypted.
                talk.apart.push(Span {
                    start,
                    end: draft.len(),
                });
            }
            open = Some((start, number, sent));
        } else {
            draft.push(line);
        }
    }
    close(open, draft);
    if order.is_none() && !stamps.is_empty() {
        draft.fault("day or month first? No stamp of this chat decides it: say on which day it was sent");
    }
    left_out(text, draft);
    talk
}

fn close(open: Option<(usize, u32, String)>, draft: &mut Draft) {
    if let Some((start, number, sent)) = open {
        let tail = draft.text[draft.text.trim_end().len()..].chars().count();
        let span = Span {
            start,
            end: draft.len().saturating_sub(tail),
        };
        let unit = Unit::Message {
            number,
            sent: sent.as_str().into(),
        };
        draft.units.push(span, unit);
    }
}

/// Pictures and recordings that an export names and does not hold.
fn left_out(text: &str, draft: &mut Draft) {
    const NAMES: [&str; 8] = [
        "<Media omitted>",
        "image omitted",
        "video omitted",
        "audio omitted",
        "document omitted",
        "sticker omitted",
        "<Media tidak disertakan>",
        "<ไม่รวมสื่อ>",
    ];
    let count: usize = NAMES.iter().map(|n| text.matches(n).count()).sum();
    if count > 0 {
        draft.fault(format!("{count} pictures or recordings were left out when this chat was exported: export it with its media"));
    }
}

/// LINE's export: a line per day, then `time TAB sender TAB words`.
fn line(text: &str, draft: &mut Draft) -> Talk {
    static DAY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(?:[^\d\n]{0,12})?(\d{4})[/.](\d{1,2})[/.](\d{1,2})").ok());
    let mut talk = Talk::default();
    let mut day = String::new();
    let mut number = 0;
    let mut open = None;
    for line in text.split_inclusive('\n') {
        let parts: Vec<&str> = line.splitn(3, '\t').collect();
        if let Some(found) = DAY
            .as_ref()
            .and_then(|p| p.captures(line))
            .filter(|_| parts.len() == 1)
        {
            close(open.take(), draft);
            let part = |i: usize| found.get(i).and_then(|m| m.as_str().parse().ok()).unwrap_or(0);
            day = self::day(Order::Year, [part(1), part(2), part(3)]).unwrap_or_default();
            apart(line, draft, &mut talk);
        } else if let [time, from, words] = parts.as_slice() {
            close(open.take(), draft);
            apart(time, draft, &mut talk);
            number += 1;
            if !day.is_empty() {
                talk.days.push((draft.len(), day.clone()));
            }
            let start = draft.len();
            draft.push(&format!("\t{from}\t{words}"));
            open = Some((start, number, format!("{day}T{}", time.trim())));
        } else {
            draft.push(line);
        }
    }
    close(open, draft);
    talk
}

fn apart(words: &str, draft: &mut Draft, talk: &mut Talk) {
    let start = draft.len();
    draft.push(words);
    talk.apart.push(Span {
        start,
        end: draft.len(),
    });
}

/// Whether a JSON file is a chat that Telegram exported.
pub(super) fn is_telegram(text: &str) -> bool {
    let head = text.get(..floor(text, 4_000)).unwrap_or(text);
    head.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && head.contains("\"messages\"")
        && (head.contains("\"date_unixtime\"")
            || head.contains("\"type\": \"personal_chat\"")
            || head.contains("_group\"")
            || head.contains("_channel\""))
}

/// Appends a chat that Telegram Desktop exported as JSON, a message a paragraph.
pub(super) fn telegram(text: &str, draft: &mut Draft) -> Result<Talk, ReadError> {
    let export: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| ReadError::Damaged {
            what: "Telegram export",
            why: e.to_string(),
        })?;
    let mut talk = Talk::default();
    let mut left_out = 0;
    let messages = export.get("messages").and_then(Value::as_array);
    for (message, number) in messages.into_iter().flatten().zip(1_u32..) {
        let field = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or("");
        if ["photo", "file"].iter().any(|k| message.get(*k).is_some()) {
            left_out += 1;
        }
        let words = spoken(message.get("text"));
        if words.trim().is_empty() {
            continue;
        }
        let sent = field("date").get(..16).unwrap_or("");
        draft.line();
        apart(&format!("[{}] ", sent.replace('T', " ")), draft, &mut talk);
        if let Some(day) = sent.get(..10) {
            talk.days.push((draft.len(), day.to_owned()));
        }
        let unit = Unit::Message {
            number,
            sent: sent.into(),
        };
        let from = match field("from") {
            "" => field("actor"),
            from => from,
        };
        draft.unit(&format!("{from}: {words}"), unit);
    }
    if left_out > 0 {
        draft.fault(format!(
            "{left_out} pictures, recordings or files belong to these messages: take in the folder of the export as a ZIP"
        ));
    }
    Ok(talk)
}

/// Telegram writes a message's words as one string, or as pieces of which some are links.
fn spoken(text: Option<&Value>) -> String {
    match text {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Array(pieces)) => pieces
            .iter()
            .filter_map(|p| p.as_str().or_else(|| p.get("text").and_then(Value::as_str)))
            .collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Vec<String> {
        let mut draft = Draft::default();
        lines(text, &mut draft);
        draft.units.iter().map(|(_, u)| u.name()).collect()
    }

    #[test]
    fn stamps_of_every_program_are_read() {
        for (text, wanted) in [
            (
                "[14/10/2025, 09:12:33] Ani: hello\n[14/10/2025, 09:13:01] +855 12 345 678: yes\nmore\n",
                vec!["1 (2025-10-14T09:12)", "2 (2025-10-14T09:13)"],
            ),
            (
                "10/14/25, 9:12\u{202f}PM - Ani: hello\n10/15/25, 12:01 AM - Ani: b",
                vec!["1 (2025-10-14T21:12)", "2 (2025-10-15T00:01)"],
            ),
            (
                "[09:12, 14/10/2025] Ani: a\n[09:13, 14/10/2025] Ani: b",
                vec!["1 (2025-10-14T09:12)", "2 (2025-10-14T09:13)"],
            ),
            (
                "2025-10-14, 09:12 - Ani: a\n2025-10-15, 09:13 - Ani: b",
                vec!["1 (2025-10-14T09:12)", "2 (2025-10-15T09:13)"],
            ),
            (
                "14/10/2568 09:12 - Ani: a\n15/10/2568 09:13 - Ani: b",
                vec!["1 (2025-10-14T09:12)", "2 (2025-10-15T09:13)"],
            ),
            // Either order of 3 and 4 exists, but only one of them lets time run forward.
            (
                "03/04/2025, 09:12 - A: a\n02/05/2025, 09:13 - B: b",
                vec!["1 (2025-04-03T09:12)", "2 (2025-05-02T09:13)"],
            ),
            (
                "03/04/2025, 09:12 - A: a\n03/04/2025, 09:13 - B: b",
                vec!["1", "2"],
            ),
            (
                "Ani, [14.10.2025 09:12]\nhello there\n\nBo, [14.10.2025 09:13]\nyes\n",
                vec!["1 (2025-10-14T09:12)", "2 (2025-10-14T09:13)"],
            ),
            (
                "[LINE] Chat history with Ani\nSaved on: 2025/10/16 10:00\n\n2025/10/14(Tue)\n09:12\tAni\thello\n09:13\tBo\tyes\n",
                vec!["1 (2025-10-14T09:12)", "2 (2025-10-14T09:13)"],
            ),
        ] {
            assert!(looks_like(text), "{text}");
            assert_eq!(sent(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_chat_is_left_alone() {
        for text in [
            "On 14/10/2025 the police said: nothing.\nOn 15/10/2025 too.",
            "14/10/2025: raid at a site\n15/10/2025: release",
            "Name: A\nDate: 14/10/2025",
            "",
        ] {
            assert!(!looks_like(text), "{text}");
        }
    }

    #[test]
    fn the_working_copy_of_a_chat_is_the_file_itself() {
        let text = "[14/10/2025, 09:12:33] Ani: សួស្តី 🚨\n[14/10/2025, 09:13:01] Bo joined\n";
        let mut draft = Draft::default();
        let talk = lines(text, &mut draft);
        assert_eq!(draft.text, text);
        let quotes: Vec<_> = talk.apart.iter().map(|s| s.quote(text)).collect();
        assert_eq!(
            quotes,
            [
                Some("[14/10/2025, 09:12:33] "),
                Some("[14/10/2025, 09:13:01] "),
                Some("Bo joined\n")
            ]
        );
    }
}
