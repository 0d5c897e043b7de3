//! Behind the table's stream: makes queue messages of what happened.
//!
//! It decides nothing and reads nothing. A record may come twice, and so may what follows from it. What can't be read
//! is kept whole for a person to look at, and the stream goes on; what can't be sent is tried without end.

use shared::{
    App, ConfigError, Error, Function, Result,
    domain::{Event, EventKind},
    queue::MailJob,
    worker::{self, OutboxRow, Record},
};

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::stream(handle)
}

async fn handle(app: App, records: Vec<Record>) -> Result<Option<String>> {
    let mut mails: Vec<(String, MailJob)> = Vec::new();
    for Record { sequence, row, raw } in records {
        match row {
            Some(row) => mails.extend(mail_of(row).map(|mail| (sequence, mail))),
            None => {
                tracing::error!(stream.sequence = sequence, "a record can't be read; it is kept in the bucket");
                app.archive()?.dead_letter("relay-events", &sequence, raw.to_string()).await?;
            }
        }
    }

    let queue = app.config.mail_now_queue.as_deref();
    let queue = queue.ok_or_else(|| Error::internal(ConfigError::Missing("MAIL_NOW_QUEUE")))?;
    let (sequences, jobs): (Vec<_>, Vec<_>) = mails.into_iter().unzip();
    let refused = app.queues()?.send(queue, &jobs).await?;
    Ok(refused.into_iter().min().and_then(|first| sequences.into_iter().nth(first)))
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
                | EventKind::PartnerReinstated { .. }
                | EventKind::PartnerActivated { .. }
                | EventKind::PartnerSignedIn { .. }
                | EventKind::AdminSignedIn { .. } => None,
            }
        }
    }
}
