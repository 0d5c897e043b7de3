//! The JSON input of an import.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{Actor, ImportId, ImportOptions, Invalid, Note, PersonalNote, ProgramId},
};

/// A file to be uploaded (`size`), or one that was imported before (`sameFileAs`).
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// The exact size of the upload in bytes, at most 500 MB.
    pub(crate) size: Option<u64>,
    /// An earlier import, whose file is read again; a dry run, for example. Omitted options are as in that import,
    /// except that this one is a dry run only if `dryRun` is set.
    pub(crate) same_file_as: Option<ImportId>,
    /// Programs to grant for rows that name none. If omitted, all active programs; if empty, none.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) program_ids: Option<Vec<String>>,
    /// True to only check the outcome of each row.
    #[serde(default)]
    pub(crate) dry_run: bool,
    /// True to send invitations; if false, partners are active immediately. True if omitted.
    pub(crate) send_invite: Option<bool>,
    /// Personal note in the invitations. With `sameFileAs`, it is that of the earlier import if
    /// omitted, and none if empty.
    #[schemars(with = "Option<Note>")]
    pub(crate) note: Option<String>,
    /// Display name of the file.
    pub(crate) file_name: Option<String>,
}

/// Parses the personal note.
pub(crate) fn said(note: Option<String>, by: &Actor) -> Result<Option<PersonalNote>> {
    let note = Note::of(note).map_err(|invalid| InvalidField::at("note", invalid))?;
    Ok(note.map(|text| PersonalNote::of(text, by)))
}

/// Checks that a note is given only if invitations are sent.
pub(crate) fn fitting(options: ImportOptions) -> Result<ImportOptions> {
    if options.note.is_some() && !options.send_invite {
        let message = "A note can only be added if invitations are sent.";
        return Err(InvalidField::at("note", Invalid::unsupported(message)).into());
    }
    Ok(options)
}
