//! Word processors' documents: DOCX (ECMA-376 Part 1, WordprocessingML) and ODT (OASIS OpenDocument 1.3).

use std::io::{Cursor, Read};

use evidence::unit::Unit;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{LIMIT, ReadError, draft::Draft, legacy, text};

type Container<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// What the two dialects call their parts, by local name.
struct Dialect {
    paragraphs: &'static [&'static str],
    cell: &'static str,
    row: &'static str,
    /// The element that alone holds words; none where every text within a paragraph is words.
    words: Option<&'static str>,
    breaks: &'static [&'static str],
    gaps: &'static [&'static str],
    skipped: &'static [&'static str],
    /// The element and attribute that name a font.
    font: (&'static str, &'static str),
}

const WORD: Dialect = Dialect {
    paragraphs: &["p"],
    cell: "tc",
    row: "tr",
    words: Some("t"),
    breaks: &["br", "cr"],
    gaps: &["tab"],
    // A fallback repeats its choice; deleted text was taken back by its writer.
    skipped: &["Fallback", "del", "moveFrom"],
    font: ("rFonts", "ascii"),
};
const OPEN_DOCUMENT: Dialect = Dialect {
    paragraphs: &["p", "h"],
    cell: "table-cell",
    row: "table-row",
    words: None,
    breaks: &["line-break"],
    gaps: &["tab", "s"],
    skipped: &["tracked-changes", "note-citation", "sequence-decls"],
    font: ("text-properties", "font-name"),
};

/// The parts of a DOCX that hold words, the body first.
const PARTS: [&str; 4] = [
    "word/document.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
    "word/comments.xml",
];

pub(super) fn docx(bytes: &[u8], draft: &mut Draft) -> Result<(), ReadError> {
    let mut container = open(bytes)?;
    let mut number = 0;
    let mut extra: Vec<String> = container
        .file_names()
        .flatten()
        .filter(|n| n.starts_with("word/header") || n.starts_with("word/footer"))
        .map(std::borrow::Cow::into_owned)
        .collect();
    extra.sort();
    for (i, part) in PARTS.iter().map(|p| (*p).to_owned()).chain(extra).enumerate() {
        match member(&mut container, &part)? {
            Some(xml) => paragraphs(&xml, &WORD, &mut number, draft),
            None if i == 0 => {
                return Err(ReadError::Damaged {
                    what: "DOCX",
                    why: format!("it has no {part}"),
                });
            }
            None => {}
        }
    }
    Ok(())
}

pub(super) fn odt(bytes: &[u8], draft: &mut Draft) -> Result<(), ReadError> {
    let mut container = open(bytes)?;
    let xml = member(&mut container, "content.xml")?.ok_or(ReadError::Damaged {
        what: "ODT",
        why: "it has no content.xml".into(),
    })?;
    paragraphs(&xml, &OPEN_DOCUMENT, &mut 0, draft);
    Ok(())
}

/// # Errors
/// When the bytes are no ZIP container.
pub(super) fn open(bytes: &[u8]) -> Result<Container<'_>, ReadError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|e| ReadError::Damaged {
        what: "ZIP container",
        why: e.to_string(),
    })
}

/// One part of a container, whole; `None` when there is none of that name.
///
/// # Errors
/// When it is encrypted, damaged, or grows beyond what one document may hold.
pub(super) fn member(container: &mut Container<'_>, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
    let damaged = |why: String| ReadError::Damaged {
        what: "ZIP container",
        why: format!("{name}: {why}"),
    };
    let mut file = match container.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(error.to_string())),
    };
    let mut bytes = Vec::new();
    // What the container says of its size is a claim of whoever made it.
    let read = (&mut file)
        .take(LIMIT as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| damaged(e.to_string()))?;
    if read > LIMIT {
        return Err(ReadError::TooLarge { bytes: read });
    }
    Ok(Some(bytes))
}

