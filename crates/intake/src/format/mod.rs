//! From bytes to a working copy: the form, the encoding, and text whose offsets every claim will cite.

mod archive;
mod chat;
mod cite;
mod draft;
mod html;
mod legacy;
mod mail;
mod media;
mod office;
mod pdf;
mod recognise;
mod rtf;
mod sheet;
mod text;
mod workbook;

use evidence::{Span, claim::Unread, document::Format, person::Person, unit::Units};

use crate::{
    people,
    profile::{self, Header},
    table::Table,
};
pub use cite::Cite;
use draft::Draft;
pub use recognise::{Form, recognise};

/// The most one document may hold, in bytes. A night's reports are kilobytes; beyond this is a mistake or an attack.
pub const LIMIT: usize = 64 * 1024 * 1024;
/// The most columns a sheet may have: embassy lists have forty.
const COLUMNS: usize = 2_000;

/// A document as it can be read.
#[derive(Debug, Clone)]
pub struct Reading {
    pub format: Format,
    /// The encoding the bytes were in, by its WHATWG name; empty where the form says it part by part.
    pub encoding: &'static str,
    /// The working copy. For text, CSV and pasted chats it is the decoded file itself, so offsets into one are offsets into
    /// the other.
    pub text: String,
    /// What a reader can cite; empty for text and CSV, whose lines and cells follow from the text. See [`Cite`].
    pub units: Units,
    /// Stretches that are the form's own and nobody's words: the stamps of messages.
    pub apart: Vec<Span>,
    /// Where "today" changes within the text, and to which day: the messages of a chat.
    pub days: Vec<(usize, String)>,
    /// The day the document itself says it was written: a mail's date.
    pub published: Option<String>,
    pub tables: Vec<Table>,
    /// People in labelled lines; those of tables are read by a [`profile::Profile`].
    pub people: Vec<Person>,
    pub unread: Vec<Unread>,
    /// Documents within this one, to be taken in by themselves.
    pub enclosed: Vec<Enclosed>,
}

/// A file within a file: an attachment, a member of an archive.
#[derive(Clone, PartialEq, Eq)]
pub struct Enclosed {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file's name may be a person's.
impl std::fmt::Debug for Enclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Enclosed(… {} bytes)", self.bytes.len())
    }
}

