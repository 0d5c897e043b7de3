//! `POST /t/{brand}/login` and `POST /t/{brand}/admin/login`: requests a sign-in email.
//!
//! It does the same, in the same time, for any email address: only the mailer checks whether it is known.
//!
//! `POST /t/{brand}/admin/login/again`: a signed-in admin who has to sign in again enters no email address. The email
//! goes to theirs, and brings them back to the page they came from.

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EmailAddress, Person, ReturnPath},
    store::{Limit, keys},
    web::{
        Face, Method, Reply, Request, Router, SignInRequest, StatusCode,
        pages::{Login, Nav},
    },
};

/// Limit on emails to a signed-in admin: more than are needed to sign in again every 15 minutes.
const AGAIN: Limit = Limit { what: "again", window_s: 3_600, most: 12, most_an_hour: None };

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, "/t/{brand}/login", handle)
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
            let asking = SignInRequest { brand, audience: request.audience(), email, back: None, shown };
            Box::pin(app.ask(&request, asking)).await
        }
        Err(invalid) => ask_again(&app, &request, &brand, typed, invalid.message).await,
    }
}

/// Emails the signed-in admin a link that brings them back to the page they came from.
async fn again(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(&request, &brand).ok_or(Error::Unauthenticated)?;
    let found = app.store.read(cookie.keys(&brand)).await?;
    let signed_in = app.signed_in(Some(&cookie), &found, &brand).await?.ok_or(Error::Unauthenticated)?;
    let Person { email, .. } = signed_in.person(app.now());
    if !app.store.count(AGAIN, &[brand.as_str(), email.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }

    let back = ReturnPath::parse(&brand, &request.form("back")?);
    let shown = email.to_string();
    Box::pin(app.ask_again(&request, SignInRequest { brand, audience: request.audience(), email, back, shown })).await
}

async fn ask_again(app: &App, request: &Request, brand: &BrandSlug, address: String, error: String) -> Result<Reply> {
    let brand = app.store.get(&keys::brand(brand)).await?.ok_or(Error::NotFound("brand"))?;
    let shell = Face { brand: &brand, audience: request.audience() }.shell("Sign in", Nav::Elsewhere, None);
    Reply::page(StatusCode::BAD_REQUEST, &Login { shell, address, notice: None, signed_in: None, error: Some(error) })
}
