//! Brands: tenants of the system, to which everything else belongs.

mod color;
mod logo;

pub use color::{Color, Palette, Shades};
pub use logo::Logo;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::crypto::secret::ServerKey;

use super::{AdminId, EmailAddress, Invalid, Name, PostalAddress, validation::text_value};

/// A brand's identifier in URLs: 2–40 of `a-z`, `0-9` and inner dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrandSlug(String);

text_value!(BrandSlug);

impl BrandSlug {
    /// Parses a slug.
    ///
    /// # Errors
    /// Fails with `invalid_slug`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (2..=40).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_slug", "A brand slug must be 2 to 40 characters: a-z, 0-9 and, inside, dashes."))
        }
    }
}

/// A known IANA time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(String);

text_value!(TimeZone);

impl TimeZone {
    /// Parses a zone's name, such as `Europe/Berlin`.
    ///
    /// # Errors
    /// Fails with `invalid_time_zone`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match jiff::tz::TimeZone::get(text) {
            Ok(zone) => Ok(Self(zone.iana_name().unwrap_or(text).to_owned())),
            Err(_) => Err(Invalid::new("invalid_time_zone", "Enter an IANA time zone, such as Europe/Berlin.")),
        }
    }

    /// Returns the names of all known zones.
    #[must_use]
    pub fn all() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.to_string()).collect()
    }

    /// Returns the rules of the zone.
    #[must_use]
    pub fn rules(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.0).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brand {
    /// Its identifier in URLs.
    pub slug: BrandSlug,
    /// Its name on pages and in emails.
    pub name: Name,
    /// Email address that receives replies to its emails.
    pub reply_to: EmailAddress,
    /// Time zone of the times on its pages and in its emails.
    #[serde(default)]
    pub time_zone: TimeZone,
    /// Sender name of its emails, if not the brand's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<Name>,
    /// Postal address below its emails and its partners' pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<PostalAddress>,
    /// Brand colour, if not the default: the colour of buttons and links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Color>,
    /// Logo, shown instead of the first letter of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Version of its current secret for signing visitors.
    #[serde(default)]
    pub identify_version: u32,
    /// True if visitors may be reported without a signature.
    #[serde(default)]
    pub unsigned_identify: bool,
    /// Number of people that its imports may invite per day, by days in UTC.
    #[serde(default = "usual_limit")]
    pub daily_invites: u64,
    /// True if invited partners get one reminder, three days before the invitation expires.
    #[serde(default)]
    pub reminders: bool,
    /// Increases whenever its team changes.
    #[serde(default)]
    pub team_version: u64,
    /// Time at which it was first created.
    pub created_at: Timestamp,
}

impl Brand {
    /// Returns the sender name of its emails.
    #[must_use]
    pub fn sender(&self) -> &Name {
        self.sender_name.as_ref().unwrap_or(&self.name)
    }

    /// Derives the secret with which the brand signs the user IDs of its shop. Since it is derived, it isn't stored.
    #[must_use]
    pub fn identify_secret(&self, key: &ServerKey) -> String {
        let version = self.identify_version.to_be_bytes();
        format!("pis_{}", key.derive(&[b"identify", self.slug.as_str().as_bytes(), &version]).to_text())
    }
}

/// Default number of people that a brand's imports may invite per day.
pub const DAILY_INVITES: u64 = 40_000;

fn usual_limit() -> u64 {
    DAILY_INVITES
}

/// Reserves an email address for one principal of a brand; its key in the table makes the email address unique.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim<Id = AdminId> {
    /// Principal who has the email address.
    pub id: Id,
    /// Row of an import that claimed it, by which a repeated row recognizes its own work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl<Id> Claim<Id> {
    /// Returns the claim of `id`.
    #[must_use]
    pub fn of(id: Id) -> Self {
        Self { id, origin: None }
    }
}
