//! The admins' pages: signing in, the roster, the programs.

mod rows;

use shared::{
    App, Error, Function, Result,
    domain::{Admin, Brand, BrandSlug, PartnerFilter, PartnerId, Program},
    store::{PartnerPage, PartnerQuery, keys},
    web::{
        self, Endpoint, Face, Reply, Request, Signed, StatusCode,
        pages::{Filters, Nav, Partners, ProgramChoice, Programs},
    },
};

/// How many partners a page shows.
const PAGE: usize = 50;

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::page("/t/{brand}/admin", start)
        .and_page("/t/{brand}/admin/login", web::login)
        .and_page("/t/{brand}/admin/login/code", web::check_mail)
        .and_page("/t/{brand}/admin/partners", partners)
        .and_page("/t/{brand}/admin/programs", programs)
        .function()
}

async fn start(_: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    Ok(Reply::see_other(&format!("/t/{brand}/admin/partners")))
}

/// Who is signed in, the brand, and its programs, in one read step.
async fn signed_in(app: &App, request: &Request) -> Result<(Admin, Brand, Vec<Program>)> {
    let slug: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(request, &slug).ok_or(Error::Unauthenticated)?;
    let brand = keys::brand(&slug);
    let read = app.store.read(cookie.keys(&slug).into_iter().chain([brand.raw()]));
    let (found, programs) = futures::try_join!(read, app.store.list(keys::programs(&slug)))?;
    let Some(Signed::Admin(admin)) = app.signed_in(Some(&cookie), &found, &slug).await? else {
        return Err(Error::Unauthenticated);
    };
    Ok((*admin, found.get(&brand)?.ok_or(Error::NotFound("brand"))?, programs))
}

async fn partners(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let page = roster(&app, &request, &slug);
    let ((admin, brand, programs), page) = futures::try_join!(signed_in(&app, &request), page)?;

    let face = Face { brand: &brand, audience: request.audience() };
    let base = format!("/t/{slug}/admin/partners");
    let here = request.query("after").is_some();
    let complete = !here && page.next.is_none() && request.query("partner").is_none();
    let live: Vec<_> = programs.iter().filter(|program| program.is_live()).collect();
    let choice = |program: &&Program| ProgramChoice { id: program.id.to_string(), name: program.name.to_string() };
    let now = app.now();
    let page = Partners {
        shell: face.shell("Partners", Nav::Partners, Some(admin.name.to_string())),
        rows: page.partners.iter().map(|partner| rows::partner(partner, &programs, now, &brand.time_zone)).collect(),
        count: if complete { page.partners.len().to_string() } else { String::new() },
        filters: Filters { base: base.clone(), ..Filters::default() },
        looked: None,
        first: here.then(|| base.clone()),
        next: page.next.map(|after| format!("{base}?after={after}")),
        only_one: request.query("partner").is_some(),
        programs: live.iter().map(choice).collect(),
    };
    Reply::page(StatusCode::OK, &page)
}

/// A page of the roster, or the one partner that was asked for, read as it is now.
async fn roster(app: &App, request: &Request, brand: &BrandSlug) -> Result<PartnerPage> {
    if let Some(id) = request.query("partner") {
        let id = PartnerId::parse(id).map_err(|_invalid| Error::NotFound("partner"))?;
        let partner = app.store.get(&keys::partner(brand, &id)).await?.ok_or(Error::NotFound("partner"))?;
        return Ok(PartnerPage { partners: vec![partner], next: None, looked_at: None });
    }
    let after = request.query("after").map(PartnerId::parse).transpose().map_err(|_invalid| Error::NotFound("page"))?;
    let after = after.map(String::from);
    app.store
        .partners(brand, &PartnerQuery { search: None, filter: PartnerFilter::default(), after, limit: PAGE })
        .await
}

async fn programs(app: App, request: Request) -> Result<Reply> {
    let (admin, brand, mut programs) = signed_in(&app, &request).await?;
    programs.sort_by_key(|program| program.archived_at.is_some());
    let face = Face { brand: &brand, audience: request.audience() };
    let now = app.now();
    let page = Programs {
        shell: face.shell("Programs", Nav::Programs, Some(admin.name.to_string())),
        rows: programs.iter().map(|program| rows::program(program, now, &brand.time_zone)).collect(),
    };
    Reply::page(StatusCode::OK, &page)
}
