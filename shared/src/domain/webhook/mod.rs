//! Webhooks: where a brand's own systems want to be told of what happens.

mod delivery;
mod event_type;

pub(crate) use delivery::DELIVERIES_KEPT;
pub use delivery::{Delivery, DeliveryState, Tried, Turn};
pub use event_type::WebhookType;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Actor, AdminId, BrandSlug, Event, FormerSecrets, Invalid, MailNote, WebhookId, validation::text_value};
use crate::sealed::Sealed;

/// How many endpoints a brand can have.
pub const WEBHOOKS_MAX: u32 = 10;

/// How long it is known what became of a mail to an admin.
pub(crate) const ADMIN_NOTICES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long an endpoint may fail before it is switched off.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

/// After so many failures in a row an endpoint rests.
const FAILURES_MAX: u32 = 3;

/// For how many minutes it rests then, longer with each further failure, and at most as the last one says.
const RESTS_MIN: [i64; 7] = [1, 2, 5, 10, 20, 30, 60];

/// How long an address may be.
pub(super) const URL_BYTES_MAX: usize = 2_000;

/// The address of an endpoint, by its text. Whether it may be called is another question, asked again with each call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(String);

text_value!(WebhookUrl);

impl WebhookUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match Url::parse(text.trim()) {
            Ok(url) if text.len() <= URL_BYTES_MAX && url.has_host() && url.fragment().is_none() => {
                Ok(Self(url.into()))
            }
            Ok(_) | Err(_) => Err(Invalid::url("Give an address like https://example.com/hooks.")),
        }
    }
}

/// A system of the brand that wants to be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    /// Names it.
    pub id: WebhookId,
    /// Whose it is.
    pub brand: BrandSlug,
    /// Where it is called.
    pub url: WebhookUrl,
    /// What it wants to be told of; nothing in particular means everything.
    #[serde(default)]
    pub events: Vec<WebhookType>,
    /// What its messages are signed with.
    pub secret: Sealed,
    /// What they were signed with before, which signs beside it for a day.
    #[serde(default, skip_serializing_if = "FormerSecrets::is_empty")]
    pub former_secrets: FormerSecrets,
    /// When it was added.
    pub created_at: Timestamp,
    /// Who did.
    pub created_by: Actor,
    /// When the schedule looks at it next, whether or not anything waits for it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub wake_at: Timestamp,
    /// How often it failed since it last said yes.
    #[serde(default)]
    pub failures: u32,
    /// Since when it has said nothing but no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Until when it is left alone.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub resting_until: Option<Timestamp>,
    /// When it said yes last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// When it failed last, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
    /// Until when somebody is at work for it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub lease_until: Option<Timestamp>,
    /// That it is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<SwitchedOff>,
}

/// How an endpoint failed last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastFailure {
    /// When.
    pub at: Timestamp,
    /// What was wrong, in a sentence.
    pub said: String,
}

/// That an endpoint is switched off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwitchedOff {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub why: OffReason,
}

/// Why an endpoint is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OffReason {
    /// An admin did it.
    ByAdmin,
    /// It failed for three days.
    Failing,
    /// It answered 410 Gone.
    Gone,
}

/// An admin who is told of something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldAdmin {
    /// Who.
    pub admin: AdminId,
    /// The epoch they are in.
    pub epoch: u64,
}

/// A mail that tells an admin of something, beside those that they sign in with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdminNotice {
    /// The epoch that the admin was in.
    pub epoch: u64,
    /// What became of it.
    pub mail: MailNote,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl AdminNotice {
    /// One that `event` asks for.
    #[must_use]
    pub fn queued(event: &Event, told: &ToldAdmin) -> Self {
        let mail = MailNote::queued(&event.id, event.at);
        Self { epoch: told.epoch, mail, expires_at: event.at + ADMIN_NOTICES_KEPT }
    }
}

impl WebhookEndpoint {
    /// A new endpoint, which is on.
    #[must_use]
    pub fn new(
        (id, brand): (WebhookId, BrandSlug),
        (url, events): (WebhookUrl, Vec<WebhookType>),
        secret: Sealed,
        created_by: Actor,
        now: Timestamp,
    ) -> Self {
        let endpoint = Self {
            id,
            brand,
            url,
            events: Vec::new(),
            secret,
            former_secrets: FormerSecrets::default(),
            created_at: now,
            created_by,
            wake_at: now,
            failures: 0,
            failing_since: None,
            resting_until: None,
            last_success_at: None,
            last_failure: None,
            lease_until: None,
            off: None,
        };
        endpoint.wanting(events)
    }

