//! Texts about bulk jobs.

use jiff::Timestamp;
use shared::{
    domain::{Bulk, BulkAction, BulkTarget, Import, ImportState, MailState, PartnerSelector, Program, StateFilter},
    web::{
        format,
        pages::{Fact, Tone},
    },
};

use crate::outcomes;

/// Returns the job's name in a list.
pub(crate) fn name(bulk: &Bulk, programs: &[Program]) -> String {
    match &bulk.action {
        BulkAction::Resend => "Resend invitations".to_owned(),
        BulkAction::Grant { .. } => format!("Add to {}", program(bulk, programs)),
        BulkAction::Ungrant { .. } => format!("Remove from {}", program(bulk, programs)),
        BulkAction::Revoke { .. } => "Revoke access".to_owned(),
        BulkAction::Reinstate => "Reinstate partners".to_owned(),
    }
}

/// Describes what the job does, and to which partners.
pub(crate) fn facts(bulk: &Bulk, programs: &[Program]) -> Vec<Fact> {
    let text = |label, text: String| Fact { label, text, when: None };
    let does = match &bulk.action {
        BulkAction::Resend => "Resend the invitation; earlier links stop working".to_owned(),
        BulkAction::Grant { .. } => format!("Add to {}", program(bulk, programs)),
        BulkAction::Ungrant { .. } => {
            format!("Remove from {}; existing links keep working", program(bulk, programs))
        }
        BulkAction::Revoke { notify: true, .. } => "Revoke access and notify them by email".to_owned(),
        BulkAction::Revoke { notify: false, .. } => "Revoke access without an email".to_owned(),
        BulkAction::Reinstate => "Reinstate access without an email".to_owned(),
    };
    let reason = if let BulkAction::Revoke { reason, .. } = &bulk.action { reason.as_ref() } else { None };
    let selection = match &bulk.whom {
        BulkTarget::Chosen => "Selected partners".to_owned(),
        BulkTarget::Wanted(wanted) => chosen_by(wanted, programs),
    };
    let reason = reason.map(|reason| text("Reason", reason.to_string()));
    [Some(text("Action", does)), reason, Some(text("Partners", selection))].into_iter().flatten().collect()
}

/// Returns the result, once the job is over.
pub(crate) fn verdict(import: &Import, bulk: &Bulk, now: Timestamp) -> Option<(Tone, String)> {
    let done = import.counts.of(bulk.action.done());
    let people = outcomes::people(done);
    let came = match import.state(now) {
        ImportState::Running | ImportState::Receiving | ImportState::Paused => return None,
        ImportState::Failed => {
            let why = import.failure(now).map(|failure| failure.message).unwrap_or_default();
            let before = people.map(|people| format!(" It had already been done for {people}; that stays."));
            (Tone::Bad, format!("{why}{}", before.unwrap_or_default()))
        }
        ImportState::Cancelled => {
            let counting =
                if import.ended_at.is_none() { " Partners in progress are still being counted." } else { "" };
            let before = match people {
                None => "Cancelled before any partner was changed.".to_owned(),
                Some(people) => format!("Cancelled. It had already been done for {people}; that stays."),
            };
            (Tone::Warn, format!("{before}{counting}"))
        }
        ImportState::Completed => {
            let rows = import.rows.unwrap_or_default();
            let left = if done < rows { " The others were skipped." } else { "" };
            (Tone::Good, format!("{} of {} done.{left}", format::number(done), format::number(rows)))
        }
        ImportState::CompletedWithErrors => (Tone::Warn, "Done, but some partners had errors: see below.".to_owned()),
    };
    Some(came)
}

fn program(bulk: &Bulk, programs: &[Program]) -> String {
    let named = bulk.action.program().and_then(|id| programs.iter().find(|program| program.id == *id));
    named.map_or_else(|| "a program".to_owned(), |program| program.name.to_string())
}

/// Describes the filter that selected the partners.
fn chosen_by(wanted: &PartnerSelector, programs: &[Program]) -> String {
    let filter = &wanted.filter;
    let state = filter.state.map(|state| match state {
        StateFilter::Ended => "with an expired invitation".to_owned(),
        StateFilter::Is(state) => format!("who were {}", state.as_str()),
    });
    let mail = filter.mail.map(|mail: MailState| format!("whose last email was {}", mail.as_str()));
    let program = filter.program.as_ref().and_then(|id| programs.iter().find(|program| program.id == *id));
    let program = program.map(|program| format!("in {}", program.name));
    let source = filter.source.map(|source| format!("with a program from {}", source.as_str()));
    let search = wanted.search.as_ref().map(|text| format!("whose name or email address begins with “{text}”"));
    let words: Vec<_> = [state, mail, program, source, search].into_iter().flatten().collect();
    if words.is_empty() {
        "All partners when it started".to_owned()
    } else {
        format!("All partners {} when it started", words.join(", "))
    }
}
