//! Asking for a sign-in link, and the code that comes with it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{BackPath, BrandSlug, EmailAddress, Principal, Purpose, Use},
    secret::Hash,
};

/// The two doors of a brand. Each has its own addresses, cookies and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Partners, at `/t/{brand}`.
    Partner,
    /// Admins, at `/t/{brand}/admin`.
    Admin,
}

impl Audience {
    /// The word for it in cookies and keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Admin => "admin",
        }
    }
}

/// A short code, typed into the browser that asked for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// No `0 O 1 I L U`: nothing that is misread or spells words.
    const ALPHABET: &'static [u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    const CHARS: usize = 8;

    /// Makes a code of random bytes; about 39 bits, behind five tries.
    #[must_use]
    pub fn fresh(entropy: [u8; 16]) -> Self {
        let mut number = u128::from_be_bytes(entropy);
        let base = 30u128;
        let code = (0..Self::CHARS).map(|_| {
            let index = usize::try_from(number % base).unwrap_or_default();
            number /= base;
            Self::ALPHABET.get(index).copied().map_or('2', char::from)
        });
        Self(code.collect())
    }

    /// Reads a code as people type it, with dashes and spaces and in any case; `None` if it can't be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: String = text
            .chars()
            .filter(|char| !char.is_whitespace() && *char != '-')
            .map(|char| char.to_ascii_uppercase())
            .collect();
        let known = |byte: u8| Self::ALPHABET.contains(&byte);
        (code.len() == Self::CHARS && code.bytes().all(known)).then_some(Self(code))
    }

    /// The code without its dash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as it is shown: `XXXX-XXXX`.
    #[must_use]
    pub fn grouped(&self) -> String {
        let (first, second) = self.0.split_at(Self::CHARS / 2);
        format!("{first}-{second}")
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// That a browser asked for a sign-in link. It is its own outbox row: the mail follows from it.
///
/// It is written alike for known and unknown addresses; only the mailer finds out which it is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Where.
    pub brand: BrandSlug,
    /// At which door.
    pub audience: Audience,
    /// The address it is for.
    pub email: EmailAddress,
    /// How pages may show it: as it was typed, or masked if it was not.
    pub shown: String,
    /// When.
    pub asked_at: Timestamp,
    /// From which browser, in words for the mail.
    pub browser: String,
    /// Where whoever signs in by it goes on, if they were somewhere before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<BackPath>,
    /// Whether a mail may follow; false over the limit of mails to one address.
    pub mail: bool,
    /// Wrong or right, how many codes were typed.
    #[serde(default)]
    pub tries: u32,
    /// What was mailed, once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailed: Option<Mailed>,
    /// When its code was used.
    #[serde(flatten)]
    pub used: Option<Use>,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// What a mail for an attempt carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mailed {
    /// The sealed code.
    pub code: Hash,
    /// Until when the code works.
    pub valid_until: Timestamp,
    /// Whom it lets in.
    pub principal: Principal,
    /// In which epoch.
    pub epoch: u64,
    /// What it will do.
    pub purpose: Purpose,
    /// The link in the same mail: code and link kill each other.
    pub token: Hash,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attempt({}, {:?})", self.brand, self.email)
    }
}

impl Attempt {
    /// How many codes may be typed for one attempt.
    pub const TRIES_MAX: u32 = 5;
    /// Much longer than a code lives, since its mail may have to wait for its turn.
    pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

    /// An attempt made at `now`.
    #[must_use]
    pub fn begin(
        brand: BrandSlug,
        audience: Audience,
        (email, shown): (EmailAddress, String),
        browser: String,
        mail: bool,
        now: Timestamp,
    ) -> Self {
        let expires_at = now + Self::REMEMBERED;
        Self {
            brand,
            audience,
            email,
            shown,
            asked_at: now,
            browser,
            back: None,
            mail,
            tries: 0,
            mailed: None,
            used: None,
            expires_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code::fresh([42; 16]);
        let grouped = code.grouped();
        for typed in [grouped.clone(), grouped.to_lowercase(), format!(" {} ", grouped.replace('-', " "))] {
            assert_eq!(Code::parse(&typed), Some(code.clone()), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in ["", "1234", "ABCD-EFG", "ABCD-EFGHJ", "ABCD-EFG0", "ABCD-EFGü"] {
            assert_eq!(Code::parse(typed), None, "{typed}");
        }
    }
}
