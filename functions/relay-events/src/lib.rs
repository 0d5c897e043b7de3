//! Behind the table's stream: makes queue messages of what happened.
//!
//! It decides nothing and reads nothing. A record may come twice, and so may what follows from it. What can't be read
//! is kept whole for a person to look at, and the stream goes on; what can't be sent is tried without end.

use serde::Serialize;
use shared::{
    App, ConfigError, Error, Function, Result,
    domain::{Event, EventKind},
    queue::{ExportJob, MailJob},
    worker::{self, OutboxRow, Record},
};

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::stream(handle)
}

async fn handle(app: App, records: Vec<Record>) -> Result<Option<String>> {
    let (mut mails, mut exports, mut sequences) = (Vec::new(), Vec::new(), Vec::new());
    for (place, Record { sequence, row, raw }) in records.into_iter().enumerate() {
        match row {
            Some(row) => {
                exports.extend(export_of(&row).map(|export| (place, export)));
                mails.extend(mail_of(row).map(|mail| (place, mail)));
            }
            None => {
                tracing::error!(stream.sequence = sequence, "a record can't be read; it is kept in the bucket");
                app.archive()?.dead_letter("relay-events", &sequence, raw.to_string()).await?;
            }
        }
        sequences.push(sequence);
    }

    let config = &app.config;
    let refused = [
        send(&app, "MAIL_NOW_QUEUE", config.mail_now_queue.as_deref(), mails).await?,
        send(&app, "EXPORTS_QUEUE", config.exports_queue.as_deref(), exports).await?,
    ];
    // The stream is taken up again from the first record that either queue did not take; what came after it comes twice.
    Ok(refused.into_iter().flatten().min().and_then(|first| sequences.into_iter().nth(first)))
}

/// Sends what follows from some records to one queue, and gives back the place of the first that was not taken.
async fn send<J: Serialize>(
    app: &App,
    setting: &'static str,
    queue: Option<&str>,
    jobs: Vec<(usize, J)>,
) -> Result<Option<usize>> {
    let queue = queue.ok_or_else(|| Error::internal(ConfigError::Missing(setting)))?;
    let (places, jobs): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
    let refused = app.queues()?.send(queue, &jobs).await?;
    Ok(refused.into_iter().min().and_then(|first| places.into_iter().nth(first)))
}

/// The export that follows from a row, if one does.
fn export_of(row: &OutboxRow) -> Option<ExportJob> {
    let OutboxRow::Event(event) = row else { return None };
    let EventKind::ExportStarted { export } = &event.kind else { return None };
    Some(ExportJob { brand: event.brand.clone(), export: export.clone() })
}

/// The mail that follows from a row, if one does.
fn mail_of(row: OutboxRow) -> Option<MailJob> {
    match row {
        OutboxRow::Attempt(hash, attempt) => attempt.mail.then_some(MailJob::SignIn { attempt: hash }),
        OutboxRow::Event(event) => {
            let Event { id, brand, kind, .. } = *event;
            match kind {
                EventKind::PartnerInvited { partner, epoch }
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
                EventKind::AdminInvited { admin, epoch } => Some(MailJob::Welcome { brand, admin, event: id, epoch }),
                EventKind::BrandSetUp
                | EventKind::ProgramCreated { .. }
                | EventKind::ProgramEdited { .. }
                | EventKind::ProgramArchived { .. }
                | EventKind::ProgramRestored { .. }
                | EventKind::PartnerAdded { .. }
                | EventKind::PartnerEdited { .. }
                | EventKind::PartnerProgramsChanged { .. }
                | EventKind::LinkCreated { .. }
                | EventKind::LinkDeleted { .. }
                | EventKind::CommissionAccrued { .. }
                | EventKind::CommissionPaid { .. }
                | EventKind::CommissionReversed { .. }
                | EventKind::ApiKeyCreated { .. }
                | EventKind::ApiKeyDeleted { .. }
                | EventKind::AttributionChanged
                | EventKind::ExportStarted { .. }
                | EventKind::PartnerReinstated { .. }
                | EventKind::PartnerActivated { .. }
                | EventKind::PartnerSignedIn { .. }
                | EventKind::AdminSignedIn { .. } => None,
            }
        }
    }
}
