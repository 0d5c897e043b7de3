//! The keys of items that concern the Network.

use std::marker::PhantomData;

use super::{Key, Prefix};
use crate::domain::{
    ApplicationId, Approval, Backfill, BackfillId, BackfillLine, BrandSlug, NetworkCall, NetworkCallId,
    NetworkConnection, NetworkDecision, PartnerId, PushFailure,
};

/// The connection to the Network.
#[must_use]
pub fn network(brand: &BrandSlug) -> Key<NetworkConnection> {
    Key::new(super::brand(brand).raw.pk, "NETWORK")
}

/// A call between the Network and us.
#[must_use]
pub fn network_call(brand: &BrandSlug, id: &NetworkCallId) -> Key<NetworkCall> {
    Key::new(format!("NETWORK#{brand}"), format!("CALL#{id}"))
}

/// The calls between the Network and us, oldest first.
#[must_use]
pub fn network_calls(brand: &BrandSlug) -> Prefix<NetworkCall> {
    Prefix { pk: format!("NETWORK#{brand}"), sk: "CALL#", entity: PhantomData }
}

/// The record that a partner couldn't be sent to the Network.
#[must_use]
pub fn push_failure(brand: &BrandSlug, id: &PartnerId) -> Key<PushFailure> {
    Key::new(format!("NETWORK#{brand}"), format!("FAILED#{id}"))
}

/// The partners that couldn't be sent to the Network.
#[must_use]
pub fn push_failures(brand: &BrandSlug) -> Prefix<PushFailure> {
    Prefix { pk: format!("NETWORK#{brand}"), sk: "FAILED#", entity: PhantomData }
}

/// A backfill.
#[must_use]
pub fn backfill(brand: &BrandSlug, id: &BackfillId) -> Key<Backfill> {
    Key::new(format!("BACKFILL#{brand}#{id}"), "BACKFILL")
}

/// The record that the Network rejected a partner in a backfill.
#[must_use]
pub fn backfill_line(brand: &BrandSlug, id: &BackfillId, partner: &PartnerId) -> Key<BackfillLine> {
    Key::new(backfill(brand, id).raw.pk, format!("LINE#{partner}"))
}

/// The partners that the Network rejected in a backfill.
#[must_use]
pub fn backfill_lines(brand: &BrandSlug, id: &BackfillId) -> Prefix<BackfillLine> {
    Prefix { pk: backfill(brand, id).raw.pk, sk: "LINE#", entity: PhantomData }
}

/// An approval of the Network.
#[must_use]
pub fn approval(brand: &BrandSlug, id: &ApplicationId) -> Key<Approval> {
    Key::new(format!("APPROVAL#{brand}#{id}"), "APPROVAL")
}

/// A decision on an application that is pending on the Network.
#[must_use]
pub fn network_decision(brand: &BrandSlug, id: &ApplicationId) -> Key<NetworkDecision> {
    Key::new(format!("DECISION#{brand}#{id}"), "DECISION")
}

/// The index partition that lists a brand's approvals, by time of arrival; held ones have a partition of their own.
pub(in crate::store) fn approvals(brand: &BrandSlug, held: bool) -> String {
    format!("{}#{brand}", if held { "HELD" } else { "APPROVALS" })
}

/// The index partition that lists a brand's backfills, by ID.
pub(in crate::store) fn backfills(brand: &BrandSlug) -> String {
    format!("BACKFILLS#{brand}")
}

/// The index partition that lists the decisions on applications, by time.
pub(in crate::store) fn network_decisions(brand: &BrandSlug) -> String {
    format!("DECISIONS#{brand}")
}

/// A sort key in an index by time, which `id` makes unique.
pub(in crate::store) fn by_time(at: jiff::Timestamp, id: &str) -> String {
    format!("{:014}#{id}", at.as_millisecond())
}
