//! The JSON input of an invitation.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    domain::{EmailAddress, Metadata, Name, Note, ProgramId},
    web::CommissionSnapshot,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// The partner's email address, to which the invitation goes. Unique in the brand; stored in lower case.
    pub(crate) email: EmailAddress,
    pub(crate) name: Name,
    /// True to send an invitation. If false, the partner is active immediately.
    #[serde(default = "yes")]
    pub(crate) send_invite: bool,
    /// Personal note in the invitation.
    #[schemars(with = "Option<Note>")]
    pub(crate) note: Option<String>,
    /// Programs to grant. If omitted, all active programs; if empty, none.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) program_ids: Option<Vec<String>>,
    /// The older name of `programIds`. Only one of the two may be given.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) campaign_ids: Option<Vec<String>>,
    /// Source of the grants.
    #[serde(default)]
    pub(crate) campaign_grant_source: WireSource,
    /// Any data you store with the partner: an object of at most 4 KB.
    #[schemars(with = "Option<Metadata>")]
    pub(crate) metadata: Option<serde_json::Value>,
    /// Confirms that the erased person with this email address asked to come back. Only an admin's session can confirm
    /// it. Erased data isn't restored.
    #[serde(default)]
    pub(crate) readmit: bool,
    /// Commission terms of these grants, if they differ from those of the programs.
    pub(crate) commission_snapshot: Option<CommissionSnapshot>,
}

/// Source of the grants of an invitation.
#[derive(Deserialize, JsonSchema, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "InvitationSource")]
pub(crate) enum WireSource {
    /// The brand itself.
    #[default]
    Admin,
    /// The Network; requires the scope `network:write` as well. An existing partner gets the programs in addition, and
    /// the programs must be named.
    Offering,
}

fn yes() -> bool {
    true
}