/// Appends the paragraphs and table rows of one XML part.
fn paragraphs(xml: &[u8], dialect: &Dialect, number: &mut u32, draft: &mut Draft) {
    // XML is UTF-8 or UTF-16 (XML 1.0, 4.3.3); a writer who lies about it shows as replaced letters.
    let Ok((xml, _)) = text::decode(xml) else {
        draft.fault("a part of this document is not XML");
        return;
    };
    let mut reader = Reader::from_str(&xml);
    reader.config_mut().check_end_names = false;
    let mut page = Page {
        dialect,
        number,
        draft,
        open: Vec::new(),
        row: Vec::new(),
        cells: 0,
        skipping: 0,
        words: false,
        fonts: Vec::new(),
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => page.start(&start),
            Ok(Event::Empty(start)) => {
                page.start(&start);
                let name = start.local_name().as_ref().to_owned();
                page.end(&name);
            }
            Ok(Event::End(end)) => {
                let name = end.local_name().as_ref().to_owned();
                page.end(&name);
            }
            Ok(Event::Text(text)) => page.text(&text),
            Ok(Event::CData(text)) => page.text(&text),
            Ok(Event::GeneralRef(name)) => match entity(&name) {
                Some(c) => page.text(c.encode_utf8(&mut [0; 4])),
                None => page.draft.fault(format!(
                    "the entity &{}; is not expanded: this document defines it itself",
                    &*name
                )),
            },
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let at = reader.error_position();
                page.draft
                    .fault(format!("the XML ends being XML at byte {at}: {error}"));
                break;
            }
        }
    }
    page.flush();
}

/// The five entities of XML, and characters by number.
pub(crate) fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n'))
        }
    }
}

struct Page<'d> {
    dialect: &'d Dialect,
    number: &'d mut u32,
    draft: &'d mut Draft,
    /// Open paragraphs: a footnote or a text box is one within another.
    open: Vec<String>,
    /// Finished cells of the open row.
    row: Vec<String>,
    /// Open cells: tables stand in tables.
    cells: usize,
    skipping: usize,
    words: bool,
    fonts: Vec<&'static str>,
}

/// More paragraphs within paragraphs than any writer makes.
const DEEPEST: usize = 64;

impl Page<'_> {
    fn start(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name();
        let name = name.as_ref();
        let d = self.dialect;
        if self.skipping > 0 || d.skipped.contains(&name) {
            self.skipping += 1;
        } else if d.paragraphs.contains(&name) && self.open.len() < DEEPEST {
            self.open.push(String::new());
        } else if name == d.cell {
            self.cells += 1;
            if self.cells == 1 {
                self.row.push(String::new());
            }
        } else if d.words == Some(name) {
            self.words = true;
        } else if d.breaks.contains(&name) || d.gaps.contains(&name) {
            if let Some(paragraph) = self.open.last_mut() {
                paragraph.push(' ');
            }
        } else if name == d.font.0 {
            self.font(start);
        }
    }

    fn end(&mut self, name: &str) {
        let d = self.dialect;
        if self.skipping > 0 {
            self.skipping -= 1;
        } else if d.paragraphs.contains(&name) {
            let paragraph = self.open.pop().unwrap_or_default();
            self.keep(&paragraph);
        } else if name == d.cell {
            self.cells = self.cells.saturating_sub(1);
        } else if name == d.row && self.cells == 0 {
            self.end_row();
        } else if d.words == Some(name) {
            self.words = false;
        }
    }

    fn text(&mut self, text: &str) {
        let wanted = self.skipping == 0 && (self.words || self.dialect.words.is_none());
        if let Some(paragraph) = self.open.last_mut().filter(|_| wanted) {
            paragraph.push_str(text);
        }
    }

    /// Letters of an older font mean other letters than they are: what they spell is not guessed.
    fn font(&mut self, start: &BytesStart<'_>) {
        let named = start
            .attributes()
            .flatten()
            .find(|a| a.key.local_name().as_ref() == self.dialect.font.1);
        let family = named
            .and_then(|a| legacy::font(&a.value))
            .filter(|f| !self.fonts.contains(f));
        if let Some(family) = family {
            self.fonts.push(family);
            self.draft.fault(legacy::fault(family));
        }
    }

    fn keep(&mut self, paragraph: &str) {
        let words = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return;
        }
        if let Some(cell) = self.row.last_mut().filter(|_| self.cells > 0) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&words);
            return;
        }
        self.draft.line();
        *self.number += 1;
        self.draft.unit(&words, Unit::Paragraph(*self.number));
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.row);
        if cells.iter().all(String::is_empty) {
            return;
        }
        self.draft.line();
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.draft.push(" | ");
            }
            *self.number += 1;
            self.draft.unit(cell, Unit::Paragraph(*self.number));
        }
    }

    /// What an unfinished part left open.
    fn flush(&mut self) {
        while let Some(paragraph) = self.open.pop() {
            self.keep(&paragraph);
        }
        self.cells = 0;
        self.end_row();
    }
}
