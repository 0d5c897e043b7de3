//! Webhook endpoints: URLs of a brand's own systems that receive events.

mod delivery;
mod event_type;

pub(crate) use delivery::DELIVERIES_KEPT;
pub use delivery::{Delivery, DeliveryRun, DeliveryState, Tried};
pub use event_type::WebhookType;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Actor, AdminId, BrandSlug, Event, Invalid, MailStatus, RotatedSecrets, WebhookId, validation::text_value};
use crate::crypto::envelope::Sealed;

/// Maximum number of endpoints per brand.
pub const WEBHOOKS_MAX: u32 = 10;

/// Retention of the delivery status of notification emails to admins.
pub(crate) const ADMIN_NOTICES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Time for which an endpoint may fail before it is disabled.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

/// Number of failures in a row after which an endpoint backs off.
const FAILURES_MAX: u32 = 3;

/// Minutes of backoff after that failure and each further one; the last value is the maximum.
const RESTS_MIN: [i64; 7] = [1, 2, 5, 10, 20, 30, 60];

/// Maximum length of a URL.
pub(super) const URL_BYTES_MAX: usize = 2_000;

/// URL of an endpoint, checked only as text. Whether it may be called is checked with each call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(String);

text_value!(WebhookUrl);

impl WebhookUrl {
    /// Parses a URL.
    ///
    /// # Errors
    /// Fails with `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match Url::parse(text.trim()) {
            Ok(url) if text.len() <= URL_BYTES_MAX && url.has_host() && url.fragment().is_none() => {
                Ok(Self(url.into()))
            }
            Ok(_) | Err(_) => Err(Invalid::url("Enter a URL such as https://example.com/hooks.")),
        }
    }
}

/// A webhook endpoint of a brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    /// Identifies the endpoint.
    pub id: WebhookId,
    /// Brand that it belongs to.
    pub brand: BrandSlug,
    /// URL that is called.
    pub url: WebhookUrl,
    /// Event types that it subscribes to; empty for all.
    #[serde(default)]
    pub events: Vec<WebhookType>,
    /// Signing secret of its messages.
    pub secret: Sealed,
    /// Previous signing secrets, which also sign for a day.
    #[serde(default, skip_serializing_if = "RotatedSecrets::is_empty")]
    pub former_secrets: RotatedSecrets,
    /// Time at which it was added.
    pub created_at: Timestamp,
    /// Actor who added it.
    pub created_by: Actor,
    /// Time at which the schedule checks it next, whether or not a delivery is waiting.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub wake_at: Timestamp,
    /// Number of failures since the last success.
    #[serde(default)]
    pub failures: u32,
    /// Time since which every attempt has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Time until which it backs off.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub resting_until: Option<Timestamp>,
    /// Time of the last success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// The last failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
    /// End of the lease of the worker that delivers to it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub lease_until: Option<Timestamp>,
    /// Set if it is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<EndpointDisabled>,
}

/// Last failure of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastFailure {
    /// Time of the failure.
    pub at: Timestamp,
    /// Problem, as a sentence.
    pub said: String,
}

/// The disabled status of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointDisabled {
    /// Time at which it was disabled.
    pub at: Timestamp,
    /// Reason why it was disabled.
    pub why: DisabledReason,
}

/// Reasons why an endpoint is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisabledReason {
    /// An admin disabled it.
    ByAdmin,
    /// It failed for three days.
    Failing,
    /// It returned 410 Gone.
    Gone,
}

/// An admin who is emailed about an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdminRecipient {
    /// ID of the admin.
    pub admin: AdminId,
    /// Their epoch at that time.
    pub epoch: u64,
}

/// A notification email to an admin, as opposed to sign-in emails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdminNotice {
    /// Epoch of the admin when it was queued.
    pub epoch: u64,
    /// Delivery status.
    pub mail: MailStatus,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl AdminNotice {
    /// Creates the record of an email that `event` causes.
    #[must_use]
    pub fn queued(event: &Event, recipient: &AdminRecipient) -> Self {
        let mail = MailStatus::queued(&event.id, event.at);
        Self { epoch: recipient.epoch, mail, expires_at: event.at + ADMIN_NOTICES_KEPT }
    }
}