    /// The words that its secrets are sealed for.
    #[must_use]
    pub fn sealed_for(&self) -> [&str; 3] {
        [self.brand.as_str(), "webhook", self.id.as_str()]
    }

    /// Whether it wants to be told of something new of this type.
    #[must_use]
    pub fn wants(&self, what: WebhookType) -> bool {
        self.off.is_none() && (self.events.is_empty() || self.events.contains(&what))
    }

    /// The secrets that sign at `now`, the current one first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        std::iter::once(&self.secret).chain(self.former_secrets.at(now))
    }

    /// How it fares, and when it is looked at because of that.
    #[must_use]
    pub fn fares(&self) -> impl PartialEq + use<> {
        let failing = (self.failures, self.failing_since, self.resting_until);
        (failing, self.wake_at, self.off.clone())
    }

    /// Whether somebody is at work for it.
    #[must_use]
    pub fn is_busy(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|until| now < until)
    }

    /// Whether it is left alone for now.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        self.resting_until.is_some_and(|until| now < until)
    }

    /// Gives it a new secret; the one it had signs beside it for a day.
    #[must_use]
    pub fn with_secret(self, secret: Sealed, now: Timestamp) -> Self {
        Self { former_secrets: self.former_secrets.and(self.secret, now), secret, ..self }
    }

    /// Moves it: another address has not failed yet.
    #[must_use]
    pub fn moved_to(self, url: WebhookUrl, now: Timestamp) -> Self {
        if self.url == url {
            return self;
        }
        let anew = Self { failures: 0, failing_since: None, resting_until: None, lease_until: None, ..self };
        Self { url, wake_at: now, ..anew }
    }

    /// Has it told of these; of nothing in particular means of everything.
    #[must_use]
    pub fn wanting(self, mut events: Vec<WebhookType>) -> Self {
        events.sort_unstable();
        events.dedup();
        Self { events, ..self }
    }

    /// Switches it on, as if it had never failed.
    #[must_use]
    pub fn on(self, now: Timestamp) -> Self {
        Self { off: None, failures: 0, failing_since: None, resting_until: None, wake_at: now, ..self }
    }

    /// Switches it off.
    #[must_use]
    pub fn off(self, why: OffReason, now: Timestamp) -> Self {
        Self { off: Some(SwitchedOff { at: now, why }), resting_until: None, ..self }
    }

    /// What becomes of it after a turn.
    #[must_use]
    pub fn after(self, turn: Turn, now: Timestamp) -> Self {
        let was_failing = self.failures > 0;
        let mut after = Self { lease_until: None, ..self };
        if turn.said_yes {
            (after.failures, after.failing_since, after.resting_until) = (0, None, None);
            after.last_success_at = Some(now);
            // What waited while it failed goes out at once.
            after.wake_at = if was_failing { now } else { after.wake_at };
        }
        after.failures = after.failures.saturating_add(turn.failures);
        if let Some(said) = turn.last_failure {
            after.last_failure = Some(LastFailure { at: now, said });
        }
        if turn.failures > 0 {
            after.failing_since = after.failing_since.or(Some(now));
            after.resting_until = rest(after.failures).map(|rest| now + rest);
        }
        if let Some(next) = after.resting_until.or(turn.next_at) {
            after.wake_at = after.wake_at.min(next).max(after.resting_until.unwrap_or(now));
        }
        let failed_for_days = turn.failures > 0 && after.failing_since.is_some_and(|since| now >= since + PATIENCE);
        match (turn.gone, failed_for_days) {
            (true, _) => after.off(OffReason::Gone, now),
            (false, true) => after.off(OffReason::Failing, now),
            (false, false) => after,
        }
    }

    /// Whether this turn has seen enough of it: it fails, and is to rest.
    #[must_use]
    pub fn has_enough(&self, turn: &Turn) -> bool {
        let before = if turn.said_yes { 0 } else { self.failures };
        turn.gone || (turn.failures > 0 && before.saturating_add(turn.failures) >= FAILURES_MAX)
    }
}

/// How long an endpoint rests that failed so often in a row.
fn rest(failures: u32) -> Option<SignedDuration> {
    let beyond = usize::try_from(failures.checked_sub(FAILURES_MAX)?).unwrap_or(usize::MAX);
    RESTS_MIN.get(beyond).or(RESTS_MIN.last()).map(|minutes| SignedDuration::from_mins(*minutes))
}
