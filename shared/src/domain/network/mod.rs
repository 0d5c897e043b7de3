//! Connections with a Network: an external marketplace where creators apply to a brand's offerings.

mod approval;
mod backfill;
mod call;
mod decision;

pub use approval::{
    Application, Approval, ApprovalAct, ApprovalDecision, ApprovalLink, ApprovalState, Approved, last_calls,
};
pub use backfill::{
    BACKFILL_PAGE, Backfill, BackfillCounts, BackfillFailure, BackfillLine, BackfillState, LEFT_OUT_MAX,
};
pub use call::{CALLS_KEPT_DAYS, CallDirection, NetworkCall, PushFailure};
pub use decision::NetworkDecision;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Actor, ActorKind, BackfillId, BrandSlug, Invalid, Partner, PartnerId, PartnerState, RotatedSecrets,
    validation::text_value,
};
use crate::crypto::{envelope::Sealed, secret::Hash};

/// Maximum backoff for a Network that is unreachable.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Encryption context of the token for calls to the Network.
pub const NETWORK_TOKEN: &str = "network.token";

/// Encryption context of the signing secret for calls from the Network.
pub const NETWORK_SECRET: &str = "network.secret";

const URL_CHARS_MAX: usize = 1_000;
const APPLICATION_ID_CHARS_MAX: usize = 100;

/// Base URL of a Network's API, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NetworkUrl(String);

text_value!(NetworkUrl);

impl NetworkUrl {
    /// Parses a URL. The HTTP client for other systems decides whether it may be called.
    ///
    /// # Errors
    /// Fails with `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let message = "Enter the URL of the Network's API, such as https://network.example/api.";
        let invalid = || Invalid::new("invalid_url", message);
        let text = text.trim().trim_end_matches('/');
        let url = Url::parse(text).map_err(|_not_a_url| invalid())?;
        let bare = url.query().is_none() && url.fragment().is_none() && url.host_str().is_some();
        let web = matches!(url.scheme(), "http" | "https");
        if bare && web && text.len() <= URL_CHARS_MAX {
            Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
        } else {
            Err(invalid())
        }
    }

    /// Returns the host, which identifies the Network: what one Network knows, another doesn't, and one that moves to
    /// another path on its host is still the same.
    #[must_use]
    pub fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Returns the URL at `path` below it; each segment may be anything.
    #[must_use]
    pub fn below(&self, path: &[&str]) -> Option<Url> {
        let mut url = Url::parse(&self.0).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        Some(url)
    }
}

/// The Network's ID of an application: 1–100 letters, digits, `_`, `-`, `.` and `:`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApplicationId(String);

text_value!(ApplicationId);

impl ApplicationId {
    /// Parses an ID.
    ///
    /// # Errors
    /// Fails with `invalid_id`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=APPLICATION_ID_CHARS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
            // These can't be path segments.
            && !matches!(text, "." | "..");
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            let message = "An application ID must be 1 to 100 letters, digits, _, -, . or :.";
            Err(Invalid::new("invalid_id", message))
        }
    }

    /// Derives the ID of an approval that came without one: the same for the same programs, until the partner is
    /// revoked again.
    #[must_use]
    pub fn of_offering(partner: &Partner, programs: &[super::ProgramId]) -> Self {
        let mut parts = vec![partner.id.to_string(), partner.epoch.to_string()];
        parts.extend(programs.iter().map(ToString::to_string));
        Self::of_parts(&parts)
    }

    /// Does the same for an erased person, who is known only by the tombstone's hash of the email address.
    #[must_use]
    pub fn of_erased(mark: &Hash, programs: &[super::ProgramId]) -> Self {
        let mut parts = vec![mark.as_str().to_owned()];
        parts.extend(programs.iter().map(ToString::to_string));
        Self::of_parts(&parts)
    }

    fn of_parts(parts: &[String]) -> Self {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let hash = Hash::of_parts(&parts);
        Self(format!("offering-{}", hash.as_str().get(..32).unwrap_or_default()))
    }
}

/// A brand's connection with its Network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkConnection {
    /// Brand that is connected.
    pub brand: BrandSlug,
    /// Base URL of the Network's API.
    pub url: NetworkUrl,
    /// Token for calls to the Network.
    pub token: Sealed,
    /// Signing secret of calls from the Network.
    pub secret: Sealed,
    /// Previous signing secrets, which remain valid for a while; newest first.
    #[serde(default, skip_serializing_if = "RotatedSecrets::is_empty")]
    pub former_secrets: RotatedSecrets,
    /// Time at which it was connected.
    pub connected_at: Timestamp,
    /// Actor who connected it.
    pub connected_by: Actor,
    /// Increases with every change by a person.
    pub revision: u64,
    /// Number of messages of unknown types that it sent.
    #[serde(default)]
    pub ignored: u64,
    /// Time until which it isn't called because it was unreachable. A number, since conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub down_until: Option<Timestamp>,
    /// Time since which it has been unreachable or has rejected the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_since: Option<Timestamp>,
    /// Outcome of the last call in that time, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_said: Option<String>,
    /// True if it was reached and rejects the token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// The backfill in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<BackfillId>,
    /// The last backfill that was started, even if it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_backfill: Option<BackfillId>,
}

