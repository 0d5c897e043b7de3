//! Import options of an operator's object, read from its metadata.

use shared::{
    aws::s3::Said,
    domain::{ImportFailure, ImportOptions, Program, programs_to_grant},
};

/// Reads `program-ids`, `dry-run` and `send-invite`, in any spelling. Values that can't be read make the import fail: a
/// misspelt dry run must not send emails.
pub(crate) fn said(said: &Said, programs: &[Program]) -> (ImportOptions, Option<ImportFailure>) {
    let mut options = ImportOptions::default();
    let mut wrong = None;
    for (name, value) in said {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let value = value.trim();
        let read = match name.as_str() {
            "dryrun" => yes_or_no(value).map(|yes| options.dry_run = yes),
            "sendinvite" => yes_or_no(value).map(|yes| options.send_invite = yes),
            "programids" => {
                let ids = value.split([',', '|', ' ']).filter(|id| !id.is_empty()).map(str::to_owned);
                let chosen = programs_to_grant(Some(&ids.collect::<Vec<_>>()), programs).ok();
                chosen.map(|chosen| options.programs = Some(chosen))
            }
            // Tools add metadata of their own.
            _ => Some(()),
        };
        if read.is_none() {
            let message = format!(
                "The object's metadata {name} has the value “{value}”, which can't be read. No one was invited."
            );
            wrong = Some(ImportFailure::new("invalid_options", message));
        }
    }
    if wrong.is_some() { (careful(), wrong) } else { (options, None) }
}

/// Returns the options of a file whose options are unknown: a dry run.
pub(crate) fn careful() -> ImportOptions {
    ImportOptions { dry_run: true, ..ImportOptions::default() }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}
