//! Which mail is looked at, and to whom it would go.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::domain::{ImportId, Name, Note, PartnerId, ProgramId, Reason};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) mail: Which,
    /// To somebody who is here. Left out, it is somebody.
    pub(crate) partner: Option<PartnerId>,
    /// To whom an import would invite.
    pub(crate) import: Option<ImportId>,
    /// What somebody is called who is not here yet. Left empty, it is somebody too.
    #[schemars(with = "Option<Name>")]
    pub(crate) name: Option<String>,
    /// What they would be granted. Left out: all open programs.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) program_ids: Option<Vec<String>>,
    /// What is said in an invitation. Left out: what was said before, if anything was. Empty: nothing.
    #[schemars(with = "Option<Note>")]
    pub(crate) note: Option<String>,
    /// Why access is revoked.
    #[schemars(with = "Option<Reason>")]
    pub(crate) reason: Option<String>,
}

/// Which mail.
#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PreviewedMail")]
pub(crate) enum Which {
    /// The invitation.
    Invitation,
    /// That access was revoked.
    Revocation,
}