impl WebhookEndpoint {
    /// Creates an endpoint, which is enabled.
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
            former_secrets: RotatedSecrets::default(),
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

    /// Returns the encryption context of its secrets.
    #[must_use]
    pub fn sealed_for(&self) -> [&str; 3] {
        [self.brand.as_str(), "webhook", self.id.as_str()]
    }

    /// Returns `true` if new events of this type are delivered to it.
    #[must_use]
    pub fn wants(&self, what: WebhookType) -> bool {
        self.off.is_none() && (self.events.is_empty() || self.events.contains(&what))
    }

    /// Returns the secrets that sign at `now`, the current one first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        std::iter::once(&self.secret).chain(self.former_secrets.at(now))
    }

    /// Returns its health and the next check that follows from it, to compare them.
    #[must_use]
    pub fn fares(&self) -> impl PartialEq + use<> {
        let failing = (self.failures, self.failing_since, self.resting_until);
        (failing, self.wake_at, self.off.clone())
    }

    /// Returns `true` if a worker holds the lease on it.
    #[must_use]
    pub fn is_busy(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|until| now < until)
    }

    /// Returns `true` while it backs off.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        self.resting_until.is_some_and(|until| now < until)
    }

    /// Rotates its secret; the previous one also signs for a day.
    #[must_use]
    pub fn with_secret(self, secret: Sealed, now: Timestamp) -> Self {
        Self { former_secrets: self.former_secrets.and(self.secret, now), secret, ..self }
    }

    /// Changes its URL, and resets its failures: another URL has not failed yet.
    #[must_use]
    pub fn moved_to(self, url: WebhookUrl, now: Timestamp) -> Self {
        if self.url == url {
            return self;
        }
        let reset = Self { failures: 0, failing_since: None, resting_until: None, lease_until: None, ..self };
        Self { url, wake_at: now, ..reset }
    }

    /// Subscribes it to these event types; none means all.
    #[must_use]
    pub fn wanting(self, mut events: Vec<WebhookType>) -> Self {
        events.sort_unstable();
        events.dedup();
        Self { events, ..self }
    }

    /// Enables it, as if it had never failed.
    #[must_use]
    pub fn on(self, now: Timestamp) -> Self {
        Self { off: None, failures: 0, failing_since: None, resting_until: None, wake_at: now, ..self }
    }

    /// Disables it.
    #[must_use]
    pub fn off(self, why: DisabledReason, now: Timestamp) -> Self {
        Self { off: Some(EndpointDisabled { at: now, why }), resting_until: None, ..self }
    }

    /// Returns the endpoint after a worker's run of attempts.
    #[must_use]
    pub fn after(self, turn: DeliveryRun, now: Timestamp) -> Self {
        let was_failing = self.failures > 0;
        let mut after = Self { lease_until: None, ..self };
        if turn.said_yes {
            (after.failures, after.failing_since, after.resting_until) = (0, None, None);
            after.last_success_at = Some(now);
            // Deliveries that waited while it failed are attempted immediately.
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
            (true, _) => after.off(DisabledReason::Gone, now),
            (false, true) => after.off(DisabledReason::Failing, now),
            (false, false) => after,
        }
    }

    /// Returns `true` if the worker should stop its run: the endpoint is gone, or has failed so often that it backs
    /// off.
    #[must_use]
    pub fn has_enough(&self, turn: &DeliveryRun) -> bool {
        let before = if turn.said_yes { 0 } else { self.failures };
        turn.gone || (turn.failures > 0 && before.saturating_add(turn.failures) >= FAILURES_MAX)
    }
}

/// Returns the backoff after this number of failures in a row.
fn rest(failures: u32) -> Option<SignedDuration> {
    let beyond = usize::try_from(failures.checked_sub(FAILURES_MAX)?).unwrap_or(usize::MAX);
    RESTS_MIN.get(beyond).or(RESTS_MIN.last()).map(|minutes| SignedDuration::from_mins(*minutes))
}
