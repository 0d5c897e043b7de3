//! `POST {door}/logout`: ends the session on the server, and takes the cookie away.

use shared::{
    App, Function, Result,
    domain::BrandSlug,
    store::keys,
    web::{Endpoint, Method, Reply, Request},
};

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, "/t/{brand}/logout", handle)
        .and(Method::POST, "/t/{brand}/admin/logout", handle)
        .function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    if let Some(session) = app.session_cookie(&request, &brand) {
        app.store.delete(&keys::session(&session.hash)).await?;
    }
    Ok(app.farewell(&brand, request.audience()))
}
