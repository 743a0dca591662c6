//! The signed, encrypted file one organisation sends another. This module knows its form; sealing is done elsewhere.
//!
//! ```text
//! {"body": "<JSON text>", "signature": "<Ed25519 over hue-bundle/1 NUL body, hexadecimal>"}
//! body: {"format":"hue-bundle/1","id":…,"from":fingerprint,"to":fingerprint,"referral":…,"at":…,
//!        "steps":[{"content":…,"signature":…},…],"payload":"<base64 of an age file>"|null}
//! ```

use base64::{Engine, engine::general_purpose::STANDARD};
use evidence::id::ReferralId;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    sign::{self, Fingerprint, Purpose, Signer},
    step::Step,
};

/// The most a bundle may hold: a case is kilobytes.
pub const LIMIT: usize = 4 * 1024 * 1024;

/// A bundle, read but not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub id: String,
    pub from: Fingerprint,
    pub to: Fingerprint,
    pub referral: ReferralId,
    pub at: Timestamp,
    pub steps: Vec<Step>,
    /// An age file for the recipient.
    pub payload: Option<Vec<u8>>,
    body: String,
    signature: String,
}

/// Why a bundle is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleError {
    #[error("the bundle holds {0} bytes, more than the {LIMIT} it may: it was not made by this program")]
    TooLarge(usize),
    #[error("the bundle cannot be read at “{0}”: it was cut or altered on the way; ask for it again")]
    Unreadable(String),
    #[error(
        "bundle {id} is not signed by {from}: it was altered on the way or forged; compare fingerprints with the sender by telephone"
    )]
    Forged { id: String, from: Fingerprint },
    #[error("bundle {id} is for {to}, not for this organisation")]
    NotForUs { id: String, to: Fingerprint },
    #[error("bundle {id}: its payload is not the one that the first step fixed by hash")]
    OtherPayload { id: String },
}

impl Bundle {
    /// Makes a bundle ready to carry.
    #[must_use]
    pub fn write(
        id: &str,
        to: &Fingerprint,
        referral: ReferralId,
        at: Timestamp,
        steps: &[Step],
        payload: Option<&[u8]>,
        by: &Signer,
    ) -> String {
        let steps: Vec<Value> = steps
            .iter()
            .map(|s| json!({"content": s.content, "signature": s.signature}))
            .collect();
        let body = json!({
            "format": "hue-bundle/1",
            "id": id,
            "from": by.fingerprint().as_str(),
            "to": to.as_str(),
            "referral": referral.to_string(),
            "at": at.to_string(),
            "steps": steps,
            "payload": payload.map(|p| STANDARD.encode(p)),
        })
        .to_string();
        let signature = by.sign(Purpose::Bundle, &body);
        json!({"body": body, "signature": signature}).to_string()
    }

    /// Reads what a stranger sent. Nothing in it is believed before [`Bundle::verify`].
    ///
    /// # Errors
    /// When it is too large, or not of the form above.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() > LIMIT {
            return Err(BundleError::TooLarge(bytes.len()));
        }
        let wrong = |what: &str| BundleError::Unreadable(what.to_owned());
        let outer: Value =
            serde_json::from_slice(bytes).map_err(|e| BundleError::Unreadable(e.to_string()))?;
        let body = outer["body"].as_str().ok_or_else(|| wrong("body"))?.to_owned();
        let signature = outer["signature"]
            .as_str()
            .ok_or_else(|| wrong("signature"))?
            .to_owned();
        let inner: Value = serde_json::from_str(&body).map_err(|e| BundleError::Unreadable(e.to_string()))?;
        if inner["format"] != "hue-bundle/1" {
            return Err(wrong("format"));
        }
        let text = |key: &'static str| inner[key].as_str().ok_or_else(|| wrong(key));
        let steps = inner["steps"]
            .as_array()
            .ok_or_else(|| wrong("steps"))?
            .iter()
            .map(|s| {
                let (content, signature) = s["content"]
                    .as_str()
                    .zip(s["signature"].as_str())
                    .ok_or_else(|| wrong("step"))?;
                Step::read(content, signature).map_err(|e| BundleError::Unreadable(e.to_string()))
            })
            .collect::<Result<_, _>>()?;
        let payload = match &inner["payload"] {
            Value::Null => None,
            Value::String(p) => Some(STANDARD.decode(p).map_err(|_| wrong("payload"))?),
            _ => return Err(wrong("payload")),
        };
        Ok(Self {
            id: text("id")?.chars().take(64).collect(),
            from: Fingerprint::from(text("from")?),
            to: Fingerprint::from(text("to")?),
            referral: text("referral")?.parse().map_err(|_| wrong("referral"))?,
            at: text("at")?.parse().map_err(|_| wrong("at"))?,
            steps,
            payload,
            body,
            signature,
        })
    }

    /// Believes the bundle if the enrolled key of its sender signed it, for us.
    ///
    /// # Errors
    /// When it is forged or meant for somebody else.
    pub fn verify(&self, sender: &[u8; 32], us: &Fingerprint) -> Result<(), BundleError> {
        if &self.to != us {
            return Err(BundleError::NotForUs {
                id: self.id.clone(),
                to: self.to.clone(),
            });
        }
        let signed = Fingerprint::of(sender) == self.from
            && sign::verify(sender, Purpose::Bundle, &self.body, &self.signature);
        if signed {
            Ok(())
        } else {
            Err(BundleError::Forged {
                id: self.id.clone(),
                from: self.from.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Referral, StepKind};

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (sender, recipient) = (Signer::from_seed(&[1; 32]), Signer::from_seed(&[2; 32]));
        let kind = StepKind::Sent {
            payload_hash: "ab".into(),
            service: "return".into(),
            rule: "r".into(),
        };
        let id = ReferralId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        let referral = Referral::send(id, recipient.public(), kind, Timestamp::UNIX_EPOCH, &sender);
        let text = Bundle::write(
            "b1",
            &recipient.fingerprint(),
            id,
            Timestamp::UNIX_EPOCH,
            referral.steps(),
            Some(b"age"),
            &sender,
        );
        let believed = |bytes: &[u8]| {
            Bundle::read(bytes).and_then(|b| b.verify(&sender.public(), &recipient.fingerprint()).map(|()| b))
        };
        let Ok(whole) = believed(text.as_bytes()) else {
            unreachable!("{text}")
        };
        for i in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[i] ^= 1 << bit;
                // Changing the case of a hexadecimal digit in the signature, or a JSON escape, changes nothing that is said.
                assert!(
                    believed(&bytes).is_err() || believed(&bytes).is_ok_and(|b| b.body == whole.body),
                    "byte {i} bit {bit}"
                );
            }
        }
        assert!(whole.verify(&sender.public(), &sender.fingerprint()).is_err());
    }
}
