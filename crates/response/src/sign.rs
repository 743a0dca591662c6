//! Signatures: Ed25519 (RFC 8032) over bytes that name their purpose, so that one made for one thing proves no other.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// What a signature is for; the words stand in the signed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Step,
    Bundle,
    Card,
}

impl Purpose {
    fn prefix(self) -> &'static [u8] {
        match self {
            Self::Step => b"hue-step/1\0",
            Self::Bundle => b"hue-bundle/1\0",
            Self::Card => b"hue-partner/1\0",
        }
    }
}

/// An organisation's public key in short: people compare it over another channel before they trust it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    #[must_use]
    pub fn of(key: &[u8; 32]) -> Self {
        Self(hex::encode(&Sha256::digest(key)[..16]))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, to be read aloud.
    #[must_use]
    pub fn spoken(&self) -> String {
        self.0
            .as_bytes()
            .chunks(4)
            .map(String::from_utf8_lossy)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl From<&str> for Fingerprint {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An organisation's signing key. It prints as its fingerprint.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    /// From 32 bytes of randomness, drawn by the caller.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.public())
    }

    /// The signature in hexadecimal.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, content: &str) -> String {
        hex::encode(
            self.0
                .sign(&[purpose.prefix(), content.as_bytes()].concat())
                .to_bytes(),
        )
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.fingerprint())
    }
}

/// Whether `signature` (hexadecimal) over `content` was made with the key, for this purpose.
#[must_use]
pub fn verify(key: &[u8; 32], purpose: Purpose, content: &str, signature: &str) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else {
        return false;
    };
    let Some(bytes) = hex::decode(signature)
        .ok()
        .and_then(|b| <[u8; 64]>::try_from(b).ok())
    else {
        return false;
    };
    key.verify_strict(
        &[purpose.prefix(), content.as_bytes()].concat(),
        &Signature::from_bytes(&bytes),
    )
    .is_ok()
}

/// A public key from hexadecimal.
#[must_use]
pub fn key(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_purpose_its_words_and_its_key_only() {
        let (a, b) = (Signer::from_seed(&[1; 32]), Signer::from_seed(&[2; 32]));
        let signature = a.sign(Purpose::Step, "accepted");
        for (key, purpose, content, wanted) in [
            (a.public(), Purpose::Step, "accepted", true),
            (a.public(), Purpose::Bundle, "accepted", false),
            (a.public(), Purpose::Step, "declined", false),
            (b.public(), Purpose::Step, "accepted", false),
        ] {
            assert_eq!(verify(&key, purpose, content, &signature), wanted);
        }
        assert!(!verify(&a.public(), Purpose::Step, "accepted", "00"));
    }
}
