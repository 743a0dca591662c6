//! One person's or family's need being answered.

use evidence::{
    act::Finding,
    consent::Consent,
    id::{CaseId, RecordId},
    person::{Person, Secret},
};
use jiff::Timestamp;

/// How soon somebody must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    Low,
    Medium,
    High,
    /// In danger now.
    Extreme,
}

impl Risk {
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Extreme];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Extreme => "extreme",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// A case with everything that is known; what of it anyone may see is not decided here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    /// Said aloud on the telephone; tells nothing about the person.
    pub reference: String,
    pub created: Timestamp,
    pub person: Person,
    pub records: Vec<RecordId>,
    pub risk: Risk,
    pub child: bool,
    pub needs: Vec<String>,
    /// Stated signals: in danger now, contact lost, medical, ransom deadline, moved soon.
    pub signals: Vec<String>,
    /// What they were made to do. Never sent to whoever enforces.
    pub compelled_act: Secret,
    pub findings: [Finding; 3],
    pub consents: Vec<Consent>,
    pub synthetic: bool,
}

impl Case {
    /// The consent that allows sending to this kind of recipient at this time.
    #[must_use]
    pub fn consent(&self, recipient: &str, at: Timestamp) -> Option<&Consent> {
        self.consents
            .iter()
            .find(|c| c.recipient == recipient && c.stands(at))
    }

    /// Why this case needs somebody now, worst first; the first page shows it.
    #[must_use]
    pub fn urgency(&self) -> u8 {
        let base = match self.risk {
            Risk::Extreme => 8,
            Risk::High => 4,
            Risk::Medium => 2,
            Risk::Low => 0,
        };
        base + u8::from(self.child) * 3 + u8::try_from(self.signals.len().min(4)).unwrap_or(4)
    }
}
