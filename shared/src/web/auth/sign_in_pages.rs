//! The sign-in pages of both portals: requesting an email, entering its code, and opening its link.
//!
//! Nothing here writes. A link can be opened any number of times, by people, scanners and previews alike.

use std::collections::BTreeMap;

use crate::{
    App,
    crypto::secret::Secret,
    domain::{Attempt, Brand, BrandSlug, MagicLink, Partner, Person, Program, ProgramId},
    error::{Error, Result},
    store::{Found, keys},
    web::{
        Face, LinkStatus, Reply, Request, Signed, base_path, decline_address,
        pages::{CheckMail, Confirm, Invited, Login, Nav},
    },
};

/// `GET /t/{brand}/login` and `GET /t/{brand}/admin/login`: the form, or with a `token` the page whose button signs in.
///
/// # Errors
/// Fails with [`Error::NotFound`] if there is no such brand.
pub async fn login(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let token = request.query("token");
    let link = token.and_then(MagicLink::parse);
    let cookie = app.session_cookie(&request, &slug);
    let brand = keys::brand(&slug);
    let mut wanted = vec![brand.raw()];
    wanted.extend(link.iter().flat_map(|link| App::link_keys(link, &slug)));
    wanted.extend(cookie.iter().flat_map(|cookie| cookie.keys(&slug)));
    let found = app.store.read(wanted).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;

    let signed_in = app.signed_in(cookie.as_ref(), &found, &slug).await?.map(|signed| signed.person(app.now()));

    let reply = match (token, link) {
        (None, _) => form(&brand, &request, signed_in)?,
        (Some(_), None) => app.dead_link(&brand, request.audience(), None, None)?,
        (Some(token), Some(link)) => match app.link_seen(&link, &found, &slug, request.audience())? {
            LinkStatus::Unknown => app.dead_link(&brand, request.audience(), None, None)?,
            // A person who opens the email again after signing in with it wants to get to the same page.
            LinkStatus::Dead(holder) if signed_in.as_ref() == Some(&holder.person(app.now())) => {
                let start = base_path(&slug, request.audience());
                Reply::see_other(back(&link, &found, &slug)?.as_ref().map_or(&start, |back| back))
            }
            LinkStatus::Dead(holder) => {
                let email = holder.person(app.now()).email;
                app.dead_link(&brand, request.audience(), Some((token, &email)), None)?
            }
            LinkStatus::Live(holder) => {
                let back = back(&link, &found, &slug)?;
                confirm(&app, &request, &brand, (token, &holder, back), signed_in).await?
            }
        },
    };
    Ok(app.mark_browser(reply, &request, &slug))
}

/// Returns the page to which the person returns after signing in with a link, if there is one.
fn back(link: &MagicLink, found: &Found, brand: &BrandSlug) -> Result<Option<String>> {
    let token = found.get(&keys::token(&link.secret.hash()))?;
    Ok(token.and_then(|token| token.back?.of(brand).map(str::to_owned)))
}

fn form(brand: &Brand, request: &Request, signed_in: Option<Person>) -> Result<Reply> {
    let shell = Face { brand, audience: request.audience() }.shell("Sign in", Nav::Elsewhere, None);
    let notice = request.query("left").map(|_| "You’ve been signed out.".to_owned());
    let signed_in = signed_in.map(|person| person.name.to_string());
    Reply::page(http::StatusCode::OK, &Login { shell, address: String::new(), notice, signed_in, error: None })
}

async fn confirm(
    app: &App,
    request: &Request,
    brand: &Brand,
    (token, holder, back): (&str, &Signed, Option<String>),
    signed_in: Option<Person>,
) -> Result<Reply> {
    let person = holder.person(app.now());
    let (same, other) = match signed_in {
        Some(signed_in) if signed_in.principal == person.principal => (true, None),
        Some(signed_in) => (false, Some(signed_in.name.to_string())),
        None => (false, None),
    };
    let invitation = match holder {
        Signed::Partner(partner) if partner.activated_at.is_none() => Some(invited(app, brand, partner).await?),
        Signed::Partner(_) | Signed::Admin(_) => None,
    };
    let shell = Face { brand, audience: request.audience() }.shell("Sign in", Nav::Elsewhere, None);
    let page = Confirm {
        shell,
        token: token.to_owned(),
        masked: person.email.masked(),
        somebody_else: other,
        already: same,
        back,
        invitation,
    };
    Reply::page(http::StatusCode::OK, &page)
}

async fn invited(app: &App, brand: &Brand, partner: &Partner) -> Result<Invited> {
    let keys: BTreeMap<&ProgramId, _> = partner.grants.keys().map(|id| (id, keys::program(&brand.slug, id))).collect();
    let found = app.store.read(keys.values().map(keys::Key::raw)).await?;
    let programs = keys.values().map(|key| found.get(key)).collect::<Result<Vec<Option<Program>>>>()?;
    let open = programs.into_iter().flatten().filter(Program::is_live);
    Ok(Invited {
        invited_by: partner.brought_by.person().map(ToString::to_string),
        programs: open.map(|program| program.name.to_string()).collect(),
        decline: decline_address(app, partner)?,
    })
}

/// `GET /t/{brand}/login/code` and `GET /t/{brand}/admin/login/code`: says that an email may be on its way, and has the
/// form for its code.
///
/// # Errors
/// Fails with [`Error::NotFound`] if there is no such brand.
pub async fn check_mail(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let login = Reply::see_other(&format!("{}/login", base_path(&slug, request.audience())));
    let Some(secret) = app.attempt_secret(&request, &slug) else { return Ok(login) };
    match check_mail_form(&app, &request, &secret, (String::new(), None)).await? {
        Some(page) => Reply::page(http::StatusCode::OK, &page),
        None => Ok(login),
    }
}

/// Returns the form for the code of an attempt, with the code entered before and its error; `None` if the attempt is
/// over.
///
/// # Errors
/// Fails with [`Error::NotFound`] if there is no such brand.
pub async fn check_mail_form(
    app: &App,
    request: &Request,
    secret: &Secret,
    (code, error): (String, Option<String>),
) -> Result<Option<CheckMail>> {
    let slug: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(request, &slug);
    let (attempt, brand) = (keys::attempt(&secret.hash()), keys::brand(&slug));
    let session = cookie.iter().flat_map(|cookie| cookie.keys(&slug));
    let found = app.store.read([attempt.raw(), brand.raw()].into_iter().chain(session)).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let mine = |attempt: &Attempt| attempt.brand == slug && attempt.used.is_none();
    let Some(attempt) = found.get(&attempt)?.filter(mine) else { return Ok(None) };
    let signed_in = app.signed_in(cookie.as_ref(), &found, &slug).await?;
    let shell = Face { brand: &brand, audience: request.audience() }.shell("Check your inbox", Nav::Elsewhere, None);
    // A person who signs in again as themselves isn't warned that someone else is signed in.
    let other = signed_in.map(|signed| signed.person(app.now())).filter(|person| person.email != attempt.email);
    let signed_in = other.map(|person| person.name.to_string());
    Ok(Some(CheckMail { shell, address: attempt.shown, signed_in, code, error }))
}
