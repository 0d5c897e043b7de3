//! The connection with a Network: an outside marketplace where creators apply to a brand's offerings.

mod approval;
mod backfill;
mod decision;

pub use approval::{
    Application, Approval, ApprovalAct, ApprovalLink, ApprovalNoted, ApprovalState, Approved, last_calls,
};
pub use backfill::{
    BACKFILL_PAGE, Backfill, BackfillCounts, BackfillFailure, BackfillLine, BackfillState, LEFT_OUT_MAX,
};
pub use decision::NetworkDecision;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Actor, ActorKind, BackfillId, BrandSlug, FormerSecrets, Invalid, NetworkCallId, Partner, PartnerId, PartnerState,
    validation::text_value,
};
use crate::{sealed::Sealed, secret::Hash};

/// How long nobody tries to reach a Network at the most that can't be reached.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(10);

/// What the token for calls to the Network is sealed for.
pub const NETWORK_TOKEN: &str = "network.token";

/// What the secret for calls from the Network is sealed for.
pub const NETWORK_SECRET: &str = "network.secret";

const URL_CHARS_MAX: usize = 1_000;
const APPLICATION_ID_CHARS_MAX: usize = 100;

/// Where a Network is reached, without a slash at the end: its calls are made below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NetworkUrl(String);

text_value!(NetworkUrl);

impl NetworkUrl {
    /// Reads an address. Whether it may be called is for the door to other systems to say.
    ///
    /// # Errors
    /// `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let message = "Give the address of the Network's API, like https://network.example/api.";
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

    /// Who it is: what one Network knows, another doesn't, and one that moves on its host is still the same.
    #[must_use]
    pub fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// What lies below it at `path`; each part may be anything.
    #[must_use]
    pub fn below(&self, path: &[&str]) -> Option<Url> {
        let mut url = Url::parse(&self.0).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        Some(url)
    }
}

/// What the Network calls an application: 1–100 letters, digits, `_`, `-`, `.` and `:`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApplicationId(String);

text_value!(ApplicationId);

impl ApplicationId {
    /// Reads an id.
    ///
    /// # Errors
    /// `invalid_id`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=APPLICATION_ID_CHARS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
            // These would be no part of a path.
            && !matches!(text, "." | "..");
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            let message = "The id of an application has 1 to 100 letters, digits, _, -, . or :.";
            Err(Invalid::new("invalid_id", message))
        }
    }

    /// What names an approval that came without an id of its own: the same for the same programs, until the partner is
    /// revoked another time.
    #[must_use]
    pub fn of_offering(partner: &Partner, programs: &[super::ProgramId]) -> Self {
        let mut parts = vec![partner.id.to_string(), partner.epoch.to_string()];
        parts.extend(programs.iter().map(ToString::to_string));
        Self::of_parts(&parts)
    }

    /// The same for somebody of whom nothing is known but the mark of an address that was erased.
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
    /// The brand.
    pub brand: BrandSlug,
    /// Where the Network is reached.
    pub url: NetworkUrl,
    /// What calls to it are made with.
    pub token: Sealed,
    /// What calls from it are signed with.
    pub secret: Sealed,
    /// What they were signed with before, which still counts for a while; the newest first.
    #[serde(default, skip_serializing_if = "FormerSecrets::is_empty")]
    pub former_secrets: FormerSecrets,
    /// Since when.
    pub connected_at: Timestamp,
    /// Who did it.
    pub connected_by: Actor,
    /// Goes up with every change by a person.
    pub revision: u64,
    /// How many messages of kinds that we don't know it sent.
    #[serde(default)]
    pub ignored: u64,
    /// Until when nobody tries to reach it, since it could not be reached. A number, as conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub down_until: Option<Timestamp>,
    /// Since when it could not be reached, or lets us in no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_since: Option<Timestamp>,
    /// What came of the last call then, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_said: Option<String>,
    /// Whether it was reached and does not take the token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// The backfill that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<BackfillId>,
    /// The one that was begun last, also when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_backfill: Option<BackfillId>,
}

