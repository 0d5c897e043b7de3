//! Collects the queue messages that follow from stream records.

use shared::{
    domain::{BrandSlug, Event, EventId, EventKind, ImportId, WebhookId, WebhookType},
    jobs::{
        BackfillJob, DeliverJob, EVENTS_MAX, ErasureJob, EventRef, ExportJob, FanOutJob, ImportJob, InvitationMail,
        MAILS_MAX, MailJob, OverviewJob, PushJob,
    },
    runtime::worker::OutboxRecord,
};

use crate::{mails::mails_of, network::partner_to_sync};

/// The messages to send, by queue, each with the index of its record.
#[derive(Default)]
pub(crate) struct Follows {
    pub(crate) mails_now: Vec<(usize, MailJob)>,
    pub(crate) mails_bulk: Vec<(usize, MailJob)>,
    pub(crate) erasures: Vec<(usize, ErasureJob)>,
    pub(crate) exports: Vec<(usize, ExportJob)>,
    pub(crate) overviews: Vec<(usize, OverviewJob)>,
    pub(crate) imports: Vec<(usize, ImportJob)>,
    pub(crate) reports: Vec<(usize, ImportJob)>,
    pub(crate) selections: Vec<(usize, ImportJob)>,
    pub(crate) pushes: Vec<(usize, PushJob)>,
    pub(crate) backfills: Vec<(usize, BackfillJob)>,
    pub(crate) plans: Vec<(usize, FanOutJob)>,
    pub(crate) turns: Vec<(usize, DeliverJob)>,
}

impl Follows {
    pub(crate) fn add(&mut self, place: usize, row: OutboxRecord) {
        if let OutboxRecord::Event(event) = &row {
            let brand = &event.brand;
            let import = |import: &ImportId| ImportJob { brand: brand.clone(), import: import.clone() };
            if let Some(partner) = partner_to_sync(&event.kind) {
                let (partner, since) = (partner.clone(), event.at);
                self.pushes.push((place, PushJob { brand: brand.clone(), partner, since }));
            }
            if let EventKind::BackfillStarted { backfill } = &event.kind {
                self.backfills.push((place, BackfillJob { brand: brand.clone(), backfill: backfill.clone() }));
            }
            if let EventKind::PartnerErased { partner } = &event.kind {
                let (brand, partner) = (brand.clone(), partner.clone());
                self.erasures.push((place, ErasureJob { brand, partner, again: false }));
            }
            if let EventKind::ExportStarted { export } = &event.kind {
                self.exports.push((place, ExportJob { brand: brand.clone(), export: export.clone() }));
            }
            if let EventKind::OverviewAsked = &event.kind {
                self.overviews.push((place, OverviewJob { brand: brand.clone(), asked_at: event.at }));
            }
            if let EventKind::ImportStarted { import: id, there: true }
            | EventKind::ImportCancelled { import: id, roster: false } = &event.kind
            {
                self.imports.push((place, import(id)));
            }
            if let EventKind::ImportCompleted { import: id } | EventKind::ImportFailed { import: id } = &event.kind {
                self.reports.push((place, import(id)));
            }
            if let EventKind::BulkStarted { import: id } | EventKind::ImportCancelled { import: id, roster: true } =
                &event.kind
            {
                self.selections.push((place, import(id)));
            }
            self.add_deliveries(place, event);
            if let EventKind::PartnerInvited { partner, epoch, import: Some(_) } = &event.kind {
                let (partner, event) = (partner.clone(), event.id.clone());
                return self.add_bulk(place, brand, InvitationMail { partner, event, epoch: *epoch });
            }
            if let EventKind::PartnerReminded { partner, epoch } = &event.kind {
                let (brand, partner, event, epoch) = (brand.clone(), partner.clone(), event.id.clone(), *epoch);
                return self.mails_bulk.push((place, MailJob::Reminder { brand, partner, event, epoch }));
            }
        }
        let waits = matches!(&row, OutboxRecord::Event(event) if event.job.is_some());
        for mail in mails_of(row) {
            if let (true, MailJob::Invitation { brand, partner, event, epoch }) = (waits, &mail) {
                let (partner, event) = (partner.clone(), event.clone());
                self.add_bulk(place, brand, InvitationMail { partner, event, epoch: *epoch });
            } else if waits {
                self.mails_bulk.push((place, mail));
            } else {
                self.mails_now.push((place, mail));
            }
        }
    }

    /// Adds what the brand's webhook endpoints may have to receive.
    fn add_deliveries(&mut self, place: usize, event: &Event) {
        let kind = &event.kind;
        if let EventKind::WebhookTested { webhook } = kind {
            self.turns.push((place, asked(event, webhook, &event.id)));
        } else if let EventKind::WebhookDeliveryAsked { webhook, delivery } = kind {
            self.turns.push((place, asked(event, webhook, delivery)));
        } else if let Some(event_type) = WebhookType::of(kind) {
            let partner = kind.partner().cloned();
            self.add_plan(place, &event.brand, EventRef { event: event.id.clone(), event_type, partner });
        }
    }

    /// Adds an event to the last message of its brand, if there is room.
    fn add_plan(&mut self, place: usize, of: &BrandSlug, event: EventRef) {
        let last = self.plans.iter_mut().rev().map(|(_, plan)| plan).find(|plan| plan.brand == *of);
        match last {
            Some(plan) if plan.events.len() < EVENTS_MAX => plan.events.push(event),
            Some(_) | None => self.plans.push((place, FanOutJob { brand: of.clone(), events: vec![event] })),
        }
    }

    /// Adds an invitation to the last message of bulk emails, if it is of the same brand and has room.
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

/// Returns the message of a delivery that an admin requested, which is made even while the endpoint is backing off.
fn asked(event: &Event, webhook: &WebhookId, delivery: &EventId) -> DeliverJob {
    let (brand, webhook, events) = (event.brand.clone(), webhook.clone(), vec![delivery.clone()]);
    DeliverJob { brand, webhook, events, asked: true, waited: 0 }
}
