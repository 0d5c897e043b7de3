//! Where webhooks live, and the lists by which the schedule finds them.

use std::marker::PhantomData;

use jiff::Timestamp;

use super::{Key, Prefix, RawKey};
use crate::domain::{AdminId, AdminNotice, BrandSlug, Delivery, EventId, WebhookEndpoint, WebhookId};

/// An endpoint for webhooks.
#[must_use]
pub fn webhook(brand: &BrandSlug, id: &WebhookId) -> Key<WebhookEndpoint> {
    Key::new(super::brand(brand).raw.pk, format!("WEBHOOK#{id}"))
}

/// A brand's endpoints for webhooks, oldest first.
#[must_use]
pub fn webhooks(brand: &BrandSlug) -> Prefix<WebhookEndpoint> {
    Prefix { pk: super::brand(brand).raw.pk, sk: "WEBHOOK#", entity: PhantomData }
}

/// What an endpoint is, or was, told of an event.
#[must_use]
pub fn delivery(brand: &BrandSlug, id: &WebhookId, event: &EventId) -> Key<Delivery> {
    Key::new(format!("WEBHOOK#{brand}#{id}"), format!("DELIVERY#{event}"))
}

/// What an endpoint is, or was, told, by event.
#[must_use]
pub fn deliveries(brand: &BrandSlug, id: &WebhookId) -> Prefix<Delivery> {
    Prefix { pk: format!("WEBHOOK#{brand}#{id}"), sk: "DELIVERY#", entity: PhantomData }
}

/// A mail that tells an admin of something that happened.
#[must_use]
pub fn admin_notice(brand: &BrandSlug, admin: &AdminId, event: &EventId) -> Key<AdminNotice> {
    Key::new(format!("NOTICE#{brand}#{admin}"), format!("NOTICE#{event}"))
}

/// The index partition that lists the endpoints that are on, by when they are looked at next.
pub(in crate::store) const WEBHOOKS_ON: &str = "WEBHOOKS";

/// The index partition that lists what waits for an endpoint, by when it may be tried.
pub(in crate::store) fn waiting(brand: &BrandSlug, id: &WebhookId) -> String {
    format!("WAITING#{brand}#{id}")
}

/// The place in a list by time; what comes before all places of `at` if `id` is empty.
pub(in crate::store) fn place_at(at: Timestamp, id: &str) -> String {
    format!("{:015}#{id}", at.as_millisecond())
}

/// The event whose delivery lies at this key.
pub(in crate::store) fn event_of_delivery(key: &RawKey) -> Option<EventId> {
    EventId::parse(key.sk.strip_prefix("DELIVERY#")?).ok()
}
