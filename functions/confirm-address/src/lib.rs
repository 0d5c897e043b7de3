//! `/t/{brand}/address`: an active partner confirms a new email address with the link that was sent there.
//!
//! Opening the page changes nothing. Its button changes the email address and ends every session and link except the
//! session in which it was clicked. A partner who requested the change themselves has to click it where they are signed
//! in, so that a typo in the email address lets no stranger in.

use shared::{
    App, Error, Function, Result,
    crypto::secret::Hash,
    domain::{Audience, Brand, BrandSlug, Partner},
    store::{EmailChangeError, keys},
    web::{
        EmailConfirmationLink, Face, Method, Reply, Request, Router, Signed, StatusCode,
        pages::{Layout, MoveAddress, Nav, Notice},
    },
};

const PATH: &str = "/t/{brand}/address";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::page(PATH, page).and(Method::POST, PATH, confirm).function().with_settings(&["SERVER_KEY"])
}

/// Status of a link, determined without changing anything.
enum Seen {
    /// The button will change the email address, if this is the browser to click it in.
    Waits { partner: Box<Partner>, session: Option<Hash> },
    /// The partner already has this email address.
    Done { masked: String, signed_in: bool },
    /// The link has expired, or wasn't sent by us.
    Over,
}

async fn page(app: App, request: Request) -> Result<Reply> {
    let text = request.query("link").unwrap_or_default();
    let (brand, seen) = look(&app, &request, text).await?;
    show(&app, &brand, text, &seen)
}

async fn confirm(app: App, request: Request) -> Result<Reply> {
    let text = request.form("link")?;
    let (brand, seen) = look(&app, &request, &text).await?;
    let again = || Reply::see_other(&format!("/t/{}/address?link={text}", brand.slug));
    let Seen::Waits { partner, session } = &seen else { return show(&app, &brand, &text, &seen) };
    let moving = partner.moving(app.now()).cloned();
    let Some(moving) = moving.filter(|moving| !moving.own || session.is_some()) else {
        return show(&app, &brand, &text, &seen);
    };

    let moved = partner.clone().confirm_address(&moving.asked, app.fresh(), app.now()).ok_or(Error::LinkDead)?;

    match app.store.move_address(&moved, session.as_ref()).await? {
        // A second click shows the result of the first.
        Ok(()) | Err(EmailChangeError::Over) => Ok(again()),
        Err(EmailChangeError::Taken) => Reply::page(StatusCode::CONFLICT, &Notice::address_taken(shell(&brand))),
    }
}

async fn look(app: &App, request: &Request, text: &str) -> Result<(Brand, Seen)> {
    let slug: BrandSlug = request.param("brand")?;
    let (brand_key, link) = (keys::brand(&slug), EmailConfirmationLink::parse(text));
    let cookie = app.session_cookie(request, &slug);
    let partner_key = link.as_ref().map(|link| keys::partner(&slug, &link.partner));
    let session = cookie.iter().flat_map(|cookie| cookie.keys(&slug));
    let found =
        app.store.read([brand_key.raw()].into_iter().chain(partner_key.iter().map(keys::Key::raw)).chain(session));
    let found = found.await?;
    let brand = found.get(&brand_key)?.ok_or(Error::NotFound("brand"))?;
    let partner: Option<Partner> = partner_key.map(|key| found.get(&key)).transpose()?.flatten();
    let (Some(link), Some(partner)) = (link, partner) else { return Ok((brand, Seen::Over)) };
    let signed = app.signed_in(cookie.as_ref(), &found, &slug).await?;
    let same = matches!(&signed, Some(Signed::Partner(signed)) if signed.id == partner.id);

    if link.is_for(app, &partner, &partner.email)? {
        return Ok((brand, Seen::Done { masked: partner.email.masked(), signed_in: same }));
    }
    let waits = match partner.moving(app.now()).filter(|moving| moving.asked == link.asked) {
        Some(moving) => link.is_for(app, &partner, &moving.email)?,
        None => false,
    };
    let session = cookie.filter(|_| same).map(|cookie| cookie.hash);
    Ok((brand, if waits { Seen::Waits { partner: Box::new(partner), session } } else { Seen::Over }))
}

fn show(app: &App, brand: &Brand, text: &str, seen: &Seen) -> Result<Reply> {
    match seen {
        Seen::Over => Reply::page(StatusCode::GONE, &Notice::address_over(shell(brand))),
        Seen::Done { masked, signed_in } => {
            Reply::page(StatusCode::OK, &Notice::address_moved(shell(brand), masked, *signed_in))
        }
        Seen::Waits { partner, session } => match partner.moving(app.now()) {
            None => Reply::page(StatusCode::GONE, &Notice::address_over(shell(brand))),
            Some(moving) if moving.own && session.is_none() => {
                Reply::page(StatusCode::OK, &Notice::address_elsewhere(shell(brand)))
            }
            Some(moving) => {
                let masked = moving.email.masked();
                Reply::page(StatusCode::OK, &MoveAddress { shell: shell(brand), link: text.to_owned(), masked })
            }
        },
    }
}

fn shell(brand: &Brand) -> Layout {
    Face { brand, audience: Audience::Partner }.shell("Your new email address", Nav::Elsewhere, None)
}
