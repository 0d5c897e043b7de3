//! Requesting a sign-in link, and the code that comes with it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    crypto::secret::Hash,
    domain::{BrandSlug, EmailAddress, Principal, Purpose, ReturnPath, Use},
};

/// The two portals of a brand. Each has its own URLs, cookies and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Partners, at `/t/{brand}`.
    Partner,
    /// Admins, at `/t/{brand}/admin`.
    Admin,
}

impl Audience {
    /// Returns the name of the portal in cookies and keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Admin => "admin",
        }
    }
}

/// A short code, entered in the browser that requested it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// No `0 O 1 I L U`: no characters that are easily misread, or that spell words.
    const ALPHABET: &'static [u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    const CHARS: usize = 8;

    /// Generates a code from random bytes: about 39 bits, protected by a limit of five attempts.
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

    /// Parses a code as people type it, with dashes and spaces and in any case; `None` if it can't be one.
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

    /// Returns the code without its dash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the code as it is shown: `XXXX-XXXX`.
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

/// A browser's request for a sign-in link. It is its own outbox item: the email follows from it.
///
/// It looks the same for known and unknown email addresses; only the function that sends the email finds out which it
/// is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Brand of the page.
    pub brand: BrandSlug,
    /// Portal of the page.
    pub audience: Audience,
    /// Email address that was entered.
    pub email: EmailAddress,
    /// Email address as pages may show it: as it was typed, or masked if it wasn't typed.
    pub shown: String,
    /// Time of the request.
    pub asked_at: Timestamp,
    /// The browser, in words for the email.
    pub browser: String,
    /// Page to return to after signing in, if they came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<ReturnPath>,
    /// True if an email may follow; false if the rate limit of emails to one email address is exceeded.
    pub mail: bool,
    /// Number of codes that were entered, right or wrong.
    #[serde(default)]
    pub tries: u32,
    /// Codes and tokens of the email, once it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailed: Option<MailedCredentials>,
    /// Use of the code.
    #[serde(flatten)]
    pub used: Option<Use>,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// Contents of the email for a sign-in attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailedCredentials {
    /// Keyed hash of the code.
    pub code: Hash,
    /// Time until which the code is valid.
    pub valid_until: Timestamp,
    /// Partner or admin that it signs in.
    pub principal: Principal,
    /// Epoch in which it is valid.
    pub epoch: u64,
    /// Purpose of the code.
    pub purpose: Purpose,
    /// Hash of the link's token in the same email: using either the code or the link invalidates both.
    pub token: Hash,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attempt({}, {:?})", self.brand, self.email)
    }
}

impl Attempt {
    /// Maximum number of codes that may be entered for one attempt.
    pub const TRIES_MAX: u32 = 5;
    /// Retention of attempts: much longer than a code is valid, since its email may have to wait in the queue.
    pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

    /// Creates an attempt at `now`.
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
