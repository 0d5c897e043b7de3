//! One kind of mail after the other: what it needs to know, its link, and off it goes.

use shared::{
    App, Error, Result,
    domain::{
        AddressState, Admin, Attempt, Brand, BrandSlug, Event, EventId, EventKind, MailKind, Partner, Program,
        Undeliverable,
    },
    mail::{About, Asked, NotSent},
    secret::Hash,
    store::{Key, keys},
    web::decline_address,
};

use crate::{
    known::{Background, Known},
    letters, link,
    outcome::Tried,
};

pub(crate) async fn invite(app: &App, known: &Known, partner: &Partner, event: &EventId) -> Result<Tried> {
    if let Some(Background { brand, programs, address }) = known.about(partner)? {
        if let Some(refused) = held_back(address, MailKind::Unasked) {
            return Ok(Tried::HeldBack(refused));
        }
        return mail_invitation(app, (brand, programs), partner, event).await;
    }
    let (brand, address) = (keys::brand(&partner.brand), keys::address(&partner.brand, &partner.email));
    let programs = app.store.list(keys::programs(&partner.brand));
    let (found, programs) = futures::try_join!(app.store.read([brand.raw(), address.raw()]), programs)?;
    if let Some(refused) = held_back(found.get(&address)?, MailKind::Unasked) {
        return Ok(Tried::HeldBack(refused));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    mail_invitation(app, (&brand, &programs), partner, event).await
}

async fn mail_invitation(
    app: &App,
    (brand, programs): (&Brand, &[Program]),
    partner: &Partner,
    event: &EventId,
) -> Result<Tried> {
    let link = link::mint(app, &brand.slug, &partner.person(app.now()), None).await?;
    let decline = decline_address(app, partner)?;
    let mail = letters::invitation(app, brand, partner, programs, (link, &decline))?;
    let about = About { event: Asked::By(event), partner: Some(&partner.id), way_out: Some(&decline) };
    app.mailer()?.send(brand, &partner.email, mail, about).await.map(Tried::Handed)
}

pub(crate) async fn send_link(app: &App, partner: &Partner, event: &EventId) -> Result<Tried> {
    let (brand, asked) = (keys::brand(&partner.brand), keys::partner_event(&partner.brand, &partner.id, event));
    let address = keys::address(&partner.brand, &partner.email);
    let found = app.store.read([brand.raw(), asked.raw(), address.raw()]).await?;
    // The partner did not ask for it.
    if let Some(refused) = held_back(found.get(&address)?, MailKind::Unasked) {
        return Ok(Tried::HeldBack(refused));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let link = link::mint(app, &brand.slug, &partner.person(app.now()), None).await?;
    let asked: Option<Event> = found.get(&asked)?;
    let mail = match asked.as_ref().map(|event| &event.kind) {
        Some(EventKind::PartnerApproved { programs, link: key, .. }) => {
            let wanted: Vec<_> = programs.iter().map(|id| keys::program(&brand.slug, id)).collect();
            let found = app.store.read(wanted.iter().map(Key::raw)).await?;
            let named = wanted.iter().map(|key| found.get(key)).collect::<Result<Vec<Option<Program>>>>()?;
            let named = named.into_iter().flatten().map(|program| program.name.to_string()).collect();
            letters::approval(app, &brand, partner, (named, key.as_ref()), link)?
        }
        Some(_) | None => letters::sent_link(app, &brand, partner, asked, link)?,
    };
    let about = About { event: Asked::By(event), partner: Some(&partner.id), way_out: None };
    app.mailer()?.send(&brand, &partner.email, mail, about).await.map(Tried::Handed)
}

pub(crate) async fn tell_of_revocation(app: &App, partner: &Partner, event: &EventId) -> Result<Tried> {
    let (brand, told) = (keys::brand(&partner.brand), keys::partner_event(&partner.brand, &partner.id, event));
    let address = keys::address(&partner.brand, &partner.email);
    let found = app.store.read([brand.raw(), told.raw(), address.raw()]).await?;
    if let Some(refused) = held_back(found.get(&address)?, MailKind::Notice) {
        return Ok(Tried::HeldBack(refused));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let mail = letters::revocation(&brand, partner, found.get(&told)?)?;
    let about = About { event: Asked::By(event), partner: Some(&partner.id), way_out: None };
    app.mailer()?.send(&brand, &partner.email, mail, about).await.map(Tried::Handed)
}

pub(crate) async fn welcome(
    app: &App,
    slug: &BrandSlug,
    admin: &Admin,
    event: &EventId,
) -> Result<Result<String, NotSent>> {
    let brand = app.store.get(&keys::brand(slug)).await?.ok_or(Error::NotFound("brand"))?;
    let link = link::mint(app, slug, &admin.person(), None).await?;
    let about = About { event: Asked::By(event), partner: None, way_out: None };
    app.mailer()?.send(&brand, &admin.email, letters::welcome(app, &brand, admin, link)?, about).await
}

/// Here, and nowhere a browser could see it, is found out whether the address is known, and takes mail.
pub(crate) async fn sign_in(app: &App, hash: &Hash, attempt: &Attempt) -> Result<Result<String, NotSent>> {
    let Some(person) = link::known(app, attempt).await?.filter(|person| person.may_sign_in) else {
        return Ok(Ok(String::new()));
    };
    let (brand, address) = (keys::brand(&attempt.brand), keys::address(&attempt.brand, &person.email));
    let found = app.store.read([brand.raw(), address.raw()]).await?;
    if held_back(found.get(&address)?, MailKind::Asked(attempt.audience)).is_some() {
        return Ok(Ok(String::new()));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let code = link::code(app);
    let link = link::mint(app, &attempt.brand, &person, Some((hash, &code))).await?;
    let mail = letters::sign_in(&brand, &person, attempt, link, &code)?;
    let about = About { event: Asked::AtTheDoor, partner: person.principal.partner(), way_out: None };
    app.mailer()?.send(&brand, &person.email, mail, about).await
}

/// Why nothing of this kind is sent to an address, if that is so.
pub(crate) fn held_back(known: Option<AddressState>, kind: MailKind) -> Option<Undeliverable> {
    known?.in_force().filter(|refused| refused.stops(kind)).cloned()
}
