//! The emails about a change of a partner's email address: to the new one, and to the previous one.

use shared::{
    App, Error, Result,
    domain::{
        Brand, BrandSlug, CONFIRM_HOURS, EmailChangeNotice, Event, EventId, MailKind, Partner, PartnerId,
        PendingEmailChange,
    },
    mail::{About, AddressAsked, AddressMoved, Asked, Rendered, SendError},
    store::{Lease, keys},
    web::EmailConfirmationLink,
};

use crate::{
    outcome::{self, ours},
    outgoing::Outgoing,
    sending::held_back,
};

/// The partner, and the event and epoch that the email belongs to.
type Asks<'a> = ((&'a BrandSlug, &'a PartnerId), (&'a EventId, u64));

/// Sends the confirmation email to the new email address.
pub(crate) async fn ask(outgoing: &Outgoing, claim: &Lease, (whose, by): Asks<'_>) -> Result<()> {
    let app = &outgoing.app;
    let Some(notice) = ours(app.store.claim_partner_notice(whose, by, claim).await?)? else { return Ok(()) };
    let ((slug, id), (event, _)) = (whose, by);
    let (partner, asked) = (keys::partner(slug, id), keys::partner_event(slug, id, event));
    let (address, taken) = (keys::address(slug, &notice.to), keys::email(slug, &notice.to));
    let (brand, wanted) = (keys::brand(slug), [partner.raw(), asked.raw(), address.raw(), taken.raw()]);
    let found = app.store.read(wanted.into_iter().chain([brand.raw()])).await?;
    let partner = found.get(&partner)?.ok_or(Error::NotFound("partner"))?;
    let moving = partner.moving(app.now()).filter(|moving| moving.asked == *event);
    let refused = held_back(found.get(&address)?, MailKind::Unasked).is_some();
    // If another partner has the email address, the requester isn't informed: they might be trying to
    // find out who is a partner.
    let Some(moving) = moving.filter(|_| !refused && found.get(&taken).ok().flatten().is_none()) else {
        return app.store.note_partner_notice(whose, event, Ok("")).await;
    };
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let mail = letter_to_new(app, (&brand, &partner), moving, found.get(&asked)?)?;
    send(outgoing, (whose, event), &notice, (&brand, mail)).await
}

/// Notifies the previous email address.
pub(crate) async fn notify(outgoing: &Outgoing, claim: &Lease, (whose, by): Asks<'_>) -> Result<()> {
    let app = &outgoing.app;
    let Some(notice) = ours(app.store.claim_partner_notice(whose, by, claim).await?)? else { return Ok(()) };
    let ((slug, id), (event, _)) = (whose, by);
    let (partner, brand, address) = (keys::partner(slug, id), keys::brand(slug), keys::address(slug, &notice.to));
    let found = app.store.read([partner.raw(), brand.raw(), address.raw()]).await?;
    if held_back(found.get(&address)?, MailKind::Notice).is_some() {
        return app.store.note_partner_notice(whose, event, Ok("")).await;
    }
    let partner = found.get(&partner)?.ok_or(Error::NotFound("partner"))?;
    if partner.erased_at.is_some() {
        return app.store.note_partner_notice(whose, event, Ok("")).await;
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let mail = AddressMoved {
        brand_name: brand.name.to_string(),
        name: partner.name.to_string(),
        masked: partner.email.masked(),
        reply_to: brand.reply_to.to_string(),
        face: shared::compose::face(app, &brand),
    };
    send(outgoing, (whose, event), &notice, (&brand, mail.render().map_err(Error::internal)?)).await
}

fn letter_to_new(
    app: &App,
    (brand, partner): (&Brand, &Partner),
    moving: &PendingEmailChange,
    asked: Option<Event>,
) -> Result<Rendered> {
    let by = asked.filter(|_| !moving.own).and_then(|event| event.actor.person().map(ToString::to_string));
    let mail = AddressAsked {
        brand_name: brand.name.to_string(),
        name: partner.name.to_string(),
        asked_by: if moving.own { None } else { Some(by.unwrap_or_else(|| brand.name.to_string())) },
        address: moving.email.to_string(),
        link: EmailConfirmationLink::of(app, partner, moving)?.address(app, &brand.slug),
        valid_hours: CONFIRM_HOURS,
        reply_to: brand.reply_to.to_string(),
        face: shared::compose::face(app, brand),
    };
    mail.render().map_err(Error::internal)
}

async fn send(
    outgoing: &Outgoing,
    (whose, event): ((&BrandSlug, &PartnerId), &EventId),
    notice: &EmailChangeNotice,
    (brand, mail): (&Brand, Rendered),
) -> Result<()> {
    let about = About { event: Asked::By(event), partner: Some(whose.1), way_out: None };
    let Outgoing { app, message, .. } = outgoing;
    let sent: Result<String, SendError> = outgoing.hand_over(brand, &notice.to, mail, about).await?;
    app.store.note_partner_notice(whose, event, outcome::noted(&sent)).await?;
    outcome::settle(app, message, sent).await
}
