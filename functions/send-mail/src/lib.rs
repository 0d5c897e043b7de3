//! Behind the mail queues: sends each mail once, with a link that is made at this moment.
//!
//! A mail is claimed, its token minted, the mail handed to SES, and the outcome noted. If the process dies between
//! SES's yes and our note, the claim lapses and a second mail goes out: at worst two, never none.

mod letters;
mod link;
mod outcome;

use shared::{
    App, Error, Function, Result,
    domain::{Admin, Attempt, BrandSlug, EventId, Partner},
    mail::NotSent,
    queue::MailJob,
    secret::Hash,
    store::{Claimed, MailClaim, keys},
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
            let sent = invite(&app, brand, &partner, event).await?;
            app.store.note_partner_mail((brand, &partner.id), event, outcome::noted(&sent)).await?;
            outcome::settle(&app, &message, sent).await
        }
        MailJob::SignInLink { brand, partner, event, epoch } => {
            let claimed = app.store.claim_link((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let sent = send_link(&app, brand, &partner, event).await?;
            app.store.note_partner_mail((brand, &partner.id), event, outcome::noted(&sent)).await?;
            outcome::settle(&app, &message, sent).await
        }
        MailJob::Revocation { brand, partner, event, epoch } => {
            let claimed = app.store.claim_revocation((brand, partner), (event, *epoch), &claim).await?;
            let Some(partner) = ours(claimed)? else { return Ok(()) };
            let sent = tell_of_revocation(&app, brand, &partner, event).await?;
            app.store.note_partner_mail((brand, &partner.id), event, outcome::noted(&sent)).await?;
            outcome::settle(&app, &message, sent).await
        }
        MailJob::Welcome { brand, admin, event, epoch } => {
            let claimed = app.store.claim_welcome((brand, admin), (event, *epoch), &claim).await?;
            let Some(admin) = ours(claimed)? else { return Ok(()) };
            let sent = welcome(&app, brand, &admin, event).await?;
            app.store.note_welcome((brand, &admin.id), event, outcome::noted(&sent)).await?;
            outcome::settle(&app, &message, sent).await
        }
        MailJob::SignIn { attempt: hash } => {
            let Some(attempt) = ours(app.store.claim_attempt(hash, &claim).await?)? else {
                return Ok(());
            };
            let sent = sign_in(&app, hash, &attempt).await?;
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

async fn invite(app: &App, slug: &BrandSlug, partner: &Partner, event: &EventId) -> Result<Result<String, NotSent>> {
    let brand = keys::brand(slug);
    let (found, programs) = futures::try_join!(app.store.get(&brand), app.store.list(keys::programs(slug)))?;
    let brand = found.ok_or(Error::NotFound("brand"))?;
    let link = link::mint(app, slug, &partner.person(app.now()), None).await?;
    app.mailer()?
        .send(&brand, &partner.email, letters::invitation(app, &brand, partner, &programs, link)?, event.as_str())
        .await
}

async fn send_link(app: &App, slug: &BrandSlug, partner: &Partner, event: &EventId) -> Result<Result<String, NotSent>> {
    let (brand, asked) = (keys::brand(slug), keys::partner_event(slug, &partner.id, event));
    let found = app.store.read([brand.raw(), asked.raw()]).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let link = link::mint(app, slug, &partner.person(app.now()), None).await?;
    let mail = letters::sent_link(app, &brand, partner, found.get(&asked)?, link)?;
    app.mailer()?.send(&brand, &partner.email, mail, event.as_str()).await
}

async fn tell_of_revocation(
    app: &App,
    slug: &BrandSlug,
    partner: &Partner,
    event: &EventId,
) -> Result<Result<String, NotSent>> {
    let (brand, told) = (keys::brand(slug), keys::partner_event(slug, &partner.id, event));
    let found = app.store.read([brand.raw(), told.raw()]).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let mail = letters::revocation(&brand, partner, found.get(&told)?)?;
    app.mailer()?.send(&brand, &partner.email, mail, event.as_str()).await
}

async fn welcome(app: &App, slug: &BrandSlug, admin: &Admin, event: &EventId) -> Result<Result<String, NotSent>> {
    let brand = app.store.get(&keys::brand(slug)).await?.ok_or(Error::NotFound("brand"))?;
    let link = link::mint(app, slug, &admin.person(), None).await?;
    app.mailer()?.send(&brand, &admin.email, letters::welcome(app, &brand, admin, link)?, event.as_str()).await
}

/// Here, and nowhere a browser could see it, is found out whether the address is known.
async fn sign_in(app: &App, hash: &Hash, attempt: &Attempt) -> Result<Result<String, NotSent>> {
    let Some(person) = link::known(app, attempt).await?.filter(|person| person.may_sign_in) else {
        return Ok(Ok(String::new()));
    };
    let brand = app.store.get(&keys::brand(&attempt.brand)).await?.ok_or(Error::NotFound("brand"))?;
    let code = link::code(app);
    let link = link::mint(app, &attempt.brand, &person, Some((hash, &code))).await?;
    let mail = letters::sign_in(&brand, &person, attempt, link, &code)?;
    app.mailer()?.send(&brand, &person.email, mail, "sign-in").await
}
