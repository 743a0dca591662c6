//! What a source gave: the evidentiary copy that is never altered, and the working copy that is read.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{
    Grade,
    id::{DocumentId, SourceId},
};

/// SHA-256 of the evidentiary copy's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sha256:{self}")
    }
}

/// The form in which a document arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Text,
    Html,
    Pdf,
    Docx,
    Odt,
    Rtf,
    Csv,
    /// XLSX, XLS or ODS.
    Workbook,
    Mail,
    Chat,
    /// Several documents in one file: each is taken in by itself and names this one.
    Archive,
    /// Somebody's answers to a form.
    Submission,
    /// A picture, recording or film: kept as evidence, unread.
    Media,
}

impl Format {
    pub const ALL: [(Self, &'static str); 13] = [
        (Self::Text, "text"),
        (Self::Html, "html"),
        (Self::Pdf, "pdf"),
        (Self::Docx, "docx"),
        (Self::Odt, "odt"),
        (Self::Rtf, "rtf"),
        (Self::Csv, "csv"),
        (Self::Workbook, "workbook"),
        (Self::Mail, "mail"),
        (Self::Chat, "chat"),
        (Self::Archive, "archive"),
        (Self::Submission, "submission"),
        (Self::Media, "media"),
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(format, _)| *format == self)
            .map_or("", |(_, name)| name)
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(format, _)| *format)
    }

    /// Whether its working copy is a table, in which no day stands for the whole.
    #[must_use]
    pub fn is_sheet(self) -> bool {
        matches!(self, Self::Csv | Self::Workbook)
    }
}

/// A document's card; its two copies stand beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub source: SourceId,
    pub hash: ContentHash,
    pub format: Format,
    pub grade: Grade,
    /// The access point: when it reached us.
    pub received: Timestamp,
    /// The day it says it was published, which turns "today" into a date.
    pub published: Option<String>,
    /// Whether its words may be printed: a study, a press article. What somebody told us is not, and is the default.
    pub public: bool,
    /// Marked in every view when the people in it are invented.
    pub synthetic: bool,
}
