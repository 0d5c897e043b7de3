//! The partner's timeline, in sentences.

use jiff::Timestamp;
use shared::{
    domain::{Actor, ActorKind, Event, EventKind, Money, Partner, Program, TimeZone},
    web::{
        format,
        pages::{TimelineEntry, Tone},
        when,
    },
};

use crate::happened::{approval, changed, earned, named, paid, reversed};

pub(crate) fn happening(
    event: &Event,
    partner: &Partner,
    programs: &[Program],
    (now, zone): (Timestamp, &TimeZone),
) -> TimelineEntry {
    let (tone, text) = describe(&event.kind, programs);
    // Of the last email, the partner item has more than the event, which records only what the mailbox reported.
    let last = partner.mail.as_ref().filter(|mail| mail.event == event.id);
    let mail = match (last, &event.mail) {
        (Some(mail), _) => Some(format::mail(mail.state, mail.detail.as_deref())),
        (None, Some(mail)) => Some(format::mail(mail.state, mail.detail.as_deref())),
        (None, None) => None,
    };
    TimelineEntry {
        tone,
        text,
        detail: event.reason().map(ToString::to_string).unwrap_or_default(),
        actor: actor(&event.actor),
        when: when(event.at, now, zone),
        mail,
    }
}

/// Names the actor.
pub(crate) fn actor(actor: &Actor) -> String {
    match (actor.kind, &actor.name) {
        (ActorKind::Admin, Some(name)) => name.to_string(),
        (ActorKind::Admin, None) => "an admin".to_owned(),
        (ActorKind::ApiKey, Some(label)) => format!("API key “{label}”"),
        (ActorKind::ApiKey, None) => "an API key".to_owned(),
        (ActorKind::Partner, _) => "the partner".to_owned(),
        (ActorKind::Network, _) => "the Network".to_owned(),
        (ActorKind::Operator, _) => "an operator".to_owned(),
        (ActorKind::System, _) => "this portal".to_owned(),
    }
}

fn describe(kind: &EventKind, programs: &[Program]) -> (Tone, String) {
    let sum = |amount: &u64, currency: &_| Money { amount: *amount, currency: *currency };
    let (tone, text) = match kind {
        EventKind::PartnerInvited { import: Some(_), .. } => (Tone::Info, "Invited by an import"),
        EventKind::PartnerInvited { import: None, .. } => (Tone::Info, "Invited"),
        EventKind::PartnerInvitedAgain { .. } => (Tone::Info, "Invitation resent"),
        EventKind::PartnerAddressChanged { .. } => (Tone::Info, "Email address corrected; invitation resent"),
        EventKind::PartnerAddressAsked { .. } => (Tone::Info, "Email address change requested"),
        EventKind::PartnerAddressMoved { .. } => (Tone::Info, "Email address changed"),
        EventKind::PartnerLinkSent { .. } => (Tone::Info, "Sign-in link sent"),
        EventKind::PartnerAdded { import: Some(_), .. } => (Tone::Good, "Added by an import, without an invitation"),
        EventKind::PartnerAdded { import: None, .. } => (Tone::Good, "Added, without an invitation"),
        EventKind::PartnerReminded { .. } => (Tone::Info, "Reminder sent"),
        EventKind::PartnerDeclined { .. } => (Tone::Warn, "Declined the invitation"),
        EventKind::PartnerActivated { .. } => (Tone::Good, "Joined"),
        EventKind::PartnerSignedIn { .. } => (Tone::Quiet, "Signed in"),
        EventKind::PartnerSignedOut { .. } => (Tone::Quiet, "Signed out of other sessions"),
        EventKind::PartnerEdited { .. } => (Tone::Quiet, "Details edited"),
        EventKind::PartnerRevoked { .. } => (Tone::Bad, "Access revoked"),
        EventKind::PartnerErased { .. } => (Tone::Bad, "Personal data erased"),
        EventKind::PartnerReinstated { .. } => (Tone::Good, "Reinstated"),
        EventKind::PartnerApproved { programs: approved, link, newcomer, reinstated, .. } => {
            return (Tone::Good, approval((approved, link.as_ref()), (*newcomer, *reinstated), programs));
        }
        EventKind::PartnerApprovalHeld { .. } => {
            (Tone::Warn, "Approved on the Network while revoked: held for a decision")
        }
        EventKind::PartnerApprovalDismissed { .. } => (Tone::Quiet, "Network approval dismissed"),
        EventKind::PartnerPushAsked { .. } => (Tone::Quiet, "Re-synced to the Network"),
        EventKind::PartnerProgramsChanged { granted, taken, .. } => {
            return (Tone::Quiet, changed(granted, taken, programs));
        }
        EventKind::LinkCreated { link, program, .. } => {
            return (Tone::Quiet, format!("Link “{link}” created for {}", named(program, programs)));
        }
        EventKind::LinkDeleted { link, .. } => return (Tone::Warn, format!("Link “{link}” deleted")),
        EventKind::CommissionAccrued { link, amount, currency, .. } => return earned(link, sum(amount, currency)),
        EventKind::CommissionPaid { amount, currency, .. } => return paid(sum(amount, currency)),
        EventKind::CommissionReversed { amount, currency, .. } => return reversed(sum(amount, currency)),
        EventKind::BrandSetUp
        | EventKind::BrandChanged
        | EventKind::NetworkChanged { .. }
        | EventKind::BackfillStarted { .. }
        | EventKind::ProgramCreated { .. }
        | EventKind::ProgramEdited { .. }
        | EventKind::ProgramArchived { .. }
        | EventKind::ProgramRestored { .. }
        | EventKind::AdminInvited { .. }
        | EventKind::TeamChanged { .. }
        | EventKind::AdminSignedIn { .. }
        | EventKind::AdminSignedOut { .. }
        | EventKind::ApiKeyCreated { .. }
        | EventKind::ApiKeyDeleted { .. }
        | EventKind::AttributionChanged
        | EventKind::ImportStarted { .. }
        | EventKind::BulkStarted { .. }
        | EventKind::ImportCancelled { .. }
        | EventKind::ImportCompleted { .. }
        | EventKind::ImportFailed { .. }
        | EventKind::ExportStarted { .. }
        | EventKind::OverviewAsked
        | EventKind::WebhookCreated { .. }
        | EventKind::WebhookChanged { .. }
        | EventKind::WebhookDeleted { .. }
        | EventKind::WebhookTested { .. }
        | EventKind::WebhookDeliveryAsked { .. }
        | EventKind::WebhookSwitchedOff { .. } => (Tone::Quiet, "Something changed in the brand"),
    };
    (tone, text.to_owned())
}
