//! The Admiralty scale: how reliable a source is, and how credible one piece of its information.

use std::{fmt, str::FromStr};

/// Reliability A–F and credibility 1–6 (NATO STANAG 2511). `F6` is "cannot be judged" twice, the honest default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grade {
    reliability: u8,
    credibility: u8,
}

/// A grade that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "“{0}” is not a grade: write a letter A to F for the source and a digit 1 to 6 for the information, as in B2"
)]
pub struct GradeError(pub String);

impl Grade {
    /// Neither the source nor the information can be judged.
    pub const UNKNOWN: Self = Self {
        reliability: b'F',
        credibility: b'6',
    };

    /// The scale's words for the source.
    #[must_use]
    pub fn reliability(self) -> &'static str {
        match self.reliability {
            b'A' => "completely reliable",
            b'B' => "usually reliable",
            b'C' => "fairly reliable",
            b'D' => "not usually reliable",
            b'E' => "unreliable",
            _ => "reliability cannot be judged",
        }
    }

    /// The scale's words for the information.
    #[must_use]
    pub fn credibility(self) -> &'static str {
        match self.credibility {
            b'1' => "confirmed by other sources",
            b'2' => "probably true",
            b'3' => "possibly true",
            b'4' => "doubtful",
            b'5' => "improbable",
            _ => "truth cannot be judged",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            char::from(self.reliability),
            char::from(self.credibility)
        )
    }
}

impl FromStr for Grade {
    type Err = GradeError;
    fn from_str(text: &str) -> Result<Self, GradeError> {
        match text.as_bytes() {
            [r, c] if (b'A'..=b'F').contains(&r.to_ascii_uppercase()) && (b'1'..=b'6').contains(c) => {
                Ok(Self {
                    reliability: r.to_ascii_uppercase(),
                    credibility: *c,
                })
            }
            _ => Err(GradeError(text.chars().take(20).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_read_and_print() {
        for (text, wanted) in [
            ("B2", Some("B2")),
            ("f6", Some("F6")),
            ("G1", None),
            ("B7", None),
            ("B", None),
            ("", None),
        ] {
            assert_eq!(
                text.parse::<Grade>().ok().map(|g| g.to_string()).as_deref(),
                wanted,
                "{text}"
            );
        }
    }
}
