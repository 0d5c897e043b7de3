//! `POST {door}/login`: somebody asks for a sign-in mail.
//!
//! It does the same, in the same time, for any address: only the mailer finds out whether it is known.
//! An admin who is signed in, and is to prove it again, types no address: it goes to theirs, and brings them back.

use shared::{
    App, Error, Function, Result,
    domain::{BackPath, BrandSlug, EmailAddress, Person},
    store::{Limit, keys},
    web::{
        Asking, Endpoint, Face, Method, Reply, Request, StatusCode,
        pages::{Login, Nav},
    },
};

/// Mails for whoever is signed in: more than anybody needs who does something every quarter of an hour.
const AGAIN: Limit = Limit { what: "again", window_s: 3_600, most: 12, most_an_hour: None };

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, "/t/{brand}/login", handle)
        .and(Method::POST, "/t/{brand}/admin/login", handle)
        .and(Method::POST, "/t/{brand}/admin/login/again", again)
        .function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let typed = request.form("email")?;
    match EmailAddress::parse(&typed) {
        Ok(email) => {
            let shown = email.to_string();
            let asking = Asking { brand, audience: request.audience(), email, back: None, shown };
            Box::pin(app.ask(&request, asking)).await
        }
        Err(invalid) => ask_again(&app, &request, &brand, typed, invalid.message).await,
    }
}

/// A mail to whoever is signed in here, which brings them back to the page that they came from.
async fn again(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(&request, &brand).ok_or(Error::Unauthenticated)?;
    let found = app.store.read(cookie.keys(&brand)).await?;
    let signed_in = app.signed_in(Some(&cookie), &found, &brand).await?.ok_or(Error::Unauthenticated)?;
    let Person { email, .. } = signed_in.person(app.now());
    if !app.store.count(AGAIN, &[brand.as_str(), email.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }

    let back = BackPath::parse(&brand, &request.form("back")?);
    let shown = email.to_string();
    Box::pin(app.ask_again(&request, Asking { brand, audience: request.audience(), email, back, shown })).await
}

async fn ask_again(app: &App, request: &Request, brand: &BrandSlug, address: String, error: String) -> Result<Reply> {
    let brand = app.store.get(&keys::brand(brand)).await?.ok_or(Error::NotFound("brand"))?;
    let shell = Face { brand: &brand, audience: request.audience() }.shell("Sign in", Nav::Elsewhere, None);
    Reply::page(StatusCode::BAD_REQUEST, &Login { shell, address, notice: None, signed_in: None, error: Some(error) })
}
