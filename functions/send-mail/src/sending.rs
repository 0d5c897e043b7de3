//! Sends each kind of email: reads its context, creates its link and hands it over.

use shared::{
    Error, Result,
    domain::{
        Admin, Brand, BrandSlug, Event, EventId, EventKind, MailKind, Partner, PersonalNote, Program, Suppression,
        SuppressionRecord,
    },
    mail::{About, Asked, SendError},
    store::{Key, keys},
    web::decline_address,
};

use crate::{
    ends,
    known::{Background, import_with_note, note_for},
    letters, link,
    outcome::Tried,
    outgoing::Outgoing,
};

/// The text of an email with an invitation.
#[derive(Clone, Copy)]
pub(crate) enum Words {
    /// The invitation itself.
    Invitation,
    /// The reminder, a few days before it expires.
    Reminder,
}

pub(crate) async fn invite(outgoing: &Outgoing, partner: &Partner, asked: (&EventId, Words)) -> Result<Tried> {
    let app = &outgoing.app;
    if let Some(Background { brand, programs, address, note }) = outgoing.known.about(partner)? {
        if let Some(refused) = held_back(address, MailKind::Unasked) {
            return Ok(Tried::HeldBack(refused));
        }
        return mail_invitation(outgoing, (brand, programs), (partner, note.as_ref()), asked).await;
    }
    let (brand, address) = (keys::brand(&partner.brand), keys::address(&partner.brand, &partner.email));
    let wanted = [brand.raw(), address.raw()].into_iter().chain(import_with_note(partner).map(|import| import.raw()));
    let programs = app.store.list(keys::programs(&partner.brand));
    let (found, programs) = futures::try_join!(app.store.read(wanted), programs)?;
    if let Some(refused) = held_back(found.get(&address)?, MailKind::Unasked) {
        return Ok(Tried::HeldBack(refused));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let note = note_for(partner, &found)?;
    mail_invitation(outgoing, (&brand, &programs), (partner, note.as_ref()), asked).await
}

async fn mail_invitation(
    outgoing: &Outgoing,
    (brand, programs): (&Brand, &[Program]),
    (partner, note): (&Partner, Option<&PersonalNote>),
    (event, words): (&EventId, Words),
) -> Result<Tried> {
    let app = &outgoing.app;
    let link = link::mint(app, &brand.slug, &partner.person(app.now()), None).await?;
    let decline = decline_address(app, partner)?;
    let mail = match words {
        Words::Invitation => shared::compose::invitation(app, brand, (partner, note), programs, (link, &decline))?,
        Words::Reminder => ends::reminder(app, brand, partner, (link, &decline))?,
    };
    let about = About { event: Asked::By(event), partner: Some(&partner.id), way_out: Some(&decline) };
    outgoing.hand_over(brand, &partner.email, mail, about).await.map(Tried::Handed)
}

pub(crate) async fn send_link(outgoing: &Outgoing, partner: &Partner, event: &EventId) -> Result<Tried> {
    let app = &outgoing.app;
    let (brand, asked) = (keys::brand(&partner.brand), keys::partner_event(&partner.brand, &partner.id, event));
    let address = keys::address(&partner.brand, &partner.email);
    let found = app.store.read([brand.raw(), asked.raw(), address.raw()]).await?;
    // The partner didn't request this email.
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
    outgoing.hand_over(&brand, &partner.email, mail, about).await.map(Tried::Handed)
}

pub(crate) async fn send_revocation(outgoing: &Outgoing, partner: &Partner, event: &EventId) -> Result<Tried> {
    let app = &outgoing.app;
    let (brand, revoked) = (keys::brand(&partner.brand), keys::partner_event(&partner.brand, &partner.id, event));
    let address = keys::address(&partner.brand, &partner.email);
    let found = app.store.read([brand.raw(), revoked.raw(), address.raw()]).await?;
    if let Some(refused) = held_back(found.get(&address)?, MailKind::Notice) {
        return Ok(Tried::HeldBack(refused));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let revoked: Option<Event> = found.get(&revoked)?;
    let mail = shared::compose::revocation(app, &brand, partner, revoked.as_ref().and_then(Event::reason))?;
    let about = About { event: Asked::By(event), partner: Some(&partner.id), way_out: None };
    outgoing.hand_over(&brand, &partner.email, mail, about).await.map(Tried::Handed)
}

pub(crate) async fn welcome(
    outgoing: &Outgoing,
    slug: &BrandSlug,
    admin: &Admin,
    event: &EventId,
) -> Result<Result<String, SendError>> {
    let app = &outgoing.app;
    let brand = app.store.get(&keys::brand(slug)).await?.ok_or(Error::NotFound("brand"))?;
    let link = link::mint(app, slug, &admin.person(), None).await?;
    let about = About { event: Asked::By(event), partner: None, way_out: None };
    outgoing.hand_over(&brand, &admin.email, letters::welcome(app, &brand, admin, link)?, about).await
}

/// Returns the suppression, if it blocks this kind of email.
pub(crate) fn held_back(known: Option<SuppressionRecord>, kind: MailKind) -> Option<Suppression> {
    known?.in_force().filter(|refused| refused.stops(kind)).cloned()
}
