//! A person as one report has them, and the wrapper that keeps what identifies them out of logs.

use std::fmt;

/// Text that identifies someone. It prints as `…`, so that no log, panic or error message can leak it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Every caller decides, by calling, that its reader may see it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// One person as one document has them. Empty means "not given", never "has none".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    pub name: Secret,
    /// ISO 8601, year alone where that is all that is known.
    pub birth_date: Secret,
    /// ISO 3166-1 alpha-2.
    pub nationality: String,
    pub passport: Secret,
    pub phone: Secret,
    /// Where they were last known to be: as deadly as a name.
    pub last_place: Secret,
    /// Everything else the row said about them.
    pub note: Secret,
}

impl Person {
    /// Whether anything is known that could tell this person from another.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.name.is_empty() && self.passport.is_empty() && self.phone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_identity() {
        let person = Person {
            name: Secret::new("Invented Name"),
            ..Person::default()
        };
        let shown = format!("{person:?}");
        assert!(!shown.contains("Invented") && shown.contains('…'), "{shown}");
    }
}
