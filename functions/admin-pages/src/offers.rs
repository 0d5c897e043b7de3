//! The possible next actions on an import, and their effect.

use jiff::Timestamp;
use shared::{
    domain::{Brand, Import, ImportState, RowOutcome},
    web::pages::{InviteOffer, RetryOffer},
};

use crate::outcomes;

/// Returns the offer to run the import after a dry run, while its file is stored.
pub(crate) fn invite(import: &Import, brand: &Brand, now: Timestamp) -> Option<InviteOffer> {
    let completed = matches!(import.state(now), ImportState::Completed | ImportState::CompletedWithErrors);
    if !import.options.dry_run || !completed || !import.has_file(now) {
        return None;
    }
    let new = import.counts.of(RowOutcome::Invited) + import.counts.of(RowOutcome::Added);
    let widened = outcomes::people(import.counts.of(RowOutcome::ScopeAdded));
    let days = Import::days_for(new, brand.daily_invites);
    let offer = InviteOffer {
        people: outcomes::people(new),
        widened,
        left_out: outcomes::counted(outcomes::problems(&import.counts), "row is", "rows are"),
        by_mail: import.options.send_invite,
        note: import.options.note.as_ref().map(|note| note.text.to_string()).unwrap_or_default(),
        days: outcomes::counted(days, "day", "days").filter(|_| days > 1),
    };
    (offer.people.is_some() || offer.widened.is_some()).then_some(offer)
}

/// Returns the offer to retry rows, once the import is over and its report is available.
pub(crate) fn retry(import: &Import, now: Timestamp) -> Option<RetryOffer> {
    let rows = outcomes::counted(import.retryable(), "row is", "rows are").filter(|_| import.has_report(now))?;
    let (dry_run, by_mail) = (import.options.dry_run, import.options.send_invite);
    let label = match (import.cancelled_at.is_some(), dry_run, by_mail) {
        (false, ..) => "Retry failed",
        (true, true, _) => "Check the rest",
        (true, false, true) => "Invite the rest",
        (true, false, false) => "Add the rest",
    };
    let effect = match (dry_run, by_mail) {
        (true, _) => "This only checks them. No one is invited.",
        (false, true) => "New people get an email with a sign-in link. No one is invited twice.",
        (false, false) => "New people are active partners immediately; no email is sent.",
    };
    Some(RetryOffer { label, rows, effect })
}
