//! From bytes to a working copy: the encoding, the form, and text whose offsets every claim will cite.

use encoding_rs::Encoding;
use evidence::{Span, claim::Unread, document::Format, person::Person};
use scraper::{Html, Node};

use crate::people;

/// The most one document may hold, in bytes. A night's reports are kilobytes; beyond this is a mistake or an attack.
pub const LIMIT: usize = 64 * 1024 * 1024;
/// The most columns a sheet may have: embassy lists have forty.
const COLUMNS: usize = 2_000;
/// Faults of one document that are named one by one.
const NAMED: usize = 1_000;

/// A document as it can be read.
#[derive(Debug, Clone)]
pub struct Reading {
    pub format: Format,
    /// The encoding the bytes were in, by its WHATWG name.
    pub encoding: &'static str,
    /// The working copy. For text and CSV it is the decoded file itself, so offsets into one are offsets into the other.
    pub text: String,
    pub people: Vec<Person>,
    pub unread: Vec<Unread>,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    #[error("the file holds {bytes} bytes, more than the {LIMIT} that one document may have: split it")]
    TooLarge { bytes: usize },
    #[error("the file is empty: nothing was taken in")]
    Empty,
    #[error(
        "this is not text: byte {at} is 0x{byte:02X}. Text, HTML and CSV are read; keep other files as evidence elsewhere until their reader exists"
    )]
    Binary { at: usize, byte: u8 },
    #[error("the sheet has {columns} columns, more than the {COLUMNS} that are read: remove the empty ones")]
    TooWide { columns: usize },
}

/// Reads `bytes`; `name` is the file's name, which decides between the forms when the content does not.
///
/// # Errors
/// When the bytes are no text at all, or more than a document may hold.
pub fn read(bytes: &[u8], name: &str) -> Result<Reading, ReadError> {
    if bytes.len() > LIMIT {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let (decoded, encoding) = decode(bytes)?;
    let format = recognise(&decoded, name);
    let mut unread = Vec::new();
    replacement_marks(&decoded, encoding, &mut unread);
    let (text, people) = match format {
        Format::Html => {
            let text = html_text(&decoded);
            let people = people::labelled(&text);
            (text, people)
        }
        Format::Csv => {
            let people = csv_people(&decoded, &mut unread)?;
            (decoded, people)
        }
        Format::Text => {
            let people = people::labelled(&decoded);
            (decoded, people)
        }
    };
    Ok(Reading {
        format,
        encoding,
        text,
        people,
        unread,
    })
}

fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes).filter(|(e, _)| *e != encoding_rs::UTF_8) {
        return Ok((
            encoding
                .decode_without_bom_handling(&bytes[mark..])
                .0
                .into_owned(),
            encoding.name(),
        ));
    }
    // Text has no NUL and hardly any control characters; a picture or an archive has them in its first bytes.
    let control = |b: u8| b < 0x09 || (0x0E..0x1B).contains(&b) || (0x1C..0x20).contains(&b);
    let head = &bytes[..bytes.len().min(4096)];
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(ReadError::Binary { at, byte: 0 });
    }
    if let Some(at) = head.iter().position(|b| control(*b))
        && head.iter().filter(|b| control(**b)).count() * 50 > head.len()
    {
        return Err(ReadError::Binary { at, byte: bytes[at] });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), "UTF-8"));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Allow);
    Ok((
        guess.decode_without_bom_handling(bytes).0.into_owned(),
        guess.name(),
    ))
}

/// Bytes that no character of the encoding has are shown as U+FFFD; each run is named.
fn replacement_marks(text: &str, encoding: &str, unread: &mut Vec<Unread>) {
    let mut open: Option<usize> = None;
    for (i, c) in text.chars().chain(['\0']).enumerate() {
        match (c == char::REPLACEMENT_CHARACTER, open) {
            (true, None) => open = Some(i),
            (false, Some(start)) => {
                unread.push(Unread {
                    span: Span { start, end: i },
                    why: format!("bytes that are not {encoding}"),
                });
                open = None;
                if unread.len() >= NAMED {
                    return;
                }
            }
            _ => {}
        }
    }
}

fn recognise(text: &str, name: &str) -> Format {
    let head = text.trim_start_matches('\u{feff}').trim_start();
    let head = head
        .get(..200.min(head.len()))
        .unwrap_or(head)
        .to_ascii_lowercase();
    let extension = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => Format::Csv,
        "html" | "htm" | "xhtml" => Format::Html,
        _ if head.starts_with("<!doctype html") || head.starts_with("<html") => Format::Html,
        _ => Format::Text,
    }
}

