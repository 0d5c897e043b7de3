//! Texts for the outcomes of an import's rows.

use shared::{
    domain::{Counts, RowOutcome},
    web::{
        format,
        pages::{Came, Tone},
    },
};

/// Returns every outcome that occurred, the good ones first.
pub(crate) fn came(counts: &Counts, dry_run: bool) -> Vec<Came> {
    let came = |(outcome, rows)| {
        let (tone, label, hint) = describe(outcome, dry_run);
        Came { tone, label, hint, count: format::number(rows) }
    };
    counts.counted().map(came).collect()
}

/// Summarizes all counts in a few words: "38 invited, 2 problems".
pub(crate) fn summary(counts: &Counts, dry_run: bool) -> String {
    let here = counts.of(RowOutcome::AlreadyInvited) + counts.of(RowOutcome::AlreadyActive);
    let words = |done, planned| if dry_run { planned } else { done };
    let problems = problems(counts);
    let untouched = [
        RowOutcome::AlreadyGranted,
        RowOutcome::NotGranted,
        RowOutcome::AlreadyRevoked,
        RowOutcome::NotRevoked,
        RowOutcome::PartnerRevoked,
        RowOutcome::PartnerDeclined,
    ];
    let left_alone = untouched.into_iter().map(|outcome| counts.of(outcome)).sum();
    let parts = [
        (counts.of(RowOutcome::Invited), words("invited", "to invite")),
        (counts.of(RowOutcome::Added), words("added", "to add")),
        (counts.of(RowOutcome::ScopeAdded), words("added to programs", "to add to programs")),
        (here, "already partners"),
        (counts.of(RowOutcome::Resent), "resent"),
        (counts.of(RowOutcome::Granted), "added to program"),
        (counts.of(RowOutcome::Ungranted), "removed from program"),
        (counts.of(RowOutcome::Revoked), "revoked"),
        (counts.of(RowOutcome::Reinstated), "reinstated"),
        (left_alone, "skipped"),
        (problems, if problems == 1 { "error" } else { "errors" }),
        (counts.of(RowOutcome::Cancelled), words("not started", "not checked")),
    ];
    let some = parts.into_iter().filter(|(rows, _)| *rows > 0);
    some.map(|(rows, words)| format!("{} {words}", format::number(rows))).collect::<Vec<_>>().join(", ")
}

/// Counts the rows that need an admin's attention.
pub(crate) fn problems(counts: &Counts) -> u64 {
    counts.counted().filter(|(outcome, _)| outcome.is_problem()).map(|(_, rows)| rows).sum()
}

/// Returns "1 person" or "8 people"; `None` for zero.
pub(crate) fn people(count: u64) -> Option<String> {
    counted(count, "person", "people")
}

/// Returns the count with the singular or plural noun; `None` for zero.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> Option<String> {
    (count > 0).then(|| format!("{} {}", format::number(count), if count == 1 { one } else { many }))
}

/// Returns the tone, the label and a hint on what to do.
fn describe(outcome: RowOutcome, dry_run: bool) -> (Tone, &'static str, &'static str) {
    let words = |done, planned| if dry_run { planned } else { done };
    match outcome {
        RowOutcome::Invited => (Tone::Good, words("Invited", "New – will be invited"), ""),
        RowOutcome::Added => (Tone::Good, words("Added, active immediately", "New – will be active immediately"), ""),
        RowOutcome::ScopeAdded => {
            (Tone::Good, words("Existing, added to more programs", "Existing – will be added to more programs"), "")
        }
        RowOutcome::AlreadyInvited => (Tone::Quiet, "Already invited", ""),
        RowOutcome::AlreadyActive => (Tone::Quiet, "Already partners", ""),
        RowOutcome::Resent => (Tone::Good, "Invitation resent", ""),
        RowOutcome::Granted => (Tone::Good, "Added to program", ""),
        RowOutcome::AlreadyGranted => (Tone::Quiet, "Already in the program", ""),
        RowOutcome::Ungranted => (Tone::Good, "Removed from program", ""),
        RowOutcome::NotGranted => (Tone::Quiet, "Not in the program", ""),
        RowOutcome::Revoked => (Tone::Good, "Revoked", ""),
        RowOutcome::AlreadyRevoked => (Tone::Quiet, "Already revoked", ""),
        RowOutcome::Reinstated => (Tone::Good, "Reinstated", ""),
        RowOutcome::NotRevoked => (Tone::Quiet, "Not revoked", ""),
        RowOutcome::PartnerRevoked => (Tone::Quiet, "Skipped: revoked", ""),
        RowOutcome::PartnerDeclined => (Tone::Quiet, "Skipped: declined", ""),
        RowOutcome::TooSoon => (Tone::Warn, "Emailed less than a minute before", "Resend to them again."),
        RowOutcome::TooOften => (Tone::Warn, "Emailed five times that day", "Try again tomorrow."),
        RowOutcome::UnknownPartner => (Tone::Bad, "No longer exist", ""),
        RowOutcome::RevokedPartner => {
            (Tone::Bad, "Access revoked", "Imports can’t restore access. Reinstate them on the Partners page.")
        }
        RowOutcome::Declined => {
            (Tone::Warn, "Declined", "They can sign in from the sign-in page if they change their mind.")
        }
        RowOutcome::Erased => (Tone::Bad, "Erased people", "If they ask to rejoin, invite them one by one."),
        RowOutcome::Suppressed => {
            (Tone::Bad, "Previously bounced or reported spam", "Nothing is sent to them. Use another email address.")
        }
        RowOutcome::DuplicateInFile => (Tone::Warn, "Duplicate of an earlier row", "The first one counts."),
        RowOutcome::InvalidEmail => (Tone::Bad, "Invalid email address", "Fix it in the report."),
        RowOutcome::InvalidName => (Tone::Bad, "Invalid name", "Fix it in the report."),
        RowOutcome::UnknownProgram => (Tone::Bad, "Unknown or archived program", "Fix it in the report."),
        RowOutcome::OverLimit => {
            (Tone::Bad, "Import invitations are turned off for this brand", "Contact your administrator.")
        }
        RowOutcome::Cancelled => (Tone::Quiet, words("Not started", "Not checked"), ""),
        RowOutcome::Failed => (Tone::Bad, "Error on our end", "Try these again."),
    }
}
