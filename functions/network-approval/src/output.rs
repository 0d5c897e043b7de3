//! The responses to the Network.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Result,
    domain::{Approval, ApprovalState, LinkKey, PartnerId},
    web::{Reply, short_link},
};

/// An accepted approval.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovalTaken")]
pub(crate) struct Output {
    /// The partner, who is new or already existed.
    partner_id: PartnerId,
    /// URL of the share link.
    link: Option<String>,
    /// Key of the share link.
    link_key: Option<LinkKey>,
}

/// A message without an immediate effect. The value is always `true`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovalPutAside")]
pub(crate) enum PutAside {
    /// The partner is revoked, so an admin has to decide.
    Held(bool),
    /// The message's type is unknown.
    Ignored(bool),
}

/// Returns the response about an approval, the same each time. A dismissed approval appears as held forever.
pub(crate) fn answer(app: &App, approval: &Approval) -> Result<Reply> {
    match approval.state {
        ApprovalState::Accepted => Reply::created(&Output {
            partner_id: approval.partner.clone(),
            link: approval.link.as_ref().map(|key| short_link(app, &approval.brand, key)),
            link_key: approval.link.clone(),
        }),
        ApprovalState::Held | ApprovalState::Dismissed => Reply::accepted(&PutAside::Held(true)),
    }
}
