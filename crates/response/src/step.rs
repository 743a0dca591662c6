//! A step of a referral: what was done, when, by whom, signed, and resting on the step before.

use evidence::id::ReferralId;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    referral::{State, TransitionError},
    sign::{Fingerprint, Purpose, Signer},
};

/// Why a recipient declines: from a list, because the reasons are counted and published.
pub const DECLINE_REASONS: [&str; 6] = [
    "not-our-mandate",
    "no-capacity",
    "not-our-national",
    "person-not-found",
    "already-served",
    "unsafe",
];

/// What a step does. Its words are in the signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// The payload's ciphertext by hash, the service asked for, the rule of the clock.
    Sent {
        payload_hash: String,
        service: String,
        rule: String,
    },
    Received,
    Opened,
    Accepted,
    Declined {
        reason: String,
    },
    Acted {
        service: String,
    },
    Closed,
    Recalled {
        reason: String,
    },
    Erased {
        payload_hash: String,
    },
}

impl StepKind {
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Self::Sent { .. } => State::Sent,
            Self::Received => State::Received,
            Self::Opened => State::Opened,
            Self::Accepted => State::Accepted,
            Self::Declined { .. } => State::Declined,
            Self::Acted { .. } => State::Acted,
            Self::Closed => State::Closed,
            Self::Recalled { .. } => State::Recalled,
            Self::Erased { .. } => State::Erased,
        }
    }

    /// Whether the sender takes it; all others are the recipient's.
    #[must_use]
    pub fn is_senders(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Recalled { .. })
    }

    fn detail(&self) -> Value {
        match self {
            Self::Sent {
                payload_hash,
                service,
                rule,
            } => json!({"payload": payload_hash, "service": service, "rule": rule}),
            Self::Declined { reason } | Self::Recalled { reason } => json!({"reason": reason}),
            Self::Acted { service } => json!({"service": service}),
            Self::Erased { payload_hash } => json!({"payload": payload_hash}),
            Self::Received | Self::Opened | Self::Accepted | Self::Closed => json!({}),
        }
    }

    fn read(kind: &str, detail: &Value) -> Option<Self> {
        let text = |key: &str| detail[key].as_str().map(str::to_owned);
        Some(match kind {
            "sent" => Self::Sent {
                payload_hash: text("payload")?,
                service: text("service")?,
                rule: text("rule")?,
            },
            "received" => Self::Received,
            "opened" => Self::Opened,
            "accepted" => Self::Accepted,
            "declined" => Self::Declined {
                reason: text("reason").filter(|r| DECLINE_REASONS.contains(&r.as_str()))?,
            },
            "acted" => Self::Acted {
                service: text("service")?,
            },
            "closed" => Self::Closed,
            "recalled" => Self::Recalled {
                reason: text("reason")?,
            },
            "erased" => Self::Erased {
                payload_hash: text("payload")?,
            },
            _ => return None,
        })
    }
}

/// One signed step. `content` are the very bytes that were signed; everything else is read from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub referral: ReferralId,
    pub ordinal: u32,
    pub kind: StepKind,
    pub at: Timestamp,
    pub organization: Fingerprint,
    pub previous: String,
    pub content: String,
    pub signature: String,
}

impl Step {
    pub(crate) fn make(
        referral: ReferralId,
        ordinal: u32,
        kind: StepKind,
        at: Timestamp,
        previous: String,
        by: &Signer,
    ) -> Self {
        let organization = by.fingerprint();
        let content = json!({
            "format": "hue-step/1",
            "referral": referral.to_string(),
            "ordinal": ordinal,
            "kind": kind.state().as_str(),
            "at": at.to_string(),
            "organization": organization.as_str(),
            "previous": previous,
            "detail": kind.detail(),
        })
        .to_string();
        let signature = by.sign(Purpose::Step, &content);
        Self {
            referral,
            ordinal,
            kind,
            at,
            organization,
            previous,
            content,
            signature,
        }
    }

    /// Reads a step from the bytes that were signed; the signature is checked when it joins a chain.
    ///
    /// # Errors
    /// When a field is missing or not of its kind.
    pub fn read(content: &str, signature: &str) -> Result<Self, TransitionError> {
        let wrong = |what: &str| TransitionError::Unreadable(what.to_owned());
        let value: Value =
            serde_json::from_str(content).map_err(|e| TransitionError::Unreadable(e.to_string()))?;
        if value["format"] != "hue-step/1" {
            return Err(wrong("its format is not hue-step/1"));
        }
        let text = |key: &'static str| value[key].as_str().ok_or_else(|| wrong(key));
        Ok(Self {
            referral: text("referral")?.parse().map_err(|_| wrong("referral"))?,
            ordinal: value["ordinal"]
                .as_u64()
                .and_then(|o| u32::try_from(o).ok())
                .ok_or_else(|| wrong("ordinal"))?,
            kind: StepKind::read(text("kind")?, &value["detail"]).ok_or_else(|| wrong("kind or detail"))?,
            at: text("at")?.parse().map_err(|_| wrong("at"))?,
            organization: Fingerprint::from(text("organization")?),
            previous: text("previous")?.to_owned(),
            content: content.to_owned(),
            signature: signature.to_owned(),
        })
    }

    /// What the next step rests on.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(
            Sha256::new()
                .chain_update(&self.content)
                .chain_update([0])
                .chain_update(&self.signature)
                .finalize(),
        )
    }
}