/// The text a reader of the page would see, blocks on lines of their own.
fn html_text(source: &str) -> String {
    const SKIPPED: [&str; 6] = ["script", "style", "noscript", "template", "head", "svg"];
    const BLOCKS: [&str; 24] = [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "table",
        "ul",
        "ol",
        "blockquote",
        "header",
        "footer",
        "main",
        "figure",
        "pre",
        "hr",
        "dt",
    ];
    let page = Html::parse_document(source);
    let mut out = String::with_capacity(source.len() / 2);
    // The tree is walked edge by edge rather than by recursion: a page may nest as deep as its writer likes.
    let mut skipping = 0_usize;
    for edge in page.tree.root().traverse() {
        let (node, opens) = match edge {
            ego_edge!(open node) => (node, true),
            ego_edge!(close node) => (node, false),
        };
        match node.value() {
            Node::Element(element) => {
                let name = element.name();
                if SKIPPED.contains(&name) {
                    skipping = if opens {
                        skipping + 1
                    } else {
                        skipping.saturating_sub(1)
                    };
                } else if BLOCKS.contains(&name) && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                } else if matches!(name, "td" | "th") && opens && !out.is_empty() && !out.ends_with('\n') {
                    out.push_str(" | ");
                }
            }
            Node::Text(text) if opens && skipping == 0 => push_collapsed(&mut out, text),
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() || c == '\u{a0}' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

/// Both arms of scraper's edge type, which it re-exports from a crate of its own.
macro_rules! ego_edge {
    (open $node:ident) => {
        ego_tree::iter::Edge::Open($node)
    };
    (close $node:ident) => {
        ego_tree::iter::Edge::Close($node)
    };
}
use ego_edge;

fn csv_people(text: &str, unread: &mut Vec<Unread>) -> Result<Vec<Person>, ReadError> {
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    let delimiter = [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|d| (first.bytes().filter(|b| b == d).count(), *d == b','))
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(_) => return Ok(Vec::new()),
    };
    if headers.len() > COLUMNS {
        return Err(ReadError::TooWide {
            columns: headers.len(),
        });
    }
    let columns = people::Columns::of(headers.iter());
    let mut people = Vec::new();
    let mut odd: Vec<(u64, String)> = Vec::new();
    for row in reader.records() {
        match row {
            Ok(row) => {
                if row.len() != headers.len() {
                    let line = row.position().map_or(0, csv::Position::line);
                    let (cells, wanted) = (row.len(), headers.len());
                    odd.push((
                        line,
                        format!("line {line} has {cells} cells, its header {wanted}"),
                    ));
                }
                people.extend(columns.person(&row));
            }
            Err(error) => odd.push((error.position().map_or(0, csv::Position::line), error.to_string())),
        }
    }
    place_lines(text, odd, unread);
    Ok(people)
}

/// Rows that are not as the header says, each with its place; beyond [`NAMED`] they are only counted.
fn place_lines(text: &str, odd: Vec<(u64, String)>, unread: &mut Vec<Unread>) {
    let more = odd.len().saturating_sub(NAMED);
    let mut lines = text.split('\n').map(|l| l.chars().count()).enumerate();
    let mut start = 0;
    for (line, why) in odd.into_iter().take(NAMED) {
        for (n, length) in lines.by_ref() {
            let span = Span {
                start,
                end: start + length,
            };
            start = span.end + 1;
            if n as u64 + 1 >= line {
                unread.push(Unread { span, why });
                break;
            }
        }
    }
    if more > 0 {
        let end = text.chars().count();
        unread.push(Unread {
            span: Span {
                start: start.min(end),
                end,
            },
            why: format!(
                "{more} more lines have another number of cells than the header: is the delimiter right?"
            ),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8], name: &str) -> String {
        read(bytes, name).map_or_else(|e| format!("! {e}"), |r| r.text)
    }

    #[test]
    fn forms_become_text() {
        for (bytes, name, wanted) in [
            (&b"plain \xe2\x80\x9cwords\xe2\x80\x9d\r\nkept"[..], "a.txt", "plain “words”\r\nkept"),
            (b"<html><head><title>t</title><style>p{}</style></head><body><p>One  two</p><p>three<br>four<script>x()</script></body>", "a", "One two\nthree\nfour"),
            (b"<!DOCTYPE html><table><tr><th>A<th>B<tr><td>1<td>2</table>", "a", "A | B\n1 | 2"),
            (b"\xff\xfeh\x00i\x00", "a.txt", "hi"),
            (b"caf\xe9 ferm\xe9 depuis l'ann\xe9e derni\xe8re", "a.txt", "café fermé depuis l'année dernière"),
        ] {
            assert_eq!(text_of(bytes, name), wanted);
        }
    }

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        assert_eq!(
            read(b"\x89PNG\r\n\x1a\n\0\0", "a.txt").err(),
            Some(ReadError::Binary { at: 8, byte: 0 })
        );
        assert_eq!(read(b"", "a.txt").err(), Some(ReadError::Empty));
        let wide = "c,".repeat(10_000);
        assert_eq!(
            read(wide.as_bytes(), "a.csv").err(),
            Some(ReadError::TooWide { columns: 10_001 })
        );
    }

    #[test]
    fn a_short_row_is_named_and_still_read() {
        let reading = read(b"name,passport\nA B,X1\nC D\n", "a.csv");
        let (people, unread) = reading.map_or((0, Vec::new()), |r| (r.people.len(), r.unread));
        assert_eq!(people, 2);
        assert_eq!(
            unread.first().map(|u| (u.span, u.why.as_str())),
            Some((Span { start: 21, end: 24 }, "line 3 has 1 cells, its header 2"))
        );
    }

    #[test]
    fn a_sheet_of_odd_rows_is_read_to_its_end() {
        let sheet = format!("name,passport\n{}", "A B\n".repeat(1_500));
        let reading = read(sheet.as_bytes(), "a.csv");
        let (people, unread) = reading.map_or((0, Vec::new()), |r| (r.people.len(), r.unread));
        assert_eq!((people, unread.len()), (1_500, NAMED + 1));
        assert!(
            unread[NAMED].why.starts_with("500 more lines"),
            "{}",
            unread[NAMED].why
        );
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let page = format!("<html>{}x", "<b>".repeat(20_000));
        assert!(text_of(page.as_bytes(), "a.html").ends_with('x'));
    }
}
