//! Destinations of share links.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::{ClickId, Invalid, email::ascii_host, validation::text_value};

pub(in crate::domain) const BYTES_MAX: usize = 2_000;

/// A host name in lower-case ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Host(String);

text_value!(Host);

impl Host {
    /// Parses a host name without scheme, port or path.
    ///
    /// # Errors
    /// Fails with `invalid_host`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let message = "Enter a host such as shop.example.com, without https:// and without a path.";
        ascii_host(text.trim()).map(Self).ok_or_else(|| Invalid::new("invalid_host", message))
    }

    /// Returns `true` if `host` is this host or a subdomain of it.
    pub(in crate::domain) fn covers(&self, host: &str) -> bool {
        host == self.0 || host.strip_suffix(&self.0).is_some_and(|above| above.ends_with('.'))
    }
}

/// Destination of a share link: an https URL, without user name, password or port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Destination(String);

text_value!(Destination);

impl Destination {
    /// Parses a URL, and normalizes it as browsers do.
    ///
    /// # Errors
    /// Fails with `invalid_destination`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || {
            let message = "Enter a URL such as https://shop.example.com/path: with a host name, without user name, password or port, at most 2,000 characters.";
            Invalid::new("invalid_destination", message)
        };
        // The URL parser silently drops tabs and line breaks; a URL that contains any is a mistake.
        if text.len() > BYTES_MAX || text.trim().chars().any(char::is_control) {
            return Err(invalid());
        }
        let url = Url::parse(text.trim()).map_err(|_parse| invalid())?;
        let plain =
            url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && url.port().is_none();
        let named = url.domain().and_then(ascii_host).is_some();
        if plain && named { Ok(Self(url.into())) } else { Err(invalid()) }
    }

    /// Returns the URL to which a visitor with this `cref` is redirected. Without a `cref`, one in the destination is
    /// removed too: the shop would take it for one of our clicks.
    #[must_use]
    pub fn with_cref(&self, cref: Option<&ClickId>) -> String {
        let Ok(mut url) = Url::parse(&self.0) else { return self.0.clone() };
        if url.query_pairs().any(|(name, _)| name == "cref") {
            let others: Vec<_> = url
                .query_pairs()
                .filter(|(name, _)| name != "cref")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.set_query(None);
            if !others.is_empty() {
                url.query_pairs_mut().extend_pairs(others);
            }
        }
        if let Some(cref) = cref {
            url.query_pairs_mut().append_pair("cref", cref.as_str());
        }
        url.into()
    }

    /// Returns the host of the URL.
    #[must_use]
    pub fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::Fresh;

    #[test]
    fn a_destination_is_plain_https() {
        for text in ["https://example.com", "https://shop.example.com/a?b=c#d", " https://münchen.de/ "] {
            assert!(Destination::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "example.com",
            "http://example.com",
            "javascript:alert(1)",
            "https://",
            "https://user@example.com",
            "https://u:p@example.com",
            "https://example.com:8443",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://exa\tmple.com/",
        ] {
            assert!(Destination::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_visitor_is_sent_on_with_one_cref_or_none() {
        let cref = ClickId::fresh(Timestamp::UNIX_EPOCH, [0; 10]);
        let id = cref.as_str();
        for (given, with, without) in [
            ("https://a.example/", format!("https://a.example/?cref={id}"), "https://a.example/"),
            (
                "https://a.example/?b=c%20d#e",
                format!("https://a.example/?b=c%20d&cref={id}#e"),
                "https://a.example/?b=c%20d#e",
            ),
            ("https://a.example/?cref=x&b=1", format!("https://a.example/?b=1&cref={id}"), "https://a.example/?b=1"),
            ("https://a.example/?cref=x", format!("https://a.example/?cref={id}"), "https://a.example/"),
        ] {
            let destination = Destination::parse(given).unwrap();
            assert_eq!(destination.with_cref(Some(&cref)), with);
            assert_eq!(destination.with_cref(None), without);
        }
    }
}
