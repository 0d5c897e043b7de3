//! Secrets that are used again: the Network's token, and the keys that sign webhooks. They are stored encrypted, with a
//! key that the table doesn't contain.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::secret::{Hash, ServerKey};

const NONCE_BYTES: usize = 12;

/// The number of hexadecimal digits of a key's ID.
const KEY_ID_DIGITS: usize = 8;

/// The keys that encrypt secrets: the first one encrypts, and all of them decrypt, so that keys can be rotated.
#[derive(Clone)]
pub struct EncryptionKeys(Vec<SealingKey>);

#[derive(Clone)]
struct SealingKey {
    /// The ID stored with every secret that the key encrypted; it reveals nothing about the key.
    id: String,
    key: [u8; 32],
}

impl EncryptionKeys {
    /// Parses one key of at least 32 characters, or several separated by commas, the newest first.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let key = |text: &str| {
            let key = ServerKey::parse(text.trim())?.derive(&[b"sealing key"]);
            let id = Hash::of(key.bytes()).as_str().get(..KEY_ID_DIGITS)?.to_owned();
            Some(SealingKey { id, key: *key.bytes() })
        };
        text.split(',').map(key).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Encrypts `plain` so that it can be decrypted only for `what`: its brand and its purpose. `nonce` must never have
    /// been used before.
    ///
    /// # Errors
    /// Fails if there is no key.
    pub fn seal(&self, plain: &str, what: &[&str], nonce: [u8; NONCE_BYTES]) -> Result<Sealed, DecryptError> {
        let first = self.0.first().ok_or(DecryptError::NoKey)?;
        let bound = bound_to(what);
        let payload = Payload { msg: plain.as_bytes(), aad: bound.as_bytes() };
        let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(first.key));
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).ok().ok_or(DecryptError::Broken)?;
        let text = URL_SAFE_NO_PAD.encode([nonce.as_slice(), sealed.as_slice()].concat());
        Ok(Sealed { key: first.id.clone(), text })
    }

    /// Decrypts a secret that was encrypted for `what`.
    ///
    /// # Errors
    /// Fails if the key is not available, or if the secret was encrypted for another purpose or has been changed.
    pub fn open(&self, sealed: &Sealed, what: &[&str]) -> Result<String, DecryptError> {
        let known = self.0.iter().find(|key| key.id == sealed.key);
        let key = known.ok_or_else(|| DecryptError::UnknownKey(sealed.key.clone()))?;
        let bytes = URL_SAFE_NO_PAD.decode(&sealed.text).ok().ok_or(DecryptError::Broken)?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(DecryptError::Broken)?;
        let bound = bound_to(what);
        let payload = Payload { msg: text, aad: bound.as_bytes() };
        let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(key.key));
        let plain = cipher.decrypt(&Nonce::from(*nonce), payload).ok().ok_or(DecryptError::Broken)?;
        String::from_utf8(plain).ok().ok_or(DecryptError::Broken)
    }
}

/// Returns the associated data for a purpose; different purposes never have the same.
fn bound_to(what: &[&str]) -> String {
    Hash::of_parts(what).as_str().to_owned()
}

impl fmt::Debug for EncryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKeys(…)")
    }
}

/// An encrypted secret, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The ID of the key that encrypted it.
    key: String,
    /// The nonce and the encrypted text, in base64.
    text: String,
}

/// The reasons why a secret can't be encrypted or decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// The deployment has no key.
    #[error("there is no encryption key")]
    NoKey,
    /// The key that encrypted it is not among those of the deployment.
    #[error("it was encrypted with the key {0}, which this deployment does not have")]
    UnknownKey(String),
    /// The ciphertext was changed, or was encrypted for another purpose.
    #[error("the ciphertext is damaged or belongs to something else")]
    Broken,
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    fn keys(text: &str) -> EncryptionKeys {
        EncryptionKeys::parse(text).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_what_it_was_sealed_for_and_nothing_else() {
        let sealed = keys(OLD).seal("token", &["acme", "network"], [1; 12]).unwrap();
        assert!(!serde_json::to_string(&sealed).unwrap().contains("token"));
        assert_eq!(keys(OLD).open(&sealed, &["acme", "network"]).unwrap(), "token");
        assert!(keys(OLD).open(&sealed, &["globex", "network"]).is_err());
        assert!(keys(OLD).open(&sealed, &["acmenetwork", ""]).is_err());
        assert!(keys(NEW).open(&sealed, &["acme", "network"]).is_err());
    }

    #[test]
    fn a_key_can_be_changed() {
        let sealed = keys(OLD).seal("token", &["acme"], [1; 12]).unwrap();
        let both = keys(&format!("{NEW},{OLD}"));
        assert_eq!(both.open(&sealed, &["acme"]).unwrap(), "token");
        let resealed = both.seal("token", &["acme"], [2; 12]).unwrap();
        assert_eq!(keys(NEW).open(&resealed, &["acme"]).unwrap(), "token");
    }

    #[test]
    fn a_short_key_is_none() {
        assert!(EncryptionKeys::parse("short").is_none());
        assert!(EncryptionKeys::parse(&format!("{OLD},")).is_none());
    }
}
