//! What lets a caller in: API keys with their scopes, and sessions.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{Actor, ActorKind, AdminId, ApiKeyId, Audience, BrandSlug, Name, Principal, Role},
    secret::Secret,
};

/// A right that an API key can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Scope {
    /// Lists and reads partners.
    #[serde(rename = "partners:read")]
    PartnersRead,
    /// Invites partners and changes them.
    #[serde(rename = "partners:write")]
    PartnersWrite,
    /// Lists and reads programs.
    #[serde(rename = "programs:read")]
    ProgramsRead,
    /// Creates, edits and archives programs.
    #[serde(rename = "programs:write")]
    ProgramsWrite,
    /// Creates and deletes share links.
    #[serde(rename = "links:write")]
    LinksWrite,
    /// Starts and cancels imports.
    #[serde(rename = "imports:write")]
    ImportsWrite,
    /// Reports visitors and conversions.
    #[serde(rename = "events:write")]
    EventsWrite,
    /// Lists commissions.
    #[serde(rename = "commissions:read")]
    CommissionsRead,
    /// Settles commissions.
    #[serde(rename = "commissions:write")]
    CommissionsWrite,
    /// Acts for the Network: gives grants that came from there.
    #[serde(rename = "network:write")]
    NetworkWrite,
}

impl Scope {
    /// The scope as the API names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PartnersRead => "partners:read",
            Self::PartnersWrite => "partners:write",
            Self::ProgramsRead => "programs:read",
            Self::ProgramsWrite => "programs:write",
            Self::LinksWrite => "links:write",
            Self::ImportsWrite => "imports:write",
            Self::EventsWrite => "events:write",
            Self::CommissionsRead => "commissions:read",
            Self::CommissionsWrite => "commissions:write",
            Self::NetworkWrite => "network:write",
        }
    }

    /// The role that an admin must have where a key must have this.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::PartnersRead | Self::ProgramsRead | Self::CommissionsRead => Role::Viewer,
            Self::PartnersWrite
            | Self::ProgramsWrite
            | Self::LinksWrite
            | Self::ImportsWrite
            | Self::EventsWrite
            | Self::CommissionsWrite
            | Self::NetworkWrite => Role::Manager,
        }
    }

    /// Every scope there is.
    pub const ALL: [Self; 10] = [
        Self::PartnersRead,
        Self::PartnersWrite,
        Self::ProgramsRead,
        Self::ProgramsWrite,
        Self::LinksWrite,
        Self::ImportsWrite,
        Self::EventsWrite,
        Self::CommissionsRead,
        Self::CommissionsWrite,
        Self::NetworkWrite,
    ];
}

/// A key to the API. The key itself is kept nowhere: its hash is the name of this record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Names it in pages and events.
    pub id: ApiKeyId,
    /// The brand it opens.
    pub brand: BrandSlug,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What people call it.
    pub label: Name,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Actor>,
    /// When it was last used, to the hour. A number, as conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub used_at: Option<Timestamp>,
}

impl ApiKey {
    /// The key itself, made of a fresh secret; people and scanners of leaked secrets know it by how it begins.
    #[must_use]
    pub fn secret_text(secret: &Secret) -> String {
        format!("pik_{}", secret.to_text())
    }

    /// Whether `used_at` is old enough to be written again: at most once an hour.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| now >= used + SignedDuration::from_hours(1))
    }

    /// Whether this admin made it.
    #[must_use]
    pub fn is_made_by(&self, admin: &AdminId) -> bool {
        let by = self.created_by.as_ref();
        by.is_some_and(|by| by.kind == ActorKind::Admin && by.id == admin.as_str())
    }

    /// The key as the one who did something.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { kind: ActorKind::ApiKey, id: self.id.to_string(), name: Some(self.label.clone()) }
    }
}

/// A signed-in browser. Its secret is kept nowhere: the hash of it is the name of this record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The brand it is for.
    pub brand: BrandSlug,
    /// Who is signed in.
    pub principal: Principal,
    /// The epoch of the principal in which it began; another one ends it.
    pub epoch: u64,
    /// In which browser, in words: "Firefox on Windows". No address of a network is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub browser: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the nearest few minutes.
    pub seen_at: Timestamp,
    /// When it ends whatever happens.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Session {
    /// For how long after signing in somebody may do what is dangerous.
    pub const RECENT: SignedDuration = SignedDuration::from_mins(15);

    /// Begins a session at `now`.
    #[must_use]
    pub fn begin(brand: BrandSlug, principal: Principal, epoch: u64, now: Timestamp) -> Self {
        let expires_at = now + principal.audience().session_lifetime();
        let browser = String::new();
        Self { brand, principal, epoch, browser, created_at: now, seen_at: now, expires_at }
    }

    /// The same, as one of `browser`, in words.
    #[must_use]
    pub fn in_browser(self, browser: &str) -> Self {
        Self { browser: browser.to_owned(), ..self }
    }

    /// Whether it may still be used at `now`, by its own dates alone.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        let idle = self.principal.audience().session_idle();
        now < self.expires_at && idle.is_none_or(|idle| now < self.seen_at + idle)
    }

    /// Whether whoever began it proved within the last quarter of an hour who they are.
    #[must_use]
    pub fn is_recent(&self, now: Timestamp) -> bool {
        now < self.created_at + Self::RECENT
    }

    /// Whether it is noted that it is in use: of those that end when they lie unused.
    #[must_use]
    pub fn notes_use(&self) -> bool {
        self.principal.audience().session_idle().is_some()
    }

    /// Whether `seen_at` is old enough to be written again; rarely, so that reading pages stays a read.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.notes_use() && now >= self.seen_at + SignedDuration::from_mins(10)
    }
}

impl Audience {
    /// How long a session lasts at the most.
    #[must_use]
    pub fn session_lifetime(self) -> SignedDuration {
        match self {
            Self::Partner => SignedDuration::from_hours(30 * 24),
            Self::Admin => SignedDuration::from_hours(12),
        }
    }

    /// How long a session may lie unused; `None`: as long as it lasts.
    #[must_use]
    pub fn session_idle(self) -> Option<SignedDuration> {
        match self {
            Self::Partner => None,
            Self::Admin => Some(SignedDuration::from_hours(2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_recent_for_fifteen_minutes() {
        let now = Timestamp::UNIX_EPOCH;
        let admin = Principal::try_from("adm_01KA0000000000000000000001".to_owned()).unwrap();
        let session = Session::begin(BrandSlug::parse("acme").unwrap(), admin, 0, now);
        for (seconds, recent) in [(0, true), (899, true), (900, false)] {
            assert_eq!(session.is_recent(now + SignedDuration::from_secs(seconds)), recent, "{seconds}");
        }
    }
}
