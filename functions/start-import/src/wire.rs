//! What stands in a body of JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{Actor, ImportId, ImportOptions, Invalid, Note, PersonalNote, ProgramId},
};

/// A file that is yet to be uploaded (`size`), or that was imported before (`sameFileAs`).
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// How many bytes will be uploaded, at most 500 MB; exactly so many.
    pub(crate) size: Option<u64>,
    /// An earlier import, whose file is to be read once more: a dry run, for example. What is not said here is as it
    /// was there, but that this one is no dry run unless it says so.
    pub(crate) same_file_as: Option<ImportId>,
    /// What rows that name no programs are granted. Left out: all open programs. Empty: none.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    pub(crate) program_ids: Option<Vec<String>>,
    /// Whether it only looks what would come of each row.
    #[serde(default)]
    pub(crate) dry_run: bool,
    /// Whether mails invite people; if not, they are active at once. Left out: yes.
    pub(crate) send_invite: Option<bool>,
    /// What is said in the invitations. With `sameFileAs` and left out: what was said there; empty: nothing.
    #[schemars(with = "Option<Note>")]
    pub(crate) note: Option<String>,
    /// What the file is called, for people.
    pub(crate) file_name: Option<String>,
}

/// What is said in the invitations.
pub(crate) fn said(note: Option<String>, by: &Actor) -> Result<Option<PersonalNote>> {
    let note = Note::of(note).map_err(|invalid| InvalidField::at("note", invalid))?;
    Ok(note.map(|text| PersonalNote::of(text, by)))
}

/// Options under which what is said reaches somebody.
pub(crate) fn fitting(options: ImportOptions) -> Result<ImportOptions> {
    if options.note.is_some() && !options.send_invite {
        let message = "A note goes into invitations, and none are sent here.";
        return Err(InvalidField::at("note", Invalid::unsupported(message)).into());
    }
    Ok(options)
}
