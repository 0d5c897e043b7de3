//! The result or status of an import in one or two sentences.

use jiff::Timestamp;
use shared::{
    domain::{Brand, Import, ImportState, RowOutcome},
    web::{
        format, moment,
        pages::{ImportRow, JobSummary, Tone},
    },
};

use crate::{bulk, outcomes};

/// Returns the status or result; `None` while rows are simply being processed.
pub(crate) fn of(import: &Import, brand: &Brand, now: Timestamp) -> Option<JobSummary> {
    if let Some(done) = import.bulk() {
        return bulk::verdict(import, done, now).map(|(tone, text)| JobSummary { tone, text });
    }
    let (tone, text) = match import.state(now) {
        ImportState::Running => return None,
        ImportState::Receiving => {
            (Tone::Info, "Waiting for the file. This page updates automatically when it arrives.".to_owned())
        }
        ImportState::Paused => (Tone::Warn, paused(import, brand)),
        ImportState::Failed => (Tone::Bad, failed(import, now)),
        ImportState::Cancelled => (Tone::Warn, cancelled(import)),
        ImportState::Completed | ImportState::CompletedWithErrors if import.options.dry_run => {
            (Tone::Info, checked(import, now))
        }
        ImportState::Completed => (Tone::Good, "Import complete.".to_owned()),
        ImportState::CompletedWithErrors => {
            (Tone::Warn, "Import complete. Some rows couldn’t be invited: see below.".to_owned())
        }
    };
    Some(JobSummary { tone, text })
}

/// Returns the progress for screen readers. It changes only with the state and with every ten percent, so that it
/// isn't announced too often.
pub(crate) fn aloud(row: &ImportRow) -> String {
    let state = row.state.label();
    if !row.state.is_under_way() || row.progress.rows.is_none() {
        return format!("{state}. {}", row.summary).trim_end_matches(". ").to_owned();
    }
    format!("{state}. {}% done", row.progress.thousandths / 100 * 10)
}

fn paused(import: &Import, brand: &Brand) -> String {
    let until = import.resumes_at.map(|at| format!(" until {}", moment(at, &brand.time_zone))).unwrap_or_default();
    let days = import.days_left.and_then(|days| outcomes::counted(days, "more day", "more days"));
    let days = days.map(|days| format!(" About {days}.")).unwrap_or_default();
    let most = format::number(brand.daily_invites);
    format!(
        "Paused{until}: no more people can be emailed today. The brand’s daily limit is {most} invitations, and all brands share the email service’s daily quota.{days}"
    )
}

fn failed(import: &Import, now: Timestamp) -> String {
    let why = import.failure(now).map(|failure| failure.message).unwrap_or_default();
    match brought(import) {
        Some(people) if !import.options.dry_run => {
            format!("{why} {people} had already been invited or added; that stays.")
        }
        Some(_) | None => why,
    }
}

fn cancelled(import: &Import) -> String {
    let counting = if import.ended_at.is_none() { " Rows in progress are still being counted." } else { "" };
    let before = match brought(import) {
        _ if import.options.dry_run => "Cancelled. It was a dry run, so no one was invited.".to_owned(),
        None => "Cancelled before anyone was invited.".to_owned(),
        Some(people) => format!("Cancelled. {people} had already been invited or added; that stays."),
    };
    format!("{before}{counting}")
}

fn checked(import: &Import, now: Timestamp) -> String {
    let any = brought(import).is_some();
    let next = match (any, import.has_file(now)) {
        (true, true) => "",
        (true, false) => " The file is no longer stored: choose it again to continue.",
        (false, _) => " No one in the file is new, so there is nothing to do.",
    };
    format!("Nothing has been sent yet: this is a preview.{next}")
}

/// Returns the number of people who were invited, added or granted more programs, or would be.
fn brought(import: &Import) -> Option<String> {
    let outcomes = [RowOutcome::Invited, RowOutcome::Added, RowOutcome::ScopeAdded];
    outcomes::people(outcomes.into_iter().map(|outcome| import.counts.of(outcome)).sum())
}
