//! `POST /t/{brand}/login/fresh` and `POST /t/{brand}/admin/login/fresh`: emails a new sign-in link, with a code for
//! this browser, to the holder of one that no longer works.
//!
//! While the invitation is open, no admin is needed. Holding the old link is the proof: it was emailed to this person.

use shared::{
    App, Error, ErrorChain, Function, Result,
    domain::{BrandSlug, MagicLink},
    store::{Limit, keys},
    web::{LinkStatus, Method, Reply, Request, Router, SignInRequest, Signed},
};

/// Limit on new links for the holder of an old one.
const RENEWED: Limit = Limit { what: "renewed", window_s: 86_400, most: 3, most_an_hour: None };

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, "/t/{brand}/login/fresh", handle)
        .and(Method::POST, "/t/{brand}/admin/login/fresh", handle)
        .function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let audience = request.audience();
    let link = MagicLink::parse(&request.form("token")?).ok_or(Error::LinkDead)?;
    let brand = keys::brand(&slug);
    let found = app.store.read(App::link_keys(&link, &slug).into_iter().chain([brand.raw()])).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;

    let holder = match app.link_seen(&link, &found, &slug, audience)? {
        LinkStatus::Live(holder) | LinkStatus::Dead(holder) => *holder,
        LinkStatus::Unknown => return app.dead_link(&brand, audience, None, None),
    };
    // The click came from the page behind the link, even if its script couldn't run. A failed count for the overview is
    // no reason to stop the sign-in.
    if let Signed::Partner(partner) = &holder
        && let Err(error) = app.store.note_opened_by(partner).await
    {
        tracing::error!("an opened link could not be noted: {}", ErrorChain(&error));
    }
    let holder = holder.person(app.now());
    let principal = String::from(holder.principal.clone());
    let limit_key = [slug.as_str(), principal.as_str()];
    if !app.store.count(RENEWED, &limit_key).await? {
        let notice = "You’ve requested the maximum of three new links today. Try again tomorrow, or sign in with your email address.";
        return app.dead_link(&brand, audience, None, Some(notice));
    }
    let shown = holder.email.masked();
    let asking = SignInRequest { brand: slug.clone(), audience, email: holder.email, back: None, shown };
    let asked = app.ask_again(&request, asking).await;
    if matches!(asked, Err(Error::TooManyRequests)) {
        app.store.uncount(RENEWED, &limit_key).await?;
    }
    asked
}
