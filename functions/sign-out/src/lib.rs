//! `POST …/logout` and `POST …/account/sign-out`, below `/t/{brand}` and `/t/{brand}/admin`:
//! ends sessions on the server.
//!
//! The first ends the current session and removes the cookie. The second ends another session, or all others by
//! increasing the epoch, which also invalidates sign-in links and codes that were emailed to the same person.

use shared::{
    App, Error, Function, Result,
    crypto::secret::Hash,
    domain::{Actor, BrandSlug, EventKind, Principal},
    store::keys,
    web::{Method, Reply, Request, Router, Signed, base_path},
};

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, "/t/{brand}/logout", handle)
        .and(Method::POST, "/t/{brand}/admin/logout", handle)
        .and(Method::POST, "/t/{brand}/account/sign-out", elsewhere)
        .and(Method::POST, "/t/{brand}/admin/account/sign-out", elsewhere)
        .function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    if let Some(session) = app.session_cookie(&request, &brand) {
        app.store.delete(&keys::session(&session.hash)).await?;
    }
    Ok(app.farewell(&brand, request.audience()))
}

/// Ends the session that the form names, or all `others`. The current one continues, unless the form names it.
async fn elsewhere(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(&request, &brand).ok_or(Error::Unauthenticated)?;
    let found = app.store.read(cookie.keys(&brand)).await?;
    let signed_in = app.signed_in(Some(&cookie), &found, &brand).await?.ok_or(Error::Unauthenticated)?;
    let which = request.form("session")?;

    if which == "others" {
        let (actor, kind) = match (&signed_in, &cookie.principal) {
            (Signed::Admin(admin), _) => (admin.actor(), EventKind::AdminSignedOut { admin: admin.id.clone() }),
            (Signed::Partner(_), Principal::Partner(id)) => {
                (Actor::partner(id), EventKind::PartnerSignedOut { partner: id.clone() })
            }
            (Signed::Partner(_), Principal::Admin(_)) => return Err(Error::Unauthenticated),
        };
        let (event, epoch) = (app.event(&brand, actor, kind), signed_in.person(app.now()).epoch);
        app.store.end_other_sessions((&brand, &cookie.principal), (epoch, &cookie.hash), &event).await?;
    } else if let Some(hash) = Hash::parse(&which) {
        app.store.end_session(&brand, &cookie.principal, &hash).await?;
        if hash == cookie.hash {
            return Ok(app.farewell(&brand, request.audience()));
        }
    }
    let done = if which == "others" { "others" } else { "one" };
    Ok(Reply::see_other(&format!("{}/account?ended={done}", base_path(&brand, request.audience()))))
}