impl NetworkConnection {
    /// Returns the secrets that are valid at `now`, the current one first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        std::iter::once(&self.secret).chain(self.former_secrets.at(now))
    }

    /// Rotates the secret; the previous one remains valid for another day.
    #[must_use]
    pub fn with_secret(self, secret: Sealed, now: Timestamp) -> Self {
        let former_secrets = self.former_secrets.and(self.secret, now);
        Self { secret, former_secrets, revision: self.revision + 1, ..self }
    }

    /// Returns `true` while it isn't called because it was unreachable a moment ago.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        self.down_until.is_some_and(|until| now < until)
    }

    /// Returns the backoff for a Network that is unreachable at `now`.
    #[must_use]
    pub fn pause(&self, now: Timestamp) -> SignedDuration {
        pause_after(self.down_since.unwrap_or(now), now, PAUSE_MAX)
    }
}

/// The Network's knowledge of a partner, as far as we know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSync {
    /// Host of the Network that knows the partner; `None` if that wasn't stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The Network's ID of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// True if the Network knew the person before we sent them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_before: Option<bool>,
    /// Hash of the data that was last sent, from [`NetworkPartner::mark`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// Time at which it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
    /// Backfill that sent it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<BackfillId>,
    /// True if that was the first time that the partner was sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

/// The data of a partner that is sent to the Network, and nothing else: no reasons, no money, no metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPartner {
    vendor_partner_id: PartnerId,
    email: super::EmailAddress,
    name: super::Name,
    joined_vendor_at: Timestamp,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
    metadata: FaceSource,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct FaceSource {
    source: &'static str,
}

impl NetworkPartner {
    /// Returns the partner's data for the Network; `backfill` is true if a backfill sends it.
    #[must_use]
    pub fn of(partner: &Partner, backfill: bool) -> Self {
        let source = match (backfill, &partner.brought_by.kind) {
            (true, _) => "backfill",
            (false, ActorKind::Network) => "network",
            (false, _) => "admin_invite",
        };
        Self {
            vendor_partner_id: partner.id.clone(),
            email: partner.email.clone(),
            name: partner.name.clone(),
            joined_vendor_at: partner.activated_at.unwrap_or(partner.created_at),
            status: match partner.state() {
                PartnerState::Invited => "pending",
                PartnerState::Active => "active",
                // The Network's API has no status for partners who declined: as with revoked ones, there is nothing to
                // wait for.
                PartnerState::Revoked | PartnerState::Declined => "revoked",
            },
            revoked_at: partner.revoked_at.or(partner.declined_at.filter(|_| partner.activated_at.is_none())),
            metadata: FaceSource { source },
        }
    }

    /// Returns a hash that distinguishes one version of the data from another.
    #[must_use]
    pub fn mark(&self) -> String {
        let (joined, revoked) = (self.joined_vendor_at.to_string(), self.revoked_at.map(|at| at.to_string()));
        let parts =
            [self.email.as_str(), self.name.as_str(), &joined, self.status, revoked.as_deref().unwrap_or_default()];
        Hash::of_parts(&parts).as_str().get(..16).unwrap_or_default().to_owned()
    }
}

impl NetworkSync {
    /// Returns `true` if it is about the Network of this connection.
    #[must_use]
    pub fn is_of(&self, connection: &NetworkConnection) -> bool {
        self.host.as_ref().is_none_or(|host| *host == connection.url.host())
    }
}

/// Sync status of a partner: the Network's data compared with the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncStatus {
    /// The Network doesn't know them.
    New,
    /// The Network has an earlier version.
    Changed,
    /// The Network has the current version.
    Known,
}

impl SyncStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Changed, Self::Known];
}

impl Partner {
    /// Returns what the Network of this connection knows about them.
    #[must_use]
    pub fn network_note(&self, connection: &NetworkConnection) -> Option<&NetworkSync> {
        self.network.as_ref().filter(|note| note.is_of(connection))
    }

    /// Returns their sync status with the Network of this connection.
    #[must_use]
    pub fn at_network(&self, connection: &NetworkConnection) -> SyncStatus {
        match self.network_note(connection) {
            None => SyncStatus::New,
            Some(note) if note.told.as_ref() == Some(&NetworkPartner::of(self, false).mark()) => SyncStatus::Known,
            Some(_) => SyncStatus::Changed,
        }
    }
}

/// Returns the backoff for calls that have failed since `since`: a tenth of that time, but at least ten seconds and at
/// most `most`.
#[must_use]
pub fn pause_after(since: Timestamp, now: Timestamp, most: SignedDuration) -> SignedDuration {
    let tenth = SignedDuration::from_secs(since.duration_until(now).as_secs() / 10);
    tenth.clamp(SignedDuration::from_secs(10), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_calls_can_be_made_below() {
        let url = NetworkUrl::parse(" https://network.example/api/ ").unwrap();
        assert_eq!(url.as_str(), "https://network.example/api");
        let below = url.below(&["vendors", "me", "requests", "a/../b?c"]).unwrap();
        assert_eq!(below.as_str(), "https://network.example/api/vendors/me/requests/a%2F..%2Fb%3Fc");
        let root = NetworkUrl::parse("https://network.example").unwrap();
        assert_eq!(root.below(&["partners"]).unwrap().as_str(), "https://network.example/partners");
        for text in ["", "network.example", "ftp://network.example", "https://network.example?x=1", "data:x"] {
            assert_eq!(NetworkUrl::parse(text).unwrap_err().code, "invalid_url", "{text}");
        }
    }

    #[test]
    fn the_id_of_an_application_fits_into_a_path_and_a_key() {
        for text in ["a", "app_01JD9Z", "urn:x:1.2-3", &"x".repeat(100)] {
            assert!(ApplicationId::parse(text).is_ok(), "{text}");
        }
        for text in ["", ".", "..", "a#b", "a/b", "a b", "ä", &"x".repeat(101)] {
            assert!(ApplicationId::parse(text).is_err(), "{text}");
        }
    }
}
