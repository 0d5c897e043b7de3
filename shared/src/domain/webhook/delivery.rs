//! Deliveries of events to webhook endpoints, with their attempts and outcomes.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{BrandSlug, EventId, PartnerId, WebhookId, WebhookType};

/// Minutes until the next attempt, by the number of failed attempts: 72 hours and 36 minutes in all.
const RETRIES_MIN: [i64; 9] = [1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 21 * 60];

/// Retention of deliveries.
pub(crate) const DELIVERIES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Time for which a new delivery is left to its queue message before the schedule picks it up.
const HEAD_START: SignedDuration = SignedDuration::from_mins(2);

/// Status of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is waiting for its first or next attempt.
    Waiting,
    /// The endpoint accepted it.
    Delivered,
    /// It was attempted for three days, and is no longer retried automatically.
    Failed,
}

/// One event's delivery to one webhook endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Brand of the endpoint.
    pub brand: BrandSlug,
    /// Endpoint it goes to.
    pub webhook: WebhookId,
    /// Event that is delivered.
    pub event: EventId,
    /// Type of the event.
    pub event_type: WebhookType,
    /// Partner that the event is about, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Status of the delivery.
    pub state: DeliveryState,
    /// Number of attempts since an admin last requested it.
    pub tries: u32,
    /// Time of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
    /// HTTP status of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Problem of the last attempt, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Time of the next attempt. It doesn't show whether an attempt is in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// Outcome of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// Delivered, with this HTTP status.
    Yes(u16),
    /// Not delivered: the endpoint returned an error, or nothing.
    No {
        /// HTTP status, if there was a response.
        status: Option<u16>,
        /// Problem, as a sentence.
        problem: String,
    },
}

impl Delivery {
    /// Creates a delivery that is due immediately.
    #[must_use]
    pub fn new(
        (brand, webhook): (&BrandSlug, &WebhookId),
        (event, event_type, partner): (&EventId, WebhookType, Option<&PartnerId>),
        now: Timestamp,
    ) -> Self {
        Self {
            brand: brand.clone(),
            webhook: webhook.clone(),
            event: event.clone(),
            event_type,
            partner: partner.cloned(),
            created_at: now,
            state: DeliveryState::Waiting,
            tries: 0,
            tried_at: None,
            status: None,
            problem: None,
            next_at: None,
            expires_at: now + DELIVERIES_KEPT,
        }
    }

    /// Returns `true` if it is due now.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state == DeliveryState::Waiting && self.next_at.is_none_or(|at| at <= now)
    }

    /// Returns the time at which the schedule picks it up, if it does.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        let waits = self.state == DeliveryState::Waiting;
        waits.then(|| self.next_at.unwrap_or(self.tried_at.unwrap_or(self.created_at) + HEAD_START))
    }

    /// Returns the delivery with its attempts reset, as an admin requested to send it again.
    #[must_use]
    pub fn again(self, now: Timestamp) -> Self {
        Self { state: DeliveryState::Waiting, tries: 0, next_at: None, expires_at: now + DELIVERIES_KEPT, ..self }
    }

    /// Returns the delivery after another attempt.
    #[must_use]
    pub fn after(self, tried: Tried, now: Timestamp) -> Self {
        let after = Self { tries: self.tries.saturating_add(1), tried_at: Some(now), next_at: None, ..self };
        match tried {
            Tried::Yes(status) => {
                Self { state: DeliveryState::Delivered, status: Some(status), problem: None, ..after }
            }
            Tried::No { status, problem } => {
                let failed = usize::try_from(after.tries).unwrap_or(usize::MAX).saturating_sub(1);
                let next_at = RETRIES_MIN.get(failed).map(|minutes| now + SignedDuration::from_mins(*minutes));
                let state = if next_at.is_some() { DeliveryState::Waiting } else { DeliveryState::Failed };
                Self { state, status, problem: Some(problem), next_at, ..after }
            }
        }
    }
}

/// Outcome of a worker's run of attempts at one endpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeliveryRun {
    /// True if any attempt was delivered.
    pub said_yes: bool,
    /// Number of failures since the last success in this run.
    pub failures: u32,
    /// Problem of the last failure.
    pub last_failure: Option<String>,
    /// True if the endpoint reported that it is gone for good.
    pub gone: bool,
    /// Time of the earliest retry among the failed deliveries.
    pub next_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fresh;

    #[test]
    fn a_delivery_is_tried_ten_times_in_three_days() {
        let start = Timestamp::UNIX_EPOCH;
        let brand = BrandSlug::parse("acme").unwrap();
        let (webhook, event) = (WebhookId::fresh(start, [0; 10]), EventId::fresh(start, [0; 10]));
        let mut delivery = Delivery::new((&brand, &webhook), (&event, WebhookType::Tested, None), start);
        assert!(delivery.is_due(start));
        let (mut now, mut waits) = (start, Vec::new());
        loop {
            delivery = delivery.after(Tried::No { status: Some(500), problem: "No.".to_owned() }, now);
            let Some(next) = delivery.next_at else { break };
            assert!(!delivery.is_due(next - SignedDuration::from_millis(1)) && delivery.is_due(next));
            waits.push(now.duration_until(next).as_mins());
            now = next;
        }
        assert_eq!((delivery.state, delivery.tries), (DeliveryState::Failed, 10));
        assert_eq!(waits, RETRIES_MIN);
        let all = start.duration_until(now);
        assert!(all >= SignedDuration::from_hours(72) && all < SignedDuration::from_hours(73), "{all:?}");
        let again = delivery.again(now);
        assert!(again.is_due(now) && again.tries == 0);
        assert_eq!(again.after(Tried::Yes(204), now).state, DeliveryState::Delivered);
    }
}
