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

/// What a person may need, from a list: free text would stand unsealed in every queue, and people write names in it.
/// The order is that of how soon it is usually asked (after the services of the TIP protocols and IASC case management).
pub const NEEDS: [&str; 12] = [
    "rescue",
    "medical care",
    "shelter",
    "protection of family",
    "contact with family",
    "interpreter",
    "travel document",
    "verification of nationality",
    "legal help",
    "psychosocial support",
    "money for the way",
    "return",
];

/// What makes a case urgent, in the order of how soon it matters.
pub const SIGNALS: [&str; 5] = [
    "in danger now",
    "medical",
    "ransom deadline",
    "contact lost",
    "moved soon",
];

/// A case with everything that is known; what of it anyone may see is not decided here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    /// Said aloud on the telephone; tells nothing about the person.
    pub reference: String,
    pub created: Timestamp,
    pub person: Person,
    /// Who is with them, one a line: a family is one case, so that nobody is left behind.
    pub family: Secret,
    pub records: Vec<RecordId>,
    pub risk: Risk,
    pub child: bool,
    /// Of [`NEEDS`].
    pub needs: Vec<String>,
    /// Of [`SIGNALS`].
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
}
