//! Input of a preview: the email and its recipient.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::domain::{ImportId, Name, Note, PartnerId, ProgramId, Reason};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) mail: Which,
    /// The recipient, if they are a partner. If omitted, a placeholder is used.
    pub(crate) partner: Option<PartnerId>,
    /// The import that would send the invitation.
    pub(crate) import: Option<ImportId>,
    /// Name of a recipient who isn't a partner yet. If empty, a placeholder is used.
    #[schemars(with = "Option<Name>")]
    pub(crate) name: Option<String>,
    /// The programs to grant. If omitted, all active programs.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) program_ids: Option<Vec<String>>,
    /// Personal note of the invitation. If omitted, the stored one is used, if there is one; if empty, none.
    #[schemars(with = "Option<Note>")]
    pub(crate) note: Option<String>,
    /// Reason for the revocation.
    #[schemars(with = "Option<Reason>")]
    pub(crate) reason: Option<String>,
}

/// The email to preview.
#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PreviewedMail")]
pub(crate) enum Which {
    /// The invitation.
    Invitation,
    /// The notification of a revocation.
    Revocation,
}
