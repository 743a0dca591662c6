//! Identifiers: one newtype per thing, so that a case can never be passed where a document is meant.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// Ten bytes of randomness, drawn by the caller: domain code has no randomness of its own.
pub type Entropy = [u8; 10];

/// An identifier that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "“{value}” is not a {kind} identifier: 36 characters such as 0193b2f4-7c1e-7a52-9d3e-0f6f3b1c2a4d are expected"
)]
pub struct IdError {
    pub kind: &'static str,
    pub value: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A version 7 identifier: sortable by `at`, unguessable in its last 74 bits.
            #[must_use]
            pub fn new(at: Timestamp, entropy: Entropy) -> Self {
                let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
                Self(Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid())
            }

            /// The identifier that `name` always has within `space`; for what must be found again by its content.
            #[must_use]
            pub fn derived(space: &str, name: &str) -> Self {
                use sha2::{Digest, Sha256};
                let digest = Sha256::new().chain_update(space).chain_update([0]).chain_update(name).finalize();
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&digest[..16]);
                Self(Builder::from_custom_bytes(bytes).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| IdError { kind: stringify!($name), value: text.chars().take(60).collect() })
            }
        }
    )+};
}

ids! {
    /// What a source gave, kept unchanged.
    DocumentId,
    /// One value that a source stated.
    ClaimId,
    /// A person or organisation that provides information.
    SourceId,
    /// What linkage compares: one person as one document has them.
    RecordId,
    /// One person's or family's need being answered.
    CaseId,
    /// Asking another organisation to serve.
    ReferralId,
    /// Someone with an account on this hub.
    MemberId,
    /// One execution of a step.
    RunId,
    /// A pair of records and what was decided about it.
    JudgementId,
    /// A payment that a victim reported.
    TransferId,
    /// What a body that was asked gave back, or that it gave nothing.
    AnswerId,
    /// A published text.
    BriefId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_identifiers_sort_later_and_survive_text() {
        let at = |s| Timestamp::from_second(s).unwrap_or_default();
        let (a, b) = (
            CaseId::new(at(1_700_000_000), [9; 10]),
            CaseId::new(at(1_700_000_001), [0; 10]),
        );
        assert!(a < b);
        assert_eq!(a.to_string().parse(), Ok(a));
        assert!("case-7".parse::<CaseId>().is_err());
    }

    #[test]
    fn derived_identifiers_depend_on_space_and_name() {
        assert_eq!(SourceId::derived("source", "x"), SourceId::derived("source", "x"));
        assert_ne!(SourceId::derived("source", "x"), SourceId::derived("sourcex", ""));
    }
}
