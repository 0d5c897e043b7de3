//! What the Network is answered.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Result,
    domain::{Approval, ApprovalState, LinkKey, PartnerId},
    web::{Reply, short_link},
};

/// That an approval was taken.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovalTaken")]
pub(crate) struct Output {
    /// Who came in, or was extended.
    partner_id: PartnerId,
    /// The share link.
    link: Option<String>,
    /// Its key.
    link_key: Option<LinkKey>,
}

/// That a message has no effect now. Both are always true.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovalPutAside")]
pub(crate) enum PutAside {
    /// The partner's access is revoked, so an admin decides.
    Held(bool),
    /// Its type means nothing here.
    Ignored(bool),
}

/// What is told of an approval, the first time and every other. What an admin decided against looks held for ever.
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
