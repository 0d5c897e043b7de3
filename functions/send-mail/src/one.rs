//! Sends one email: claims it, hands it to SES and records the outcome.

use shared::{Error, Result, jobs::MailJob, store::Lease};

use crate::{
    address, door,
    outcome::{self, ours},
    outgoing::Outgoing,
    sending::{self, Words},
    team, webhook,
};

/// Lease on an email: this function's timeout plus ten seconds.
const LEASE_S: i64 = 40;

pub(crate) async fn send(outgoing: Outgoing) -> Result<()> {
    outgoing.admit().await?;
    let Outgoing { app, message, .. } = &outgoing;
    let claim = Lease::of(&message.receipt, jiff::SignedDuration::from_secs(LEASE_S));
    match &message.job {
        // The batch was split into single emails before.
        MailJob::Invitations { .. } => Err(Error::Busy),
        MailJob::Invitation { brand, partner, event, epoch } => {
            let claimed = app.store.claim_invitation((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::invite(&outgoing, &partner, (event, Words::Invitation)).await?;
            outcome::of_partner(app, message, (&partner, event), tried).await
        }
        MailJob::Reminder { brand, partner, event, epoch } => {
            let claimed = app.store.claim_reminder((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::invite(&outgoing, &partner, (event, Words::Reminder)).await?;
            outcome::of_partner(app, message, (&partner, event), tried).await
        }
        MailJob::SignInLink { brand, partner, event, epoch } => {
            let claimed = app.store.claim_link((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::send_link(&outgoing, &partner, event).await?;
            outcome::of_partner(app, message, (&partner, event), tried).await
        }
        MailJob::Revocation { brand, partner, event, epoch } => {
            let claimed = app.store.claim_revocation((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::send_revocation(&outgoing, &partner, event).await?;
            outcome::of_partner(app, message, (&partner, event), tried).await
        }
        MailJob::Welcome { brand, admin, event, epoch } => {
            let claimed = app.store.claim_welcome((brand, admin), (event, *epoch), &claim).await?;
            let Some(admin) = ours(claimed)? else { return Ok(()) };
            let sent = sending::welcome(&outgoing, brand, &admin, event).await?;
            app.store.note_welcome((brand, &admin.id), event, outcome::noted(&sent)).await?;
            outcome::settle(app, message, sent).await
        }
        MailJob::AddressAsked { brand, partner, event, epoch } => {
            address::ask(&outgoing, &claim, ((brand, partner), (event, *epoch))).await
        }
        MailJob::AddressMoved { brand, partner, event, epoch } => {
            address::notify(&outgoing, &claim, ((brand, partner), (event, *epoch))).await
        }
        MailJob::WebhookOff { brand, admin, event, epoch, webhook } => {
            webhook::notify(&outgoing, &claim, ((brand, admin), (event, *epoch), webhook)).await
        }
        MailJob::TeamChanged { brand, admin, event, epoch } => {
            team::notify(&outgoing, &claim, ((brand, admin), (event, *epoch))).await
        }
        MailJob::SignIn { attempt: hash } => {
            let Some(attempt) = ours(app.store.claim_attempt(hash, &claim).await?)? else {
                return Ok(());
            };
            let sent = door::sign_in(&outgoing, hash, &attempt).await?;
            app.store.note_attempt(hash, sent.is_ok()).await?;
            outcome::settle(app, message, sent).await
        }
    }
}
