//! Behind the mail queues: sends each mail once, with a link that is made at this moment.
//!
//! A mail is claimed, its token minted, the mail handed to SES, and the outcome noted. If the process dies between
//! SES's yes and our note, the claim lapses and a second mail goes out: at worst two, never none.

mod letters;

use shared::{
    App, Chain, Error, Function, Result,
    domain::{Admin, Attempt, Brand, BrandSlug, EventId, Partner},
    mail::{NotSent, Rendered},
    queue::MailJob,
    secret::Hash,
    store::{Claimed, MailClaim, keys},
    worker::{self, Message},
};

/// How long nobody else may send a mail that was claimed: this function's timeout and ten seconds.
const LEASE_S: i64 = 20;
/// A throttled mail comes back after a minute, one over the day's quota after an hour.
const THROTTLED_S: i32 = 60;
const OVER_QUOTA_S: i32 = 3_600;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle)
}

async fn handle(app: App, message: Message<MailJob>) -> Result<()> {
    let claim =
        MailClaim { by: message.id.clone(), lease: jiff::SignedDuration::from_secs(LEASE_S) };
    match &message.job {
        MailJob::Invitation { brand, partner, event, epoch } => {
            let claimed =
                app.store.claim_invitation((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let sent = invite(&app, brand, &partner, event).await?;
            app.store.note_invitation((brand, &partner.id), event, noted(&sent)).await?;
            done(&app, &message, sent).await
        }
        MailJob::Welcome { brand, admin, event, epoch } => {
            let claimed = app.store.claim_welcome((brand, admin), (event, *epoch), &claim).await?;
            let Some(admin) = ours(claimed)? else { return Ok(()) };
            let sent = welcome(&app, brand, &admin, event).await?;
            app.store.note_welcome((brand, &admin.id), event, noted(&sent)).await?;
            done(&app, &message, sent).await
        }
        MailJob::SignIn { attempt: hash } => {
            let Some(attempt) = ours(app.store.claim_attempt(hash, &claim).await?)? else {
                return Ok(());
            };
            let sent = sign_in(&app, hash, &attempt).await?;
            app.store.note_attempt(hash, sent.is_ok()).await?;
            done(&app, &message, sent).await
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

async fn invite(
    app: &App,
    slug: &BrandSlug,
    partner: &Partner,
    event: &EventId,
) -> Result<Result<String, NotSent>> {
    let brand = keys::brand(slug);
    let (found, programs) =
        futures::try_join!(app.store.get(&brand), app.store.list(keys::programs(slug)))?;
    let brand = found.ok_or(Error::NotFound("brand"))?;
    let link = letters::mint(app, slug, &partner.person(app.now()), None).await?;
    send(
        app,
        &brand,
        &partner.email,
        letters::invitation(app, &brand, partner, &programs, link)?,
        event.as_str(),
    )
    .await
}

async fn welcome(
    app: &App,
    slug: &BrandSlug,
    admin: &Admin,
    event: &EventId,
) -> Result<Result<String, NotSent>> {
    let brand = app.store.get(&keys::brand(slug)).await?.ok_or(Error::NotFound("brand"))?;
    let link = letters::mint(app, slug, &admin.person(), None).await?;
    send(app, &brand, &admin.email, letters::welcome(app, &brand, admin, link)?, event.as_str())
        .await
}

/// Here, and nowhere a browser could see it, is found out whether the address is known.
async fn sign_in(app: &App, hash: &Hash, attempt: &Attempt) -> Result<Result<String, NotSent>> {
    let Some(person) = letters::known(app, attempt).await?.filter(|person| person.may_sign_in)
    else {
        return Ok(Ok(String::new()));
    };
    let brand =
        app.store.get(&keys::brand(&attempt.brand)).await?.ok_or(Error::NotFound("brand"))?;
    let code = letters::code(app);
    let link = letters::mint(app, &attempt.brand, &person, Some((hash, &code))).await?;
    let mail = letters::sign_in(&brand, &person, attempt, link, &code)?;
    send(app, &brand, &person.email, mail, "sign-in").await
}

async fn send(
    app: &App,
    brand: &Brand,
    to: &shared::domain::EmailAddress,
    mail: Rendered,
    event: &str,
) -> Result<Result<String, NotSent>> {
    app.mailer()?.send(brand, to, mail, event).await
}

fn noted(sent: &Result<String, NotSent>) -> Result<&str, Option<&str>> {
    match sent {
        Ok(message) => Ok(message),
        // It only has to wait: for the roster that is a mail in the queue.
        Err(NotSent::Throttled | NotSent::OverQuota) => Err(None),
        Err(NotSent::Refused(detail)) => Err(Some(detail)),
    }
}

/// Acknowledges a mail that went out; lets one that didn't come back, later each time.
async fn done(app: &App, message: &Message<MailJob>, sent: Result<String, NotSent>) -> Result<()> {
    let Err(reason) = sent else { return Ok(()) };
    let seconds = match &reason {
        NotSent::Throttled => THROTTLED_S,
        NotSent::OverQuota => OVER_QUOTA_S,
        NotSent::Refused(_) => {
            THROTTLED_S.saturating_mul(1 << message.deliveries.saturating_sub(1).min(6))
        }
    };
    let config = &app.config;
    let name = message.queue.rsplit(':').next().unwrap_or_default();
    let queues = [&config.mail_now_queue, &config.mail_bulk_queue];
    if let Some(queue) =
        queues.into_iter().flatten().find(|url| url.rsplit('/').next() == Some(name))
        && let Err(error) =
            app.queues()?.later(queue, &message.receipt, seconds.min(OVER_QUOTA_S)).await
    {
        // Then it comes back after the queue's usual time.
        tracing::warn!("a mail's return could not be set: {}", Chain(&error));
    }
    Err(Error::internal(format!("not sent: {reason:?}")))
}
