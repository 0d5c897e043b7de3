//! API keys with their scopes, and sessions.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    crypto::secret::Secret,
    domain::{Actor, ActorKind, AdminId, ApiKeyId, Audience, BrandSlug, Name, Principal, Role},
};

/// A permission of an API key.
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
    /// Acts for the Network: creates grants whose source is the Network.
    #[serde(rename = "network:write")]
    NetworkWrite,
}

impl Scope {
    /// Returns the scope's name in the API.
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

    /// Returns the role that an admin needs for what this scope allows.
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

    /// All scopes.
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

/// An API key. The key itself isn't stored, only its hash, by which this record is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Identifies the key on pages and in events.
    pub id: ApiKeyId,
    /// Brand to which it gives access.
    pub brand: BrandSlug,
    /// Scopes it holds.
    pub scopes: Vec<Scope>,
    /// Label chosen by the brand.
    pub label: Name,
    /// Creation time.
    pub created_at: Timestamp,
    /// Actor who created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Actor>,
    /// Time of last use, to the hour. A number, since conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub used_at: Option<Timestamp>,
}

impl ApiKey {
    /// Returns the text of a key made from a new secret. The prefix lets people and secret scanners recognize a key.
    #[must_use]
    pub fn secret_text(secret: &Secret) -> String {
        format!("pik_{}", secret.to_text())
    }

    /// Returns `true` if `used_at` is old enough to be written again: at most once an hour.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| now >= used + SignedDuration::from_hours(1))
    }

    /// Returns `true` if this admin created it.
    #[must_use]
    pub fn is_made_by(&self, admin: &AdminId) -> bool {
        let by = self.created_by.as_ref();
        by.is_some_and(|by| by.kind == ActorKind::Admin && by.id == admin.as_str())
    }

    /// Returns the key as an actor.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { kind: ActorKind::ApiKey, id: self.id.to_string(), name: Some(self.label.clone()) }
    }
}

/// The session of a signed-in browser. Its secret isn't stored, only the secret's hash, by which this record is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Brand it is for.
    pub brand: BrandSlug,
    /// Admin or partner who is signed in.
    pub principal: Principal,
    /// The principal's epoch when the session began; the session ends when the principal's epoch changes.
    pub epoch: u64,
    /// Browser in words, such as "Firefox on Windows". No IP address is stored.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub browser: String,
    /// Start of the session.
    pub created_at: Timestamp,
    /// Time of last use, to within a few minutes.
    pub seen_at: Timestamp,
    /// End of the session, however much it is used.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Session {
    /// Time after signing in during which sensitive actions are allowed.
    pub const RECENT: SignedDuration = SignedDuration::from_mins(15);

    /// Begins a session at `now`.
    #[must_use]
    pub fn begin(brand: BrandSlug, principal: Principal, epoch: u64, now: Timestamp) -> Self {
        let expires_at = now + principal.audience().session_lifetime();
        let browser = String::new();
        Self { brand, principal, epoch, browser, created_at: now, seen_at: now, expires_at }
    }

    /// Returns the session with its browser, in words.
    #[must_use]
    pub fn in_browser(self, browser: &str) -> Self {
        Self { browser: browser.to_owned(), ..self }
    }

    /// Returns `true` if it may still be used at `now`. Only its own times are checked, not the epoch.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        let idle = self.principal.audience().session_idle();
        now < self.expires_at && idle.is_none_or(|idle| now < self.seen_at + idle)
    }

    /// Returns `true` if the person signed in within the last 15 minutes.
    #[must_use]
    pub fn is_recent(&self, now: Timestamp) -> bool {
        now < self.created_at + Self::RECENT
    }

    /// Returns `true` if use is recorded: only for sessions that end when they are idle.
    #[must_use]
    pub fn notes_use(&self) -> bool {
        self.principal.audience().session_idle().is_some()
    }

    /// Returns `true` if `seen_at` is old enough to be written again; rarely, so that a page view usually writes
    /// nothing.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.notes_use() && now >= self.seen_at + SignedDuration::from_mins(10)
    }
}

impl Audience {
    /// Returns the maximum duration of a session.
    #[must_use]
    pub fn session_lifetime(self) -> SignedDuration {
        match self {
            Self::Partner => SignedDuration::from_hours(30 * 24),
            Self::Admin => SignedDuration::from_hours(12),
        }
    }

    /// Returns how long a session may be idle; `None` means without limit.
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
