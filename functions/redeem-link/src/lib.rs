//! `POST /t/{brand}/login/redeem` and `POST /t/{brand}/admin/login/redeem`: signs in with the
//! button behind an emailed link.
//!
//! One transaction consumes the token, activates an invited partner, creates the session and writes the event. The
//! session's secret is derived from the token's and from this browser's cookie: after a second click or a lost
//! response, this browser gets the same session again, and no other browser gets one.
//!
//! `POST /t/{brand}/login/opened`: the script of the page with that button detected a human interaction. It counts
//! only for the overview, so that a scanner that opens every link changes nothing. The response doesn't reveal
//! whether the link was valid.

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, MagicLink, Redemption, ReturnPath},
    store::keys,
    web::{
        Face, LinkStatus, Method, Reply, Request, Router, StatusCode,
        pages::{Nav, Notice},
    },
};

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, "/t/{brand}/login/redeem", handle)
        .and(Method::POST, "/t/{brand}/admin/login/redeem", handle)
        .and(Method::POST, "/t/{brand}/login/opened", opened)
        .function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let token = request.form("token")?;
    let link = MagicLink::parse(&token).filter(|link| link.principal.audience() == request.audience());
    let Some(link) = link else { return Err(Error::LinkDead) };
    // The page with the button set this cookie. A browser without it wouldn't store the session's cookie either.
    let Some(browser) = app.browser(&request, &brand) else {
        return no_cookies(&app, &request, &brand).await;
    };

    let session = link.secret.derive(&[b"session", browser.to_text().as_bytes()]);
    let back = ReturnPath::parse(&brand, &request.form("back")?);
    let redemption = Redemption {
        brand,
        principal: link.principal.clone(),
        epoch: link.epoch,
        token: link.secret.hash(),
        attempt: None,
        browser: browser.hash(),
        session: session.hash(),
        agent: request.browser(),
        back,
    };
    match app.let_in(&request, &redemption, link.purpose, &session).await? {
        Some(reply) => Ok(reply),
        None => dead(&app, &request, &redemption.brand, (&token, &link)).await,
    }
}

async fn opened(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    if let Some(link) = MagicLink::parse(&request.form("token")?) {
        app.store.note_opened(&brand, &link).await?;
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn dead(app: &App, request: &Request, slug: &BrandSlug, (token, link): (&str, &MagicLink)) -> Result<Reply> {
    let brand = keys::brand(slug);
    let found = app.store.read(App::link_keys(link, slug).into_iter().chain([brand.raw()])).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let holder = match app.link_seen(link, &found, slug, request.audience())? {
        LinkStatus::Live(holder) | LinkStatus::Dead(holder) => Some(holder.person(app.now()).email),
        LinkStatus::Unknown => None,
    };
    app.dead_link(&brand, request.audience(), holder.as_ref().map(|email| (token, email)), None)
}

async fn no_cookies(app: &App, request: &Request, slug: &BrandSlug) -> Result<Reply> {
    let brand = app.store.get(&keys::brand(slug)).await?.ok_or(Error::NotFound("brand"))?;
    let shell = Face { brand: &brand, audience: request.audience() }.shell("", Nav::Elsewhere, None);
    let reply = Reply::page(StatusCode::BAD_REQUEST, &Notice::cookies(shell))?;
    Ok(app.mark_browser(reply, request, slug))
}
