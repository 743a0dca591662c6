//! Which form bytes are of: by what they begin with, and by their name only where the content does not decide.

use std::io::Cursor;

use evidence::document::Format;
use zip::ZipArchive;

use super::{ReadError, chat, mail, media, text};
use crate::position::floor;

/// A form that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Html,
    Csv,
    Chat,
    Telegram,
    Pdf,
    Docx,
    Odt,
    Rtf,
    Xlsx,
    Xls,
    Ods,
    Mail,
    Mailbox,
    Zip,
    Media(&'static str),
}

impl Form {
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::Text => Format::Text,
            Self::Html => Format::Html,
            Self::Csv => Format::Csv,
            Self::Chat | Self::Telegram => Format::Chat,
            Self::Pdf => Format::Pdf,
            Self::Docx => Format::Docx,
            Self::Odt => Format::Odt,
            Self::Rtf => Format::Rtf,
            Self::Xlsx | Self::Xls | Self::Ods => Format::Workbook,
            Self::Mail => Format::Mail,
            Self::Mailbox | Self::Zip => Format::Archive,
            Self::Media(_) => Format::Media,
        }
    }

    /// Whether it is parsed by libraries that a crafted file may crash or bloat.
    #[must_use]
    pub fn is_hostile(self) -> bool {
        !matches!(self, Self::Text | Self::Csv | Self::Chat | Self::Media(_))
    }
}

/// # Errors
/// When it is none that is read.
pub fn recognise(bytes: &[u8], name: &str) -> Result<Form, ReadError> {
    let extension = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    // Some writers put a few bytes before the header of a PDF (ISO 32000-1, Annex H.3.4.1).
    if bytes[..bytes.len().min(1024)].windows(5).any(|w| w == b"%PDF-") && !bytes.starts_with(b"PK") {
        return Ok(Form::Pdf);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Ok(Form::Rtf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(container(bytes));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return ole(bytes, &extension);
    }
    if let Some(kind) = media::kind(bytes) {
        return Ok(Form::Media(kind));
    }
    if bytes.starts_with(b"From ")
        && mail::looks_like(&head(
            &bytes[bytes.iter().position(|b| *b == b'\n').unwrap_or(0) + 1..],
        ))
    {
        return Ok(Form::Mailbox);
    }
    if mail::looks_like(&head(bytes)) {
        return Ok(Form::Mail);
    }
    let (text, _) = text::decode(bytes)?;
    Ok(words(&text, &extension))
}

fn head(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(16_384)]).replace("\r\n", "\n")
}

fn words(text: &str, extension: &str) -> Form {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let start = start[..floor(start, 200)].to_ascii_lowercase();
    match extension {
        _ if start.starts_with("<!doctype html") || start.starts_with("<html") => Form::Html,
        "html" | "htm" | "xhtml" if start.starts_with('<') => Form::Html,
        _ if chat::is_telegram(text) => Form::Telegram,
        "csv" | "tsv" => Form::Csv,
        _ if chat::looks_like(text) => Form::Chat,
        "html" | "htm" | "xhtml" => Form::Html,
        _ => Form::Text,
    }
}

/// What a ZIP container holds; an archive of documents where it is no document itself.
fn container(bytes: &[u8]) -> Form {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return Form::Zip;
    };
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("word/document.xml") {
        return Form::Docx;
    }
    if has("xl/workbook.xml") {
        return Form::Xlsx;
    }
    let mut kind = String::new();
    if let Ok(file) = archive.by_name("mimetype") {
        let _ = std::io::Read::read_to_string(&mut std::io::Read::take(file, 200), &mut kind);
    }
    match kind.trim() {
        "application/vnd.oasis.opendocument.text" => Form::Odt,
        "application/vnd.oasis.opendocument.spreadsheet" => Form::Ods,
        _ => Form::Zip,
    }
}

/// Microsoft's compound files: old sheets, old documents, and office files that are locked by a pass phrase.
fn ole(bytes: &[u8], extension: &str) -> Result<Form, ReadError> {
    // Names in the container's directory are UTF-16LE.
    let holds = |name: &str| {
        let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wanted.len()).any(|w| w == wanted)
    };
    if holds("EncryptedPackage") {
        return Err(ReadError::Locked { what: "office file" });
    }
    if holds("WordDocument") {
        return Err(ReadError::Older { what: "DOC" });
    }
    if holds("__substg1.0_") {
        return Err(ReadError::Damaged {
            what: "mail",
            why: "it is Outlook's own MSG form: save it as EML and bring that".into(),
        });
    }
    if extension == "ppt" || holds("PowerPoint Document") {
        return Err(ReadError::Damaged {
            what: "presentation",
            why: "print it to PDF and bring that".into(),
        });
    }
    Ok(Form::Xls)
}
