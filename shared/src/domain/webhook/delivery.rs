//! Telling one endpoint of one event: how often it was tried, and what came of it.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{BrandSlug, EventId, PartnerId, WebhookId, WebhookType};

/// After how many minutes a delivery is tried again, by how often it failed: 72 hours and 36 minutes in all.
const RETRIES_MIN: [i64; 9] = [1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 21 * 60];

/// How long the log is kept.
pub(crate) const DELIVERIES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long a fresh delivery is left to its message before the schedule takes it up.
const HEAD_START: SignedDuration = SignedDuration::from_mins(2);

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be tried, or tried again.
    Waiting,
    /// The endpoint said yes.
    Delivered,
    /// It was tried for three days, and is not tried again by itself.
    Failed,
}

/// What an endpoint is, or was, to be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Whose endpoint.
    pub brand: BrandSlug,
    /// Which.
    pub webhook: WebhookId,
    /// Of what.
    pub event: EventId,
    /// Of what type that is.
    pub event_type: WebhookType,
    /// To which partner it happened, if to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// Since when.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried, since somebody last asked for it.
    pub tries: u32,
    /// When it was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
    /// The status that came back then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What was wrong then, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// When it is tried next; nothing says that it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// What came of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It said yes, with this status.
    Yes(u16),
    /// It said something else, or nothing.
    No {
        /// The status, if there was an answer.
        status: Option<u16>,
        /// What was wrong, in a sentence.
        problem: String,
    },
}

impl Delivery {
    /// A delivery that is to go out at once.
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

    /// Whether it is to be tried now.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state == DeliveryState::Waiting && self.next_at.is_none_or(|at| at <= now)
    }

    /// When the schedule takes it up, if it does.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        let waits = self.state == DeliveryState::Waiting;
        waits.then(|| self.next_at.unwrap_or(self.tried_at.unwrap_or(self.created_at) + HEAD_START))
    }

    /// Somebody wants it to be sent again: it begins anew.
    #[must_use]
    pub fn again(self, now: Timestamp) -> Self {
        Self { state: DeliveryState::Waiting, tries: 0, next_at: None, expires_at: now + DELIVERIES_KEPT, ..self }
    }

    /// It after another call.
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

/// What came of the calls of one turn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turn {
    /// Whether it said yes to any of them.
    pub said_yes: bool,
    /// How often it failed, since it said yes last in this turn.
    pub failures: u32,
    /// How it failed last.
    pub last_failure: Option<String>,
    /// Whether it said that it is gone for good.
    pub gone: bool,
    /// When the first of what failed is to be tried again.
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
