//! What was decided about a pair, by whom and when; withdrawn, never erased.

use evidence::id::{JudgementId, RecordId};
use jiff::Timestamp;

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Same,
    Different,
    Unsure,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Same, Self::Different, Self::Unsure];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == text)
    }
}

/// One decision about two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub id: JudgementId,
    pub left: RecordId,
    pub right: RecordId,
    pub outcome: Outcome,
    /// A member, or `threshold:12.0` where a stated threshold decided.
    pub by: String,
    pub at: Timestamp,
    pub withdrawn: Option<Timestamp>,
}
