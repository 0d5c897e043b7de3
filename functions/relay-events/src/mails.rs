//! The emails that follow from events and sign-in attempts.

use shared::{
    domain::{AdminRecipient, Event, EventKind},
    jobs::MailJob,
    runtime::worker::OutboxRecord,
};

/// Returns the emails of a record, except bulk invitations and reminders.
pub(crate) fn mails_of(row: OutboxRecord) -> Vec<MailJob> {
    let event = match row {
        OutboxRecord::Attempt(attempt, kept) => {
            return kept.mail.then_some(MailJob::SignIn { attempt }).into_iter().collect();
        }
        OutboxRecord::Event(event) => *event,
    };
    if let EventKind::WebhookSwitchedOff { webhook, admins, .. } = &event.kind {
        let mail = |recipient: &AdminRecipient| MailJob::WebhookOff {
            brand: event.brand.clone(),
            admin: recipient.admin.clone(),
            event: event.id.clone(),
            epoch: recipient.epoch,
            webhook: webhook.clone(),
        };
        return admins.iter().map(mail).collect();
    }
    if let EventKind::TeamChanged { told: recipients, .. } = &event.kind {
        let mail = |recipient: &AdminRecipient| MailJob::TeamChanged {
            brand: event.brand.clone(),
            admin: recipient.admin.clone(),
            event: event.id.clone(),
            epoch: recipient.epoch,
        };
        return recipients.iter().map(mail).collect();
    }
    mail_of(event).into_iter().collect()
}

/// Returns the email of an event, if there is one.
fn mail_of(event: Event) -> Option<MailJob> {
    let Event { id: event, brand, kind, .. } = event;
    match kind {
        EventKind::PartnerInvited { partner, epoch, .. }
        | EventKind::PartnerInvitedAgain { partner, epoch }
        | EventKind::PartnerAddressChanged { partner, epoch } => {
            Some(MailJob::Invitation { brand, partner, event, epoch })
        }
        EventKind::PartnerLinkSent { partner, epoch } => Some(MailJob::SignInLink { brand, partner, event, epoch }),
        EventKind::PartnerAddressAsked { partner, epoch } => {
            Some(MailJob::AddressAsked { brand, partner, event, epoch })
        }
        EventKind::PartnerAddressMoved { partner, epoch } => {
            Some(MailJob::AddressMoved { brand, partner, event, epoch })
        }
        EventKind::PartnerRevoked { partner, epoch, notify, .. } => {
            notify.then_some(MailJob::Revocation { brand, partner, event, epoch })
        }
        EventKind::PartnerApproved { partner, epoch, notify, .. } => {
            notify.then_some(MailJob::SignInLink { brand, partner, event, epoch })
        }
        EventKind::AdminInvited { admin, epoch } => Some(MailJob::Welcome { brand, admin, event, epoch }),
        // A reminder goes to the bulk queue, behind sign-in emails and the like.
        EventKind::BrandSetUp
        | EventKind::BrandChanged
        | EventKind::ProgramCreated { .. }
        | EventKind::ProgramEdited { .. }
        | EventKind::ProgramArchived { .. }
        | EventKind::ProgramRestored { .. }
        | EventKind::PartnerAdded { .. }
        | EventKind::PartnerEdited { .. }
        | EventKind::PartnerApprovalHeld { .. }
        | EventKind::PartnerApprovalDismissed { .. }
        | EventKind::PartnerPushAsked { .. }
        | EventKind::NetworkChanged { .. }
        | EventKind::BackfillStarted { .. }
        | EventKind::PartnerProgramsChanged { .. }
        | EventKind::LinkCreated { .. }
        | EventKind::LinkDeleted { .. }
        | EventKind::CommissionAccrued { .. }
        | EventKind::CommissionPaid { .. }
        | EventKind::CommissionReversed { .. }
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
        | EventKind::WebhookSwitchedOff { .. }
        | EventKind::TeamChanged { .. }
        | EventKind::PartnerReinstated { .. }
        | EventKind::PartnerErased { .. }
        | EventKind::PartnerDeclined { .. }
        | EventKind::PartnerReminded { .. }
        | EventKind::PartnerActivated { .. }
        | EventKind::PartnerSignedIn { .. }
        | EventKind::AdminSignedIn { .. }
        | EventKind::AdminSignedOut { .. }
        | EventKind::PartnerSignedOut { .. } => None,
    }
}