/// Why nothing could be read.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    #[error("the file holds {bytes} bytes or more, and one document may have {LIMIT}: split it")]
    TooLarge { bytes: usize },
    #[error("the file is empty: nothing was taken in")]
    Empty,
    #[error(
        "this is no form that is read: byte {at} is 0x{byte:02X}. Text, web pages, PDF, DOCX, ODT, RTF, sheets, mail, chats, pictures and ZIP archives are"
    )]
    Binary { at: usize, byte: u8 },
    #[error(
        "this is a file of an older Word ({what}): save it as DOCX or ODT and bring that, with this one as evidence"
    )]
    Older { what: &'static str },
    #[error("the sheet has {columns} columns, more than the {COLUMNS} that are read: remove the empty ones")]
    TooWide { columns: usize },
    #[error("the sheets hold more than {cells} filled cells: split the file")]
    TooManyCells { cells: usize },
    #[error("the archive holds {files} files, too many for one: split it")]
    TooManyFiles { files: usize },
    #[error("the document has {pages} pages, too many for one: split it")]
    TooManyPages { pages: usize },
    #[error("this {what} is locked by a pass phrase: unlock it and bring it again")]
    Locked { what: &'static str },
    #[error("this {what} is damaged or not what its name says: {why}")]
    Damaged { what: &'static str, why: String },
    /// As a reader in another process said it.
    #[error("{0}")]
    Told(String),
}

/// Reads `bytes`; `name` is the file's name, which decides between the forms when the content does not.
///
/// Forms for which [`Form::is_hostile`] holds are parsed by large libraries: a caller that has something to lose reads them
/// in a process of its own.
///
/// # Errors
/// When the bytes are of no form that is read, or more than a document may hold.
pub fn read(bytes: &[u8], name: &str) -> Result<Reading, ReadError> {
    if bytes.len() > LIMIT {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let form = recognise(bytes, name)?;
    let mut draft = Draft::default();
    let mut reading = Reading {
        format: form.format(),
        encoding: "",
        text: String::new(),
        units: Units::default(),
        apart: Vec::new(),
        days: Vec::new(),
        published: None,
        tables: Vec::new(),
        people: Vec::new(),
        unread: Vec::new(),
        enclosed: Vec::new(),
    };
    match form {
        Form::Text | Form::Html | Form::Csv | Form::Chat | Form::Telegram => {
            let (decoded, encoding) = text::decode(bytes)?;
            reading.encoding = encoding;
            text::replacement_marks(&decoded, encoding, &mut reading.unread);
            match form {
                Form::Html => html::read(&decoded, &mut draft),
                Form::Csv => {
                    reading.tables.push(sheet::read(&decoded, &mut draft)?);
                    draft.push(&decoded);
                }
                Form::Chat => (reading.apart, reading.days) = chat::lines(&decoded, &mut draft).parts(),
                Form::Telegram => {
                    (reading.apart, reading.days) = chat::telegram(&decoded, &mut draft)?.parts()
                }
                _ => draft.push(&decoded),
            }
        }
        Form::Pdf => pdf::read(bytes, &mut draft)?,
        Form::Docx => office::docx(bytes, &mut draft)?,
        Form::Odt => office::odt(bytes, &mut draft)?,
        Form::Rtf => rtf::read(bytes, &mut draft),
        Form::Xlsx => reading.tables = workbook::read(bytes, workbook::Kind::Xlsx, &mut draft)?,
        Form::Xls => reading.tables = workbook::read(bytes, workbook::Kind::Xls, &mut draft)?,
        Form::Ods => reading.tables = workbook::read(bytes, workbook::Kind::Ods, &mut draft)?,
        Form::Mail => (reading.enclosed, reading.published) = mail::read(bytes, &mut draft)?,
        Form::Mailbox => reading.enclosed = archive::mailbox(bytes, &mut draft),
        Form::Zip => reading.enclosed = archive::zip(bytes, &mut draft)?,
        Form::Media(kind) => media::describe(kind, bytes, &mut draft),
    }
    // A text whose working copy is the file itself keeps its last line break; offsets of both stay the same either way.
    if !matches!(form, Form::Text | Form::Csv | Form::Chat) {
        draft.trim();
    }
    draft.tally();
    text::turned(&draft.text, &mut draft.unread);
    if !reading.format.is_sheet() {
        reading.people = people::labelled(&draft.text);
    }
    reading.apart.extend(reading.tables.iter().flat_map(particulars));
    reading.text = draft.text;
    reading.units = draft.units;
    reading.unread.extend(draft.unread);
    Ok(reading)
}

/// Cells of people's particulars: a birth date is no date of an event, and a name no place.
fn particulars(table: &Table) -> Vec<Span> {
    let Some(header) = Header::of(table) else {
        return Vec::new();
    };
    let named = |words: &str| profile::field(words).is_some_and(profile::Field::is_particular);
    let columns: Vec<u32> = header
        .cells
        .iter()
        .filter(|(_, w)| named(w))
        .map(|(c, _)| *c)
        .collect();
    let below = table.rows().filter(|r| r.number >= header.row);
    let cells = below
        .flat_map(|r| r.cells)
        .filter(|(c, _, _)| columns.contains(c));
    cells.map(|(_, _, span)| span).collect()
}

/// The WHATWG name that an encoding is known by; empty for none.
#[must_use]
pub fn encoding(label: &str) -> &'static str {
    encoding_rs::Encoding::for_label(label.as_bytes()).map_or("", encoding_rs::Encoding::name)
}

#[cfg(test)]
mod tests;
