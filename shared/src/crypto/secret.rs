//! Secrets that are only checked: 256 random bits, shown once, of which only a hash is stored. Also values that are
//! derived from the deployment's key, of which nothing is stored.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 256 random bits. It has no `Display` and its `Debug` shows nothing, so that it can't reach a log.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Parses the output of [`Secret::to_text`]; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // The decoder rejects trailing bits, so every secret has exactly one spelling.
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Returns the secret as text for its holder: 43 characters that need no escaping in a URL.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Returns its 256 bits.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the hash that is stored instead of the secret.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }

    /// Derives another secret from `message`, which only a holder of this secret can do.
    #[must_use]
    pub fn derive(&self, message: &[&[u8]]) -> Self {
        Self(mac(&self.0, message))
    }
}

impl From<[u8; 32]> for Secret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A SHA-256 hash, in hexadecimal where it is stored.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

impl Hash {
    /// Computes the hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&Sha256::digest(bytes)))
    }

    /// Parses 64 lower-case hexadecimal digits that another system computed; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// Computes the hash of several parts, unambiguously: moving bytes from one part to the next changes the hash.
    #[must_use]
    pub fn of_parts(parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Self(hex(&digest.finalize()))
    }

    /// Returns its 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares in constant time, so that the duration reveals nothing.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Signs `message` with `key` in the usual way: HMAC-SHA256 (RFC 2104) in lower-case hexadecimal.
#[must_use]
pub fn signature(key: &str, message: &str) -> Hash {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length");
    mac.update(message.as_bytes());
    Hash(hex(&mac.finalize().into_bytes()))
}

fn mac(key: &[u8], message: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in message {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key that the functions of a deployment share, for values that must be checked but not be guessable from the
/// table.
#[derive(Clone)]
pub struct ServerKey(Vec<u8>);

impl ServerKey {
    /// Accepts a key of at least 32 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() >= 32).then(|| Self(text.as_bytes().to_vec()))
    }

    /// Returns the keyed hash that is stored of a short code, which a plain hash would not protect.
    #[must_use]
    pub fn seal(&self, message: &[&[u8]]) -> Hash {
        Hash(hex(&mac(&self.0, message)))
    }

    /// Derives a secret from `message`, which only this deployment can do.
    #[must_use]
    pub fn derive(&self, message: &[&[u8]]) -> Secret {
        Secret(mac(&self.0, message))
    }

    /// Returns the bytes of a click's ID, derived from the link and the client network, which can't be recovered from
    /// it.
    #[must_use]
    pub fn visit(&self, message: &[&[u8]]) -> [u8; 32] {
        mac(&self.0, message)
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_one_spelling() {
        let secret = Secret::from([0xff; 32]);
        let text = secret.to_text();
        assert_eq!(Secret::parse(&text), Some(secret));
        // The last of the 43 characters has two unused bits; if they are set, the text must be rejected.
        let last = format!("{}{}", &text[..42], '9');
        assert_eq!(Secret::parse(&last), None);
        assert_eq!(Secret::parse(&format!("{text}=")), None);
    }

    #[test]
    fn parts_keep_their_borders() {
        assert_ne!(Hash::of_parts(&["ab", "c"]), Hash::of_parts(&["a", "bc"]));
    }

    #[test]
    fn a_signature_is_what_others_compute() {
        // RFC 4231, test case 2.
        let signed = signature("Jefe", "what do ya want for nothing?");
        assert_eq!(signed.as_str(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?}", Secret::from([1; 32])), "Secret(…)");
    }
}
