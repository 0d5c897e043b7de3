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
        let (tone, label, hint) = told(outcome, dry_run);
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
        (counts.of(RowOutcome::ScopeAdded), words("granted more", "to grant more")),
        (here, "here before"),
        (counts.of(RowOutcome::Resent), "resent"),
        (counts.of(RowOutcome::Granted), "granted"),
        (counts.of(RowOutcome::Ungranted), "taken away"),
        (counts.of(RowOutcome::Revoked), "revoked"),
        (counts.of(RowOutcome::Reinstated), "reinstated"),
        (left_alone, "left as they were"),
        (problems, if problems == 1 { "problem" } else { "problems" }),
        (counts.of(RowOutcome::Cancelled), words("not begun", "not looked at")),
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
fn told(outcome: RowOutcome, dry_run: bool) -> (Tone, &'static str, &'static str) {
    let words = |done, planned| if dry_run { planned } else { done };
    match outcome {
        RowOutcome::Invited => (Tone::Good, words("Invited", "New, and would be invited"), ""),
        RowOutcome::Added => (Tone::Good, words("Added, active at once", "New, and would be active at once"), ""),
        RowOutcome::ScopeAdded => {
            (Tone::Good, words("Here before, granted more programs", "Here before, would get more programs"), "")
        }
        RowOutcome::AlreadyInvited => (Tone::Quiet, "Invited before", ""),
        RowOutcome::AlreadyActive => (Tone::Quiet, "Partners already", ""),
        RowOutcome::Resent => (Tone::Good, "Invited again", ""),
        RowOutcome::Granted => (Tone::Good, "Granted", ""),
        RowOutcome::AlreadyGranted => (Tone::Quiet, "Had the program already", ""),
        RowOutcome::Ungranted => (Tone::Good, "Taken away", ""),
        RowOutcome::NotGranted => (Tone::Quiet, "Didn’t have the program", ""),
        RowOutcome::Revoked => (Tone::Good, "Revoked", ""),
        RowOutcome::AlreadyRevoked => (Tone::Quiet, "Revoked before", ""),
        RowOutcome::Reinstated => (Tone::Good, "Reinstated", ""),
        RowOutcome::NotRevoked => (Tone::Quiet, "Not revoked", ""),
        RowOutcome::PartnerRevoked => (Tone::Quiet, "Revoked, so left out", ""),
        RowOutcome::PartnerDeclined => (Tone::Quiet, "Not interested, so left out", ""),
        RowOutcome::TooSoon => (Tone::Warn, "Mailed less than a minute before", "Resend to them again."),
        RowOutcome::TooOften => (Tone::Warn, "Mailed five times that day", "Try tomorrow."),
        RowOutcome::UnknownPartner => (Tone::Bad, "Not here any more", ""),
        RowOutcome::RevokedPartner => {
            (Tone::Bad, "Revoked partners", "No file lets them back in. Reinstate them on the Partners page.")
        }
        RowOutcome::Declined => {
            (Tone::Warn, "Not interested, as they said", "They can ask for a link themselves, on the login page.")
        }
        RowOutcome::Erased => (Tone::Bad, "Erased people", "If they ask to come back, invite them by hand."),
        RowOutcome::Suppressed => (Tone::Bad, "Address refused mail before", "Nothing is sent to it. Use another one."),
        RowOutcome::DuplicateInFile => (Tone::Warn, "Same address as an earlier row", "The first of them counts."),
        RowOutcome::InvalidEmail => (Tone::Bad, "No usable email address", "Correct it in the report."),
        RowOutcome::InvalidName => (Tone::Bad, "Name can’t be used", "Correct it in the report."),
        RowOutcome::UnknownProgram => (Tone::Bad, "Unknown or archived program", "Correct it in the report."),
        RowOutcome::OverLimit => (Tone::Bad, "Imports may invite nobody here", "Ask whoever runs this portal."),
        RowOutcome::Cancelled => (Tone::Quiet, words("Not begun", "Not looked at"), ""),
        RowOutcome::Failed => (Tone::Bad, "Went wrong on our side", "Try these again."),
    }
}
