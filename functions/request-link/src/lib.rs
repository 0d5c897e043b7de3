//! `POST {door}/login`: somebody asks for a sign-in mail.
//!
//! It does the same, in the same time, for any address: only the mailer finds out whether it is known.

use shared::{
    App, Function, Result,
    domain::{BrandSlug, EmailAddress},
    store::keys,
    web::{
        Asking, Endpoint, Face, Method, Reply, Request, StatusCode,
        pages::{Login, Nav},
    },
};

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, "/t/{brand}/login", handle)
        .and(Method::POST, "/t/{brand}/admin/login", handle)
        .function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let typed = request.form("email")?;
    match EmailAddress::parse(&typed) {
        Ok(email) => {
            let shown = email.to_string();
            let asking = Asking { brand, audience: request.audience(), email, shown };
            Box::pin(app.ask(&request, asking)).await
        }
        Err(invalid) => ask_again(&app, &request, &brand, typed, invalid.message).await,
    }
}

async fn ask_again(app: &App, request: &Request, brand: &BrandSlug, address: String, error: String) -> Result<Reply> {
    let brand = app.store.get(&keys::brand(brand)).await?.ok_or(shared::Error::NotFound("brand"))?;
    let shell = Face { brand: &brand, audience: request.audience() }.shell("Sign in", Nav::Elsewhere, None);
    Reply::page(StatusCode::BAD_REQUEST, &Login { shell, address, notice: None, signed_in: None, error: Some(error) })
}
