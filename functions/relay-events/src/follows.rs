//! What follows from what happened, by queue.

use shared::{
    domain::{BrandSlug, Event, EventKind, ImportId, PartnerId},
    queue::{BackfillJob, ExportJob, ImportJob, InvitationMail, MAILS_MAX, MailJob, PushJob},
    worker::OutboxRow,
};

/// What follows from some records, by queue, each with the place of its record.
#[derive(Default)]
pub(crate) struct Follows {
    pub(crate) mails_now: Vec<(usize, MailJob)>,
    pub(crate) mails_bulk: Vec<(usize, MailJob)>,
    pub(crate) exports: Vec<(usize, ExportJob)>,
    pub(crate) imports: Vec<(usize, ImportJob)>,
    pub(crate) reports: Vec<(usize, ImportJob)>,
    pub(crate) pushes: Vec<(usize, PushJob)>,
    pub(crate) backfills: Vec<(usize, BackfillJob)>,
}

impl Follows {
    pub(crate) fn add(&mut self, place: usize, row: OutboxRow) {
        if let OutboxRow::Event(event) = &row {
            let brand = &event.brand;
            let import = |import: &ImportId| ImportJob { brand: brand.clone(), import: import.clone() };
            if let Some(partner) = told_to_network(&event.kind) {
                let (partner, since) = (partner.clone(), event.at);
                self.pushes.push((place, PushJob { brand: brand.clone(), partner, since }));
            }
            if let EventKind::BackfillStarted { backfill } = &event.kind {
                self.backfills.push((place, BackfillJob { brand: brand.clone(), backfill: backfill.clone() }));
            }
            if let EventKind::ExportStarted { export } = &event.kind {
                self.exports.push((place, ExportJob { brand: brand.clone(), export: export.clone() }));
            }
            if let EventKind::ImportStarted { import: id, there: true } | EventKind::ImportCancelled { import: id } =
                &event.kind
            {
                self.imports.push((place, import(id)));
            }
            if let EventKind::ImportCompleted { import: id } | EventKind::ImportFailed { import: id } = &event.kind {
                self.reports.push((place, import(id)));
            }
            if let EventKind::PartnerInvited { partner, epoch, import: Some(_) } = &event.kind {
                let (partner, event) = (partner.clone(), event.id.clone());
                return self.add_bulk(place, brand, InvitationMail { partner, event, epoch: *epoch });
            }
        }
        self.mails_now.extend(mail_of(row).map(|mail| (place, mail)));
    }

    /// Adds a mail of an import to the last message of them, if that is of the same brand and has room.
    fn add_bulk(&mut self, place: usize, of: &BrandSlug, mail: InvitationMail) {
        if let Some((_, MailJob::Invitations { brand, mails })) = self.mails_bulk.last_mut()
            && brand == of
            && mails.len() < MAILS_MAX
        {
            mails.push(mail);
        } else {
            self.mails_bulk.push((place, MailJob::Invitations { brand: of.clone(), mails: vec![mail] }));
        }
    }
}

/// The partner of whom the Network may have to be told something new. Whether it knows them is for others to see.
fn told_to_network(kind: &EventKind) -> Option<&PartnerId> {
    match kind {
        // A newcomer whom the Network approved is no news to it.
        EventKind::PartnerApproved { newcomer: true, .. } => None,
        EventKind::PartnerActivated { partner }
        | EventKind::PartnerRevoked { partner, .. }
        | EventKind::PartnerReinstated { partner }
        | EventKind::PartnerAddressChanged { partner, .. }
        | EventKind::PartnerEdited { partner }
        | EventKind::PartnerPushAsked { partner }
        | EventKind::PartnerApproved { partner, .. } => Some(partner),
        EventKind::PartnerInvited { .. }
        | EventKind::PartnerInvitedAgain { .. }
        | EventKind::PartnerLinkSent { .. }
        | EventKind::PartnerProgramsChanged { .. }
        | EventKind::PartnerAdded { .. }
        | EventKind::PartnerApprovalHeld { .. }
        | EventKind::PartnerApprovalDismissed { .. }
        | EventKind::PartnerSignedIn { .. }
        | EventKind::LinkCreated { .. }
        | EventKind::LinkDeleted { .. }
        | EventKind::CommissionAccrued { .. }
        | EventKind::CommissionPaid { .. }
        | EventKind::CommissionReversed { .. }
        | EventKind::NetworkChanged { .. }
        | EventKind::BackfillStarted { .. }
        | EventKind::BrandSetUp
        | EventKind::ProgramCreated { .. }
        | EventKind::ProgramEdited { .. }
        | EventKind::ProgramArchived { .. }
        | EventKind::ProgramRestored { .. }
        | EventKind::AdminInvited { .. }
        | EventKind::AdminSignedIn { .. }
        | EventKind::ApiKeyCreated { .. }
        | EventKind::ApiKeyDeleted { .. }
        | EventKind::AttributionChanged
        | EventKind::ImportStarted { .. }
        | EventKind::ImportCancelled { .. }
        | EventKind::ImportCompleted { .. }
        | EventKind::ImportFailed { .. }
        | EventKind::ExportStarted { .. } => None,
    }
}

/// The mail that follows from a row, if one does.
fn mail_of(row: OutboxRow) -> Option<MailJob> {
    match row {
        OutboxRow::Attempt(hash, attempt) => attempt.mail.then_some(MailJob::SignIn { attempt: hash }),
        OutboxRow::Event(event) => {
            let Event { id, brand, kind, .. } = *event;
            match kind {
                EventKind::PartnerInvited { partner, epoch, .. }
                | EventKind::PartnerInvitedAgain { partner, epoch }
                | EventKind::PartnerAddressChanged { partner, epoch } => {
                    Some(MailJob::Invitation { brand, partner, event: id, epoch })
                }
                EventKind::PartnerLinkSent { partner, epoch } => {
                    Some(MailJob::SignInLink { brand, partner, event: id, epoch })
                }
                EventKind::PartnerRevoked { partner, epoch, notify, .. } => {
                    notify.then_some(MailJob::Revocation { brand, partner, event: id, epoch })
                }
                EventKind::PartnerApproved { partner, epoch, notify, .. } => {
                    notify.then_some(MailJob::SignInLink { brand, partner, event: id, epoch })
                }
                EventKind::AdminInvited { admin, epoch } => Some(MailJob::Welcome { brand, admin, event: id, epoch }),
                EventKind::BrandSetUp
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
                | EventKind::ImportCancelled { .. }
                | EventKind::ImportCompleted { .. }
                | EventKind::ImportFailed { .. }
                | EventKind::ExportStarted { .. }
                | EventKind::PartnerReinstated { .. }
                | EventKind::PartnerActivated { .. }
                | EventKind::PartnerSignedIn { .. }
                | EventKind::AdminSignedIn { .. } => None,
            }
        }
    }
}
