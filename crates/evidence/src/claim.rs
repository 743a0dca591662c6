//! One value that a source stated, and the exact words it rests on.

use crate::id::{ClaimId, DocumentId};

/// A stretch of the working copy in Unicode code points, end exclusive.
///
/// Code points, because they are what a person can count and what other tools agree on; bytes and UTF-16 units differ
/// for Khmer, Thai, Chinese and emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The words at this span, or `None` when it does not lie in `text`.
    #[must_use]
    pub fn quote(self, text: &str) -> Option<&str> {
        if self.start > self.end {
            return None;
        }
        let mut bounds = text
            .char_indices()
            .map(|(i, _)| i)
            .chain([text.len()])
            .skip(self.start);
        let from = bounds.next()?;
        let to = if self.end == self.start {
            from
        } else {
            bounds.nth(self.end - self.start - 1)?
        };
        text.get(from..to)
    }

    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// How a number was hedged. A bound never becomes a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    Exact,
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
    About,
    Range,
    /// "Hundreds of thousands": a lower bound of twice the unit, no upper one.
    Vague,
    /// How many a place can hold, which is not how many it holds.
    Capacity,
}

impl Bound {
    pub const ALL: [Self; 9] = [
        Self::Exact,
        Self::AtLeast,
        Self::MoreThan,
        Self::AtMost,
        Self::LessThan,
        Self::About,
        Self::Range,
        Self::Vague,
        Self::Capacity,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::AtLeast => "at_least",
            Self::MoreThan => "more_than",
            Self::AtMost => "at_most",
            Self::LessThan => "less_than",
            Self::About => "about",
            Self::Range => "range",
            Self::Vague => "vague",
            Self::Capacity => "capacity",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.as_str() == text)
    }
}

/// A number with what is known of its ends. Whole units for counts, hundredths of the currency for money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity {
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub bound: Bound,
}

impl Quantity {
    /// `value` under `bound`: which ends it closes follows from the bound alone.
    #[must_use]
    pub fn bounded(value: i64, bound: Bound) -> Self {
        let (min, max) = match bound {
            Bound::AtLeast | Bound::MoreThan => (Some(value), None),
            Bound::Vague => (Some(value.saturating_mul(2)), None),
            Bound::AtMost | Bound::LessThan => (None, Some(value)),
            Bound::Exact | Bound::About | Bound::Capacity | Bound::Range => (Some(value), Some(value)),
        };
        Self { min, max, bound }
    }

    #[must_use]
    pub fn range(a: i64, b: i64) -> Self {
        Self {
            min: Some(a.min(b)),
            max: Some(a.max(b)),
            bound: Bound::Range,
        }
    }
}

/// How a speaker's words reached the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    Direct,
    Indirect,
    /// Asked and said nothing: that is an answer too, and is kept as one.
    NoComment,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Direct, Self::Indirect, Self::NoComment];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Indirect => "indirect",
            Self::NoComment => "no_comment",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == text)
    }
}

/// What the text says about a place. Only `OperationSite` says that scam operations are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    OperationSite,
    /// A place that holds a named site.
    Container,
    /// Anything else: a seat, an address, a transit town, where people came from.
    Other,
}

impl Role {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OperationSite => "operation_site",
            Self::Container => "container",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        [Self::OperationSite, Self::Container, Self::Other]
            .into_iter()
            .find(|r| r.as_str() == text)
    }
}

/// The value of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Place {
        name: String,
        /// ISO 3166-1 alpha-2; none for regions and borders.
        country: Option<String>,
        /// The register's identifier; none while a person has to decide.
        place: Option<String>,
        class: String,
        role: Role,
    },
    Count {
        quantity: Quantity,
        of: String,
    },
    Money {
        quantity: Quantity,
        /// ISO 4217.
        currency: String,
    },
    /// ISO 8601, as precise as the text allows.
    Date {
        iso: String,
        relative: bool,
    },
    Statement {
        speaker: String,
        mode: Mode,
    },
    Url(String),
    Email(String),
    /// E.164, or a short code as it stands.
    Phone(String),
    Address {
        value: String,
        ledger: String,
        /// `verified`, or `none_possible` where the form carries no checksum.
        check: String,
    },
}

/// The kinds of claim, in the order pages show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Place,
    Count,
    Money,
    Date,
    Statement,
    Url,
    Email,
    Phone,
    Address,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Place,
        Self::Count,
        Self::Money,
        Self::Date,
        Self::Statement,
        Self::Url,
        Self::Email,
        Self::Phone,
        Self::Address,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Count => "count",
            Self::Money => "money",
            Self::Date => "date",
            Self::Statement => "statement",
            Self::Url => "url",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

impl Value {
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Place { .. } => Kind::Place,
            Self::Count { .. } => Kind::Count,
            Self::Money { .. } => Kind::Money,
            Self::Date { .. } => Kind::Date,
            Self::Statement { .. } => Kind::Statement,
            Self::Url(_) => Kind::Url,
            Self::Email(_) => Kind::Email,
            Self::Phone(_) => Kind::Phone,
            Self::Address { .. } => Kind::Address,
        }
    }
}

/// A value found in a text: a proposal with its words and the rule that found it, not yet kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub span: Span,
    pub quote: String,
    pub value: Value,
    /// The rule that proposed it, named so that its mistakes can be counted.
    pub rule: &'static str,
}

/// A stretch that a reader saw and could not turn into a value: returned beside what could be read, never dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub span: Span,
    pub why: String,
}

/// A mention that is kept: who said it is the document's source, where is its span. Never edited, only superseded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub id: ClaimId,
    pub document: DocumentId,
    pub span: Span,
    pub quote: String,
    pub value: Value,
    pub rule: String,
    /// The claim that this one corrects.
    pub supersedes: Option<ClaimId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_cut_by_code_points() {
        let text = "ក KK园区 🚨!";
        for (start, end, wanted) in [
            (0, 1, Some("ក")),
            (2, 6, Some("KK园区")),
            (7, 8, Some("🚨")),
            (8, 9, Some("!")),
            (9, 9, Some("")),
            (8, 10, None),
            (12, 13, None),
            (3, 2, None),
        ] {
            assert_eq!(Span { start, end }.quote(text), wanted, "{start}..{end}");
        }
    }

    #[test]
    fn a_bound_never_becomes_a_point() {
        assert_eq!(Quantity::bounded(100_000, Bound::Vague).min, Some(200_000));
        for bound in [Bound::AtLeast, Bound::MoreThan, Bound::Vague] {
            assert_eq!(Quantity::bounded(5, bound).max, None);
        }
        for bound in [Bound::AtMost, Bound::LessThan] {
            assert_eq!(Quantity::bounded(5, bound).min, None);
        }
    }
}
