//! Sealing: what identifies people is encrypted at rest, to a vault key that only members can open.
//!
//! Anyone may put in: values are age files (X25519) to the vault's recipient, so an import needs no pass phrase. Taking
//! out needs the vault's identity, which is kept once per member, wrapped under Argon2id of their pass phrase, and once
//! per session, wrapped under a key that only the session's cookie makes. The disk holds nothing that opens by itself.

use age::x25519;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, aead::Aead};
use hkdf::Hkdf;
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use age::secrecy::ExposeSecret;

use crate::{Actor, StoreError, Tx};

/// OWASP's minimum for Argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
const ARGON: (u32, u32, u32) = (19 * 1024, 2, 1);

/// The vault's identity. It prints as `…` and is wiped when dropped.
#[derive(Clone)]
pub struct VaultKey(Zeroizing<String>);

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

impl VaultKey {
    /// A new vault: its key, and the recipient that everything is sealed to.
    #[must_use]
    pub fn generate() -> (Self, String) {
        let identity = x25519::Identity::generate();
        let recipient = identity.to_public().to_string();
        (
            Self(Zeroizing::new(identity.to_string().expose_secret().to_owned())),
            recipient,
        )
    }

    fn identity(&self) -> Option<x25519::Identity> {
        self.0.parse().ok()
    }

    fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        age::decrypt(&self.identity()?, sealed).ok()
    }

    /// Wraps the key under 32 secret bytes.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn wrap(&self, under: &[u8; 32]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; 12];
        random(&mut nonce)?;
        let sealed = ChaCha20Poly1305::new(&(*under).into())
            .encrypt(&Nonce::from(nonce), self.0.as_bytes())
            .map_err(|_| StoreError::WrongKey("a new key".into()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The key from its wrapping, or nothing when `under` is not what it was wrapped under.
    #[must_use]
    pub fn unwrap(wrapped: &[u8], under: &[u8; 32]) -> Option<Self> {
        let (nonce, sealed) = wrapped.split_first_chunk::<12>()?;
        let plain = Zeroizing::new(
            ChaCha20Poly1305::new(&(*under).into())
                .decrypt(&Nonce::from(*nonce), sealed)
                .ok()?,
        );
        let key = Self(Zeroizing::new(std::str::from_utf8(&plain).ok()?.to_owned()));
        key.identity().map(|_| key)
    }
}

/// Fills `bytes` from the operating system.
///
/// # Errors
/// When it has no randomness to give.
pub fn random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes)
        .map_err(|e| StoreError::Conflict(format!("the operating system gave no randomness: {e}")))
}

/// The key that a pass phrase makes with its salt: Argon2id, 32 bytes.
#[must_use]
pub fn phrase_key(phrase: &str, salt: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let params = Params::new(ARGON.0, ARGON.1, ARGON.2, Some(32)).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(phrase.as_bytes(), salt, key.as_mut())
        .ok()?;
    Some(key)
}

/// The key that a random token makes: HKDF-SHA-256, named for its purpose.
#[must_use]
pub fn token_key(token: &str, purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // Expanding to 32 bytes cannot fail: the limit is 255 times the hash.
    let _ = Hkdf::<Sha256>::new(None, token.as_bytes()).expand(purpose.as_bytes(), key.as_mut());
    key
}

/// Seals bytes to a recipient, ours or a partner's.
///
/// # Errors
/// When the recipient is no age X25519 recipient.
pub fn seal(recipient: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let recipient: x25519::Recipient = recipient
        .parse()
        .map_err(|_| StoreError::Conflict(format!("“{recipient}” is not an age recipient (age1…)")))?;
    age::encrypt(&recipient, plain).map_err(|e| StoreError::Conflict(format!("sealing failed: {e}")))
}

/// The right to open sealed values for one journalled purpose; there is no other way to open one.
pub struct Opener<'k> {
    key: &'k VaultKey,
}

impl Opener<'_> {
    /// The sealed bytes.
    ///
    /// # Errors
    /// When the key does not open them.
    pub fn open(&self, sealed: &[u8], what: &str) -> Result<Vec<u8>, StoreError> {
        self.key
            .open(sealed)
            .ok_or_else(|| StoreError::WrongKey(what.to_owned()))
    }

    /// The sealed bytes as text.
    ///
    /// # Errors
    /// When the key does not open them, or they are not UTF-8.
    pub fn open_text(&self, sealed: &[u8], what: &str) -> Result<String, StoreError> {
        String::from_utf8(self.open(sealed, what)?).map_err(|_| StoreError::WrongKey(what.to_owned()))
    }
}

/// An opener for comparisons inside the store; what it opens is never handed on.
pub(crate) fn comparing<T>(key: &VaultKey, compare: impl FnOnce(&Opener<'_>) -> T) -> T {
    compare(&Opener { key })
}

impl Tx {
    /// Journals that `actor` opens what is sealed of `subject`, and why; then lets them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn opener<'k>(
        &mut self,
        key: &'k VaultKey,
        at: Timestamp,
        actor: &Actor,
        why: &str,
        subject: &str,
    ) -> Result<Opener<'k>, StoreError> {
        self.journal(at, actor, "open", subject, why).await?;
        Ok(Opener { key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_vaults_key_alone() {
        let ((key, recipient), (other, _)) = (VaultKey::generate(), VaultKey::generate());
        let sealed = seal(&recipient, "ឈ្មោះ".as_bytes()).unwrap_or_default();
        assert_eq!(key.open(&sealed).as_deref(), Some("ឈ្មោះ".as_bytes()));
        assert_eq!(other.open(&sealed), None);
        assert!(seal("age1nonsense", b"x").is_err());
    }

    #[test]
    fn a_wrapped_key_opens_under_its_phrase_alone() {
        let (key, recipient) = VaultKey::generate();
        let sealed = seal(&recipient, b"x").unwrap_or_default();
        let under = phrase_key("a long pass phrase", b"0123456789abcdef").unwrap_or_default();
        let wrapped = key.wrap(&under).unwrap_or_default();
        assert!(VaultKey::unwrap(&wrapped, &under).is_some_and(|k| k.open(&sealed).is_some()));
        let wrong = phrase_key("a long pass phrasE", b"0123456789abcdef").unwrap_or_default();
        assert!(VaultKey::unwrap(&wrapped, &wrong).is_none());
        assert_ne!(*token_key("t", "session"), *token_key("t", "invitation"));
        assert_eq!(format!("{key:?}"), "VaultKey(…)");
    }
}
