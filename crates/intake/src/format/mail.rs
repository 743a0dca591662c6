//! Mail (RFC 5322 and MIME): who wrote to whom and when, the words, and what was attached.

use evidence::unit::Unit;
use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

use super::{Enclosed, ReadError, draft::Draft, html};

/// What was attached, and the day of the message's own date.
pub(super) type Letter = (Vec<Enclosed>, Option<String>);

pub(super) fn read(bytes: &[u8], draft: &mut Draft) -> Result<Letter, ReadError> {
    let message = MessageParser::default().parse(bytes).ok_or(ReadError::Damaged {
        what: "mail",
        why: "it has no headers".into(),
    })?;
    let mut header = |name: &'static str, value: Option<String>| {
        let value = value.map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "));
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            draft.push(name);
            draft.push(": ");
            draft.unit(&value, Unit::Header(name.into()));
            draft.line();
        }
    };
    header("From", message.from().map(people));
    header("To", message.to().map(people));
    header("Cc", message.cc().map(people));
    let date = message.date().filter(|d| d.is_valid());
    header("Date", date.map(|d| d.to_rfc3339()));
    header("Subject", message.subject().map(str::to_owned));
    draft.push("\n");
    let mut paragraph = 0;
    for part in message.text_bodies() {
        match &part.body {
            PartType::Text(text) => {
                for line in text.lines() {
                    // Numbers of paragraphs are numbers of lines here, as a reader of mail counts them.
                    paragraph += 1;
                    draft.unit(line.trim_end(), Unit::Paragraph(paragraph));
                    draft.push("\n");
                }
            }
            PartType::Html(page) => html::read(page, draft),
            _ => {}
        }
        if part.is_encoding_problem {
            draft.fault("a part of this mail is not in the encoding that it states");
        }
        draft.line();
    }
    let mut enclosed = Vec::new();
    for (i, part) in message.attachments().enumerate() {
        let (bytes, extension) = match &part.body {
            PartType::Message(inner) => (inner.raw_message().to_vec(), "eml"),
            PartType::Multipart(_) => continue,
            PartType::Text(t) | PartType::Html(t) if t.trim().is_empty() => continue,
            _ => (part.contents().to_vec(), "bin"),
        };
        let name = part
            .attachment_name()
            .map(|n| n.rsplit(['/', '\\']).next().unwrap_or(n).to_owned())
            .filter(|n| !n.is_empty())
            .unwrap_or_else(|| format!("attachment-{}.{extension}", i + 1));
        if bytes.is_empty() {
            draft.fault(format!("the attachment “{name}” is empty"));
            continue;
        }
        enclosed.push(Enclosed { name, bytes });
    }
    let published = date.map(|d| format!("{:04}-{:02}-{:02}", d.year, d.month, d.day));
    Ok((enclosed, published))
}

/// Names with their addresses, as a mail program shows them.
fn people(address: &Address<'_>) -> String {
    let shown = address.iter().map(|a| match (a.name(), a.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(one)) | (Some(one), None) => one.to_owned(),
        (None, None) => String::new(),
    });
    shown.filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Whether the text begins as a mail does: header fields, among them one that only mail has.
pub(super) fn looks_like(head: &str) -> bool {
    let fields: Vec<String> = head
        .lines()
        .take_while(|l| !l.is_empty())
        .filter(|l| !l.starts_with([' ', '\t']))
        .map(|l| {
            l.split_once(':')
                .map_or(String::new(), |(name, _)| name.to_ascii_lowercase())
        })
        .collect();
    let has = |name: &str| fields.iter().any(|f| f == name);
    let field = |f: &String| !f.is_empty() && f.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fields.len() > 2
        && fields.iter().all(field)
        && has("from")
        && (has("received")
            || has("message-id")
            || has("mime-version")
            || (has("date") && (has("to") || has("subject"))))
}
