//! What an invitation looks like as JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    domain::{EmailAddress, Metadata, Name, Note, ProgramId},
    web::CommissionSnapshot,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Where the invitation goes. Unique in the brand; kept in lower case.
    pub(crate) email: EmailAddress,
    pub(crate) name: Name,
    /// Whether a mail invites them. If not, the partner is active at once.
    #[serde(default = "yes")]
    pub(crate) send_invite: bool,
    /// What you say to them in the invitation.
    #[schemars(with = "Option<Note>")]
    pub(crate) note: Option<String>,
    /// Left out: all open programs. Empty: none.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) program_ids: Option<Vec<String>>,
    /// The older name of `programIds`. Not both.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) campaign_ids: Option<Vec<String>>,
    /// Who gives the grants.
    #[serde(default)]
    pub(crate) campaign_grant_source: WireSource,
    /// Whatever you keep with the partner: an object of at most 4 KB.
    #[schemars(with = "Option<Metadata>")]
    pub(crate) metadata: Option<serde_json::Value>,
    /// That whoever had this address and was erased asked to come back. Only an admin in person can say so. Nothing of what
    /// was erased returns.
    #[serde(default)]
    pub(crate) readmit: bool,
    /// Terms for these grants, where they are not the programs' own.
    pub(crate) commission_snapshot: Option<CommissionSnapshot>,
}

/// Who gives the grants of an invitation.
#[derive(Deserialize, JsonSchema, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "InvitationSource")]
pub(crate) enum WireSource {
    /// The brand itself.
    #[default]
    Admin,
    /// The Network; needs the scope `network:write` too. Whoever is here already gets the programs besides what they have,
    /// and the programs must be named.
    Offering,
}

fn yes() -> bool {
    true
}
