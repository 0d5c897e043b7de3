//! Texts about bulk jobs.

use jiff::Timestamp;
use shared::{
    domain::{Bulk, BulkAction, BulkWhom, Import, ImportState, MailState, PartnersWanted, Program, StateFilter},
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
        BulkAction::Grant { .. } => format!("Grant {}", program(bulk, programs)),
        BulkAction::Ungrant { .. } => format!("Take {} away", program(bulk, programs)),
        BulkAction::Revoke { .. } => "Revoke access".to_owned(),
        BulkAction::Reinstate => "Reinstate partners".to_owned(),
    }
}

/// Describes what the job does, and to which partners.
pub(crate) fn facts(bulk: &Bulk, programs: &[Program]) -> Vec<Fact> {
    let text = |label, text: String| Fact { label, text, when: None };
    let does = match &bulk.action {
        BulkAction::Resend => "Mails the invitation anew; links mailed before stop working".to_owned(),
        BulkAction::Grant { .. } => format!("Grants {}", program(bulk, programs)),
        BulkAction::Ungrant { .. } => {
            format!("Takes {} away; links they have keep working", program(bulk, programs))
        }
        BulkAction::Revoke { notify: true, .. } => "Revokes access, and tells them by mail".to_owned(),
        BulkAction::Revoke { notify: false, .. } => "Revokes access, without a mail".to_owned(),
        BulkAction::Reinstate => "Gives access back, without a mail".to_owned(),
    };
    let reason = if let BulkAction::Revoke { reason, .. } = &bulk.action { reason.as_ref() } else { None };
    let whom = match &bulk.whom {
        BulkWhom::Chosen => "Partners who were ticked".to_owned(),
        BulkWhom::Wanted(wanted) => chosen_by(wanted, programs),
    };
    let reason = reason.map(|reason| text("Reason", reason.to_string()));
    [Some(text("What it does", does)), reason, Some(text("To whom", whom))].into_iter().flatten().collect()
}

/// Returns the result, once the job is over.
pub(crate) fn verdict(import: &Import, bulk: &Bulk, now: Timestamp) -> Option<(Tone, String)> {
    let done = import.counts.of(bulk.action.done());
    let people = outcomes::people(done);
    let came = match import.state(now) {
        ImportState::Running | ImportState::Receiving | ImportState::Paused => return None,
        ImportState::Failed => {
            let why = import.failure(now).map(|failure| failure.message).unwrap_or_default();
            let before = people.map(|people| format!(" Before that, it was done to {people}; that stays."));
            (Tone::Bad, format!("{why}{}", before.unwrap_or_default()))
        }
        ImportState::Cancelled => {
            let counting = if import.ended_at.is_none() { " Those under way are still being counted." } else { "" };
            let before = match people {
                None => "Cancelled before it was done to anybody.".to_owned(),
                Some(people) => format!("Cancelled. Before that, it was done to {people}; that stays."),
            };
            (Tone::Warn, format!("{before}{counting}"))
        }
        ImportState::Completed => {
            let rows = import.rows.unwrap_or_default();
            let left = if done < rows { " The others were left as they are." } else { "" };
            (Tone::Good, format!("Done for {} of {}.{left}", format::number(done), format::number(rows)))
        }
        ImportState::CompletedWithErrors => {
            (Tone::Warn, "Everybody is accounted for, but for some it could not be done: see below.".to_owned())
        }
    };
    Some(came)
}

fn program(bulk: &Bulk, programs: &[Program]) -> String {
    let named = bulk.action.program().and_then(|id| programs.iter().find(|program| program.id == *id));
    named.map_or_else(|| "a program".to_owned(), |program| program.name.to_string())
}

/// Describes the filter that selected the partners.
fn chosen_by(wanted: &PartnersWanted, programs: &[Program]) -> String {
    let filter = &wanted.filter;
    let state = filter.state.map(|state| match state {
        StateFilter::Ended => "whose invitation ended".to_owned(),
        StateFilter::Is(state) => format!("who are {}", state.as_str()),
    });
    let mail = filter.mail.map(|mail: MailState| format!("whose last mail is {}", mail.as_str()));
    let program = filter.program.as_ref().and_then(|id| programs.iter().find(|program| program.id == *id));
    let program = program.map(|program| format!("who have {}", program.name));
    let source = filter.source.map(|source| format!("with a program from {}", source.as_str()));
    let search = wanted.search.as_ref().map(|text| format!("whose name or address begins with “{text}”"));
    let words: Vec<_> = [state, mail, program, source, search].into_iter().flatten().collect();
    if words.is_empty() {
        "All partners, when it began".to_owned()
    } else {
        format!("All {}, when it began", words.join(", "))
    }
}
