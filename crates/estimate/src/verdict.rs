//! What a figure is worth. Every rule is evaluated and reported with its value and its limit; the worst one wins.

/// How far a figure can be relied on, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictKind {
    Estimable,
    Fragile,
    LowerBoundOnly,
    Refused,
}

impl VerdictKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Estimable => "estimable",
            Self::Fragile => "fragile",
            Self::LowerBoundOnly => "lower_bound_only",
            Self::Refused => "refused",
        }
    }
}

/// One rule that a table fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub code: &'static str,
    pub kind: VerdictKind,
    pub value: f64,
    pub limit: f64,
    /// For a spokesperson.
    pub text: String,
}

/// The verdict on a table and the methods tried on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub kind: VerdictKind,
    pub reasons: Vec<Reason>,
}

impl Verdict {
    #[must_use]
    pub fn of(reasons: Vec<Reason>) -> Self {
        let kind = reasons
            .iter()
            .map(|r| r.kind)
            .max()
            .unwrap_or(VerdictKind::Estimable);
        Self { kind, reasons }
    }
}

/// A rule's limits: at or beyond which value the figure is fragile, a lower bound only, or refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub fragile: f64,
    pub bound: f64,
    pub refused: f64,
}

/// Never reached: the rule has no such grade.
const NEVER: f64 = f64::INFINITY;

/// The limits are ours, version 1. Rules of the first table fail when the value falls below them, of the second above.
pub(crate) const OVERLAP: Limits = Limits {
    fragile: 30.0,
    bound: 10.0,
    refused: 5.0,
};
pub(crate) const PEOPLE: Limits = Limits {
    fragile: 100.0,
    bound: 50.0,
    refused: 20.0,
};
pub(crate) const COVERAGE: Limits = Limits {
    fragile: 0.15,
    bound: 0.05,
    refused: -NEVER,
};
pub(crate) const SINGLE_PAIR: Limits = Limits {
    fragile: 0.6,
    bound: 0.95,
    refused: 1.0,
};
pub(crate) const EMPTY_PAIRS: Limits = Limits {
    fragile: 0.3,
    bound: 0.8,
    refused: NEVER,
};
pub(crate) const WIDTH: Limits = Limits {
    fragile: 3.0,
    bound: 10.0,
    refused: NEVER,
};
pub(crate) const DISAGREE: Limits = Limits {
    fragile: 1.5,
    bound: 3.0,
    refused: 10.0,
};

impl Limits {
    pub(crate) fn below(self, value: f64) -> Option<(VerdictKind, f64)> {
        if value < self.refused {
            Some((VerdictKind::Refused, self.refused))
        } else if value < self.bound {
            Some((VerdictKind::LowerBoundOnly, self.bound))
        } else if value < self.fragile {
            Some((VerdictKind::Fragile, self.fragile))
        } else {
            None
        }
    }

    pub(crate) fn above(self, value: f64) -> Option<(VerdictKind, f64)> {
        if value >= self.refused {
            Some((VerdictKind::Refused, self.refused))
        } else if value > self.bound {
            Some((VerdictKind::LowerBoundOnly, self.bound))
        } else if value > self.fragile {
            Some((VerdictKind::Fragile, self.fragile))
        } else {
            None
        }
    }
}
