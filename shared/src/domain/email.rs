//! Email addresses.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Invalid, validation::text_value};

/// Maximum length of the part before the `@` (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// Maximum length of an email address that fits an SMTP path (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub(super) const BYTES_MAX: usize = 254;

/// An email address in the one spelling under which it is unique: lower case, its host in ASCII.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

text_value!(EmailAddress);

impl EmailAddress {
    /// Parses a dot-atom email address (RFC 5322, 3.2.3); a host in another script is converted to its IDNA form.
    ///
    /// # Errors
    /// Fails with `invalid_email`. The part before the `@` must be ASCII, since SES supports nothing else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("invalid_email", "Enter a valid email address, such as name@example.com.");
        let (local, host) = text.trim().rsplit_once('@').ok_or_else(invalid)?;
        let atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atom_byte);
        if local.len() > LOCAL_BYTES_MAX || !local.split('.').all(atom) {
            return Err(invalid());
        }
        let host = ascii_host(host).ok_or_else(invalid)?;
        let address = format!("{}@{host}", local.to_ascii_lowercase());
        if address.len() > BYTES_MAX { Err(invalid()) } else { Ok(Self(address)) }
    }

    /// Returns the email address masked, as it may be shown to anyone who has a link: enough for people to recognize
    /// their own.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, host) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let first = local.chars().next().unwrap_or('•');
        format!("{first}•••@{host}")
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Converts a host name to lower-case ASCII; returns `None` unless it is a name of at least two labels.
pub(super) fn ascii_host(host: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(host).ok()?;
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = ascii.rsplit('.').next()?;
    // A last label of digits would be an IP address (RFC 3696, 2).
    let named = !last.bytes().all(|byte| byte.is_ascii_digit());
    (ascii.len() <= 253 && ascii.contains('.') && ascii.split('.').all(label) && named).then_some(ascii)
}

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_spelling() {
        for (given, kept) in [
            ("Maria@Example.COM", "maria@example.com"),
            ("  a.b+tag@example.co.uk ", "a.b+tag@example.co.uk"),
            ("info@MÜNCHEN.de", "info@xn--mnchen-3ya.de"),
            ("o'neil@example.com", "o'neil@example.com"),
        ] {
            assert_eq!(EmailAddress::parse(given).map(String::from), Ok(kept.to_owned()), "{given}");
        }
    }

    #[test]
    fn what_mail_cannot_reach_is_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_host = format!("a@{}.com", "b".repeat(64));
        for text in [
            "",
            "maria",
            "@example.com",
            "maria@",
            "maria@localhost",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a b@example.com",
            "\"a b\"@example.com",
            "ü@example.com",
            "a@exa mple.com",
            "a@example..com",
            "a@-example.com",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@example.com\r\nBcc: b@example.com",
            "a,b@example.com",
            "<a@example.com>",
            "a@b@example.com",
            "a@exam_ple.com",
            &long_local,
            &long_host,
        ] {
            assert_eq!(EmailAddress::parse(text).map_err(|error| error.code), Err("invalid_email"), "{text}");
        }
    }

    #[test]
    fn the_longest_local_part_is_sixty_four_bytes() {
        assert!(EmailAddress::parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
    }

    #[test]
    fn masked_shows_the_first_letter_and_the_host() {
        let address = EmailAddress::parse("maria@example.com").unwrap();
        assert_eq!(address.masked(), "m•••@example.com");
        assert_eq!(format!("{address:?}"), "m•••@example.com");
    }
}