impl NetworkConnection {
    /// The secrets that count at `now`, the current one first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        std::iter::once(&self.secret).chain(self.former_secrets.at(now))
    }

    /// Replaces the secret; the one before counts for another day.
    #[must_use]
    pub fn with_secret(self, secret: Sealed, now: Timestamp) -> Self {
        let former_secrets = self.former_secrets.and(self.secret, now);
        Self { secret, former_secrets, revision: self.revision + 1, ..self }
    }

    /// Whether it could not be reached a moment ago, so that nobody tries.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        self.down_until.is_some_and(|until| now < until)
    }

    /// How long nobody tries to reach it that could not be reached now.
    #[must_use]
    pub fn pause(&self, now: Timestamp) -> SignedDuration {
        pause_after(self.down_since.unwrap_or(now), now, PAUSE_MAX)
    }
}

/// What the Network knows of a partner, as far as we do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkNote {
    /// The host of the Network that knows it; `None` if nobody said which it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What it calls the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Whether it knew the person before it heard of them from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_before: Option<bool>,
    /// What it was told last, as [`NetworkFace::mark`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
    /// The backfill that told it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<BackfillId>,
    /// Whether that was the first it ever heard of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

/// What the Network is told of a partner, and nothing else: no reasons, no money, nothing that a caller keeps with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkFace {
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

impl NetworkFace {
    /// The partner as the Network sees them; `backfill` says what told it.
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
                // Its contract has no word for those who said no: there is nothing to wait for, as with the revoked.
                PartnerState::Revoked | PartnerState::Declined => "revoked",
            },
            revoked_at: partner.revoked_at.or(partner.declined_at.filter(|_| partner.activated_at.is_none())),
            metadata: FaceSource { source },
        }
    }

    /// Tells one of these from another.
    #[must_use]
    pub fn mark(&self) -> String {
        let (joined, revoked) = (self.joined_vendor_at.to_string(), self.revoked_at.map(|at| at.to_string()));
        let parts =
            [self.email.as_str(), self.name.as_str(), &joined, self.status, revoked.as_deref().unwrap_or_default()];
        Hash::of_parts(&parts).as_str().get(..16).unwrap_or_default().to_owned()
    }
}

impl NetworkNote {
    /// Whether it is this Network that knows it.
    #[must_use]
    pub fn is_of(&self, connection: &NetworkConnection) -> bool {
        self.host.as_ref().is_none_or(|host| *host == connection.url.host())
    }
}

/// How what the Network knows of a partner stands to what is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkStanding {
    /// It never heard of them.
    New,
    /// It knows them as they were.
    Changed,
    /// It knows them as they are.
    Known,
}

impl NetworkStanding {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Changed, Self::Known];
}

impl Partner {
    /// What this Network knows of them.
    #[must_use]
    pub fn network_note(&self, connection: &NetworkConnection) -> Option<&NetworkNote> {
        self.network.as_ref().filter(|note| note.is_of(connection))
    }

    /// How what this Network knows of them stands to what is so.
    #[must_use]
    pub fn at_network(&self, connection: &NetworkConnection) -> NetworkStanding {
        match self.network_note(connection) {
            None => NetworkStanding::New,
            Some(note) if note.told.as_ref() == Some(&NetworkFace::of(self, false).mark()) => NetworkStanding::Known,
            Some(_) => NetworkStanding::Changed,
        }
    }
}

/// Which way a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallWay {
    /// From the Network to us.
    In,
    /// From us to the Network.
    Out,
}

/// A call between the Network and us, for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkCall {
    /// Names it; sorts by time.
    pub id: NetworkCallId,
    /// When.
    pub at: Timestamp,
    /// Which way it went.
    pub way: CallWay,
    /// What it was, in a few words.
    pub what: String,
    /// Whom it was about, if one partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// Whether it did what it was to do.
    pub good: bool,
    /// What was answered, in a sentence.
    pub said: String,
    /// Until when it is kept.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// How many days calls are kept.
pub const CALLS_KEPT_DAYS: i64 = 14;

/// That the Network could finally not be told of a partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushFailure {
    /// Of whom.
    pub partner: PartnerId,
    /// When it was given up.
    pub at: Timestamp,
    /// Why, in a sentence.
    pub said: String,
}

/// How long nobody tries what has failed `since` then: a tenth of that time, but at least ten seconds.
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
