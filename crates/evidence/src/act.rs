//! Act, means and purpose (Palermo Protocol Art. 3), each cell with its evidence.

/// The three elements of trafficking in persons, Palermo Protocol Art. 3(a).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    Act,
    Means,
    Purpose,
}

impl Element {
    pub const ALL: [Self; 3] = [Self::Act, Self::Means, Self::Purpose];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Means => "means",
            Self::Purpose => "purpose",
        }
    }
}

/// What is known about one element. "No evidence" is not a value: either nobody asked, or nobody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    Supported,
    Contradicted,
    NotAsked,
    NoAnswer,
}

impl Finding {
    pub const ALL: [Self; 4] = [
        Self::NotAsked,
        Self::Supported,
        Self::Contradicted,
        Self::NoAnswer,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::NotAsked => "not_asked",
            Self::NoAnswer => "no_answer",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == text)
    }
}

/// Whether the findings amount to trafficking in persons as defined; a child needs no means (Art. 3(c)).
#[must_use]
pub fn complete(findings: [Finding; 3], child: bool) -> bool {
    let [act, means, purpose] = findings.map(|f| f == Finding::Supported);
    act && purpose && (means || child)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn palermo_art3_c_child_needs_no_means() {
        let found = [Finding::Supported, Finding::NotAsked, Finding::Supported];
        assert!(complete(found, true));
        assert!(!complete(found, false));
    }
}
