//! The keys of webhook endpoints and deliveries, and of the lists by which the schedule finds them.

use std::marker::PhantomData;

use jiff::Timestamp;

use super::{Key, Prefix, RawKey};
use crate::domain::{AdminId, AdminNotice, BrandSlug, Delivery, EventId, WebhookEndpoint, WebhookId};

/// A webhook endpoint.
#[must_use]
pub fn webhook(brand: &BrandSlug, id: &WebhookId) -> Key<WebhookEndpoint> {
    Key::new(super::brand(brand).raw.pk, format!("WEBHOOK#{id}"))
}

/// A brand's webhook endpoints, oldest first.
#[must_use]
pub fn webhooks(brand: &BrandSlug) -> Prefix<WebhookEndpoint> {
    Prefix { pk: super::brand(brand).raw.pk, sk: "WEBHOOK#", entity: PhantomData }
}

/// The delivery of an event to an endpoint, pending or not.
#[must_use]
pub fn delivery(brand: &BrandSlug, id: &WebhookId, event: &EventId) -> Key<Delivery> {
    Key::new(format!("WEBHOOK#{brand}#{id}"), format!("DELIVERY#{event}"))
}

/// The deliveries to an endpoint, pending or not, by event.
#[must_use]
pub fn deliveries(brand: &BrandSlug, id: &WebhookId) -> Prefix<Delivery> {
    Prefix { pk: format!("WEBHOOK#{brand}#{id}"), sk: "DELIVERY#", entity: PhantomData }
}

/// A notification email to an admin.
#[must_use]
pub fn admin_notice(brand: &BrandSlug, admin: &AdminId, event: &EventId) -> Key<AdminNotice> {
    Key::new(format!("NOTICE#{brand}#{admin}"), format!("NOTICE#{event}"))
}

/// The index partition that lists the endpoints that aren't disabled, by the time of their next check.
pub(in crate::store) const WEBHOOKS_ON: &str = "WEBHOOKS";

/// The index partition that lists the pending deliveries of an endpoint, by the time of their next attempt.
pub(in crate::store) fn waiting(brand: &BrandSlug, id: &WebhookId) -> String {
    format!("WAITING#{brand}#{id}")
}

/// A sort key in a list by time. If `id` is empty, it comes before all sort keys of `at`.
pub(in crate::store) fn place_at(at: Timestamp, id: &str) -> String {
    format!("{:015}#{id}", at.as_millisecond())
}

/// Returns the event whose delivery has this key.
pub(in crate::store) fn event_of_delivery(key: &RawKey) -> Option<EventId> {
    EventId::parse(key.sk.strip_prefix("DELIVERY#")?).ok()
}
