//! The partner's pages: signing in, and the Dashboard. And the assets of all pages.
//!
//! Reading a page changes nothing, however often and by whomever it is read: mail scanners open every link.

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, Partner, Program},
    store::keys,
    web::{
        self, Endpoint, Face, Method, Reply, Request, Signed, StatusCode,
        pages::{Dashboard, Nav, ProgramCard},
    },
};

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::page("/t/{brand}", dashboard)
        .and_page("/t/{brand}/login", web::login)
        .and_page("/t/{brand}/login/code", web::check_mail)
        .and_page("/t/{brand}/{rest+}", missing)
        .and(Method::GET, "/assets/{file}", asset)
        .and(Method::HEAD, "/assets/{file}", asset)
        .function()
}

async fn asset(_: App, request: Request) -> Result<Reply> {
    request.param_text("file").and_then(web::asset).ok_or(Error::NotFound("asset"))
}

/// An address that was mistyped: without the slash at its end it may be one of ours.
async fn missing(_: App, request: Request) -> Result<Reply> {
    match request.path.strip_suffix('/') {
        Some(path) => Ok(Reply::see_other(path)),
        None => Err(Error::NotFound("page")),
    }
}

async fn dashboard(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(&request, &slug).ok_or(Error::Unauthenticated)?;
    let brand = keys::brand(&slug);
    let read = app.store.read(cookie.keys(&slug).into_iter().chain([brand.raw()]));
    let (found, programs) = futures::try_join!(read, app.store.list(keys::programs(&slug)))?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let Some(Signed::Partner(partner)) = app.signed_in(Some(&cookie), &found, &slug).await? else {
        return Err(Error::Unauthenticated);
    };

    let face = Face { brand: &brand, audience: request.audience() };
    let shell = face.shell("Dashboard", Nav::Dashboard, Some(partner.name.to_string()));
    let page = Dashboard {
        shell,
        name: partner.name.to_string(),
        programs: cards(&partner, &programs),
        links: 0,
        totals: Vec::new(),
        chart: None,
    };
    Reply::page(StatusCode::OK, &page)
}

/// Exactly what was granted: nothing on the page may tell that anything else exists.
fn cards(partner: &Partner, programs: &[Program]) -> Vec<ProgramCard> {
    let granted = programs.iter().filter_map(|program| {
        let grant = partner.grants.get(&program.id)?;
        program.is_live().then(|| ProgramCard {
            name: program.name.to_string(),
            destination: program.destination.to_string(),
            host: program.destination.host(),
            commission: grant.commission.unwrap_or(program.commission).in_words(),
        })
    });
    granted.collect()
}
