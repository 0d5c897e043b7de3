//! What came of the rows of an import, in words.

use shared::{
    domain::{Counts, RowOutcome},
    web::{
        pages::{Came, Tone},
        shown,
    },
};

/// Every outcome that there was, the good ones first.
pub(crate) fn came(counts: &Counts, dry_run: bool) -> Vec<Came> {
    let came = |(outcome, rows)| {
        let (tone, label, hint) = told(outcome, dry_run);
        Came { tone, label, hint, count: shown::number(rows) }
    };
    counts.counted().map(came).collect()
}

/// All of it in a few words: "38 invited, 2 problems".
pub(crate) fn summary(counts: &Counts, dry_run: bool) -> String {
    let here = counts.of(RowOutcome::AlreadyInvited) + counts.of(RowOutcome::AlreadyActive);
    let words = |done, planned| if dry_run { planned } else { done };
    let problems = problems(counts);
    let parts = [
        (counts.of(RowOutcome::Invited), words("invited", "to invite")),
        (counts.of(RowOutcome::Added), words("added", "to add")),
        (counts.of(RowOutcome::ScopeAdded), words("granted more", "to grant more")),
        (here, "here before"),
        (problems, if problems == 1 { "problem" } else { "problems" }),
        (counts.of(RowOutcome::Cancelled), words("not begun", "not looked at")),
    ];
    let some = parts.into_iter().filter(|(rows, _)| *rows > 0);
    some.map(|(rows, words)| format!("{} {words}", shown::number(rows))).collect::<Vec<_>>().join(", ")
}

/// How many rows somebody should look at.
pub(crate) fn problems(counts: &Counts) -> u64 {
    counts.counted().filter(|(outcome, _)| outcome.is_problem()).map(|(_, rows)| rows).sum()
}

/// "1 person", "8 people"; nothing if there is nobody.
pub(crate) fn people(count: u64) -> Option<String> {
    counted(count, "person", "people")
}

/// So many of something; nothing if there is none.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> Option<String> {
    (count > 0).then(|| format!("{} {}", shown::number(count), if count == 1 { one } else { many }))
}

/// What kind of thing it is, what it is called, and what to do about it.
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
        RowOutcome::RevokedPartner => {
            (Tone::Bad, "Revoked partners", "No file lets them back in. Reinstate them on the Partners page.")
        }
        RowOutcome::Declined => {
            (Tone::Warn, "Not interested, as they said", "They can ask for a link themselves, on the login page.")
        }
        RowOutcome::Erased => {
            (Tone::Bad, "Erased people", "No file brings them back. If they ask to come back, invite them by hand.")
        }
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
