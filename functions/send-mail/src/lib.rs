//! Behind the mail queues: sends each mail once, with a link that is made at this moment.
//!
//! A mail is claimed, its token minted, the mail handed to SES, and the outcome noted. If the process dies between
//! SES's yes and our note, the claim lapses and a second mail goes out: at worst two, never none.

mod letters;
mod link;
mod outcome;
mod sending;

use shared::{
    App, Error, Function, Result,
    queue::MailJob,
    store::{Claimed, MailClaim},
    worker::{self, Message},
};

/// How long nobody else may send a mail that was claimed: this function's timeout and ten seconds.
const LEASE_S: i64 = 20;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle)
}

async fn handle(app: App, message: Message<MailJob>) -> Result<()> {
    let claim = MailClaim { by: message.receipt.clone(), lease: jiff::SignedDuration::from_secs(LEASE_S) };
    match &message.job {
        MailJob::Invitation { brand, partner, event, epoch } => {
            let claimed = app.store.claim_invitation((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::invite(&app, &partner, event).await?;
            outcome::of_partner(&app, &message, (&partner, event), tried).await
        }
        MailJob::SignInLink { brand, partner, event, epoch } => {
            let claimed = app.store.claim_link((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::send_link(&app, &partner, event).await?;
            outcome::of_partner(&app, &message, (&partner, event), tried).await
        }
        MailJob::Revocation { brand, partner, event, epoch } => {
            let claimed = app.store.claim_revocation((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let tried = sending::tell_of_revocation(&app, &partner, event).await?;
            outcome::of_partner(&app, &message, (&partner, event), tried).await
        }
        MailJob::Welcome { brand, admin, event, epoch } => {
            let claimed = app.store.claim_welcome((brand, admin), (event, *epoch), &claim).await?;
            let Some(admin) = ours(claimed)? else { return Ok(()) };
            let sent = sending::welcome(&app, brand, &admin, event).await?;
            app.store.note_welcome((brand, &admin.id), event, outcome::noted(&sent)).await?;
            outcome::settle(&app, &message, sent).await
        }
        MailJob::SignIn { attempt: hash } => {
            let Some(attempt) = ours(app.store.claim_attempt(hash, &claim).await?)? else {
                return Ok(());
            };
            let sent = sending::sign_in(&app, hash, &attempt).await?;
            app.store.note_attempt(hash, sent.is_ok()).await?;
            outcome::settle(&app, &message, sent).await
        }
    }
}

/// What was claimed, `None` if there is nothing left to do; somebody else's claim brings the message back.
fn ours<E>(claimed: Claimed<E>) -> Result<Option<Box<E>>> {
    match claimed {
        Claimed::Ours(recipient) => Ok(Some(recipient)),
        Claimed::Sent | Claimed::Superseded => Ok(None),
        Claimed::Later => Err(Error::Busy),
    }
}
