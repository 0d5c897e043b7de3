//! A brand: a tenant of the system, to which everything else belongs.

mod color;
mod logo;

pub use color::{Colour, Palette, Shades};
pub use logo::Logo;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AdminId, EmailAddress, Footer, Invalid, Name, validation::text_value};

/// The name of a brand in addresses: 2–40 of `a-z`, `0-9` and inner dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrandSlug(String);

text_value!(BrandSlug);

impl BrandSlug {
    /// Reads a slug.
    ///
    /// # Errors
    /// `invalid_slug`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (2..=40).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_slug", "A brand's slug has 2 to 40 of a-z, 0-9 and inner dashes."))
        }
    }
}

/// An IANA time zone that we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(String);

text_value!(TimeZone);

impl TimeZone {
    /// Reads a zone's name, like `Europe/Berlin`.
    ///
    /// # Errors
    /// `invalid_time_zone`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match jiff::tz::TimeZone::get(text) {
            Ok(zone) => Ok(Self(zone.iana_name().unwrap_or(text).to_owned())),
            Err(_) => Err(Invalid::new("invalid_time_zone", "Give an IANA time zone, like Europe/Berlin.")),
        }
    }

    /// Every zone that there is, by name.
    #[must_use]
    pub fn all() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.to_string()).collect()
    }

    /// The rules of the zone.
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
    /// Its name in addresses.
    pub slug: BrandSlug,
    /// Its name in pages and mails.
    pub name: Name,
    /// Where answers to its mails go.
    pub reply_to: EmailAddress,
    /// The zone in which its pages and mails tell the time.
    #[serde(default)]
    pub time_zone: TimeZone,
    /// Whom its mails come from, if not from its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<Name>,
    /// What stands under its mails and its partners' pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<Footer>,
    /// The colour of buttons and links, if it is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// What it shows instead of the first letter of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Which of its secrets for signing visitors is the current one.
    #[serde(default)]
    pub identify_version: u32,
    /// Whether visitors may be reported without a signature.
    #[serde(default)]
    pub unsigned_identify: bool,
    /// How many people a day its imports may invite, by days of UTC.
    #[serde(default = "usual_limit")]
    pub daily_invites: u64,
    /// Whether whoever was invited is reminded once, three days before the invitation ends.
    #[serde(default)]
    pub reminders: bool,
    /// Goes up whenever its team changes.
    #[serde(default)]
    pub team_version: u64,
    /// When it was first created.
    pub created_at: Timestamp,
}

impl Brand {
    /// Whom its mails come from.
    #[must_use]
    pub fn sender(&self) -> &Name {
        self.sender_name.as_ref().unwrap_or(&self.name)
    }
}

/// What a brand's imports may invite a day if nothing else was decided.
pub const DAILY_INVITES: u64 = 40_000;

fn usual_limit() -> u64 {
    DAILY_INVITES
}

/// That an address belongs to one principal of a brand; its key makes the address unique.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim<Id = AdminId> {
    /// Whose address it is.
    pub id: Id,
    /// The row of an import that claimed it: a row that comes again knows its own work by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl<Id> Claim<Id> {
    /// That an address is `id`'s.
    #[must_use]
    pub fn of(id: Id) -> Self {
        Self { id, origin: None }
    }
}
