//! Consent: to what, to whom, until when, how it was given, and withdrawn when the person says so.

use jiff::Timestamp;

use crate::Secret;

/// What a person agreed to for one kind of recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The kind of recipient, as `resources/disclosure/` names it.
    pub recipient: String,
    /// What for, in the person's words: sealed, for people name people.
    pub purpose: Secret,
    /// In person, by phone, assent of a child, by a guardian.
    pub given: Secret,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub withdrawn: Option<Timestamp>,
}

impl Consent {
    /// Whether it stands at `at`. The last moment of `until` is included, that of a withdrawal is not.
    #[must_use]
    pub fn stands(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|end| at <= end) && self.withdrawn.is_none_or(|end| at < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_ends_by_time_and_by_word() {
        let at = |s| Timestamp::from_second(s).unwrap_or_default();
        let consent = |until, withdrawn| Consent {
            recipient: "consulate".into(),
            purpose: Secret::new("return"),
            given: Secret::new("by phone"),
            from: at(10),
            until,
            withdrawn,
        };
        for (until, withdrawn, asked, wanted) in [
            (None, None, 9, false),
            (None, None, 10, true),
            (Some(at(20)), None, 20, true),
            (Some(at(20)), None, 21, false),
            (None, Some(at(15)), 14, true),
            (None, Some(at(15)), 15, false),
        ] {
            assert_eq!(
                consent(until, withdrawn).stands(at(asked)),
                wanted,
                "{until:?} {withdrawn:?} {asked}"
            );
        }
    }
}
