//! The partner's pages: sign-in, dashboard, links, earnings and account. Also the assets of
//! all pages and of each brand.
//!
//! Reading a page changes nothing, however often and by whatever client: email scanners open every link.

mod account;
mod face;
mod sharing;

use shared::{
    App, Error, Function, Result,
    domain::{Balance, Brand, BrandSlug, Partner, PartnerId, Principal, Program, ShareLink},
    store::keys,
    web::{
        self, Face, Method, Reply, Request, Router, Signed, StatusCode, format,
        pages::{Dashboard, Layout, Nav, ProgramCard},
    },
};

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::page("/t/{brand}", dashboard)
        .and_page("/t/{brand}/links", sharing::links)
        .and_page("/t/{brand}/earnings", sharing::earnings)
        .and_page("/t/{brand}/account", account::page)
        .and_page("/t/{brand}/login", web::login)
        .and_page("/t/{brand}/login/code", web::check_mail)
        .and_page("/t/{brand}/face/{file}", face::file)
        .and_page("/t/{brand}/{rest+}", missing)
        .and(Method::GET, "/assets/{file}", asset)
        .and(Method::HEAD, "/assets/{file}", asset)
        .function()
        .with_settings(&["SERVER_KEY"])
}

async fn asset(_: App, request: Request) -> Result<Reply> {
    request.param_text("file").and_then(web::asset).ok_or(Error::NotFound("asset"))
}

/// Handles unknown URLs: without a trailing slash, it may be a valid one.
async fn missing(_: App, request: Request) -> Result<Reply> {
    match request.path.strip_suffix('/') {
        Some(path) => Ok(Reply::see_other(path)),
        None => Err(Error::NotFound("page")),
    }
}

/// Context of every page of a signed-in partner.
struct Desk {
    partner: Partner,
    brand: Brand,
    /// Only granted and active programs: no page may reveal that other programs exist.
    programs: Vec<Program>,
    /// All programs, granted or not, since links outlive their grants.
    all: Vec<Program>,
    balance: Balance,
}

impl Desk {
    /// Reads the partner, the brand, its programs and the balance in one read step, in parallel with `also`.
    async fn open<T, F>(app: &App, request: &Request, also: impl FnOnce(BrandSlug, PartnerId) -> F) -> Result<(Self, T)>
    where
        F: Future<Output = Result<T>>,
    {
        let slug: BrandSlug = request.param("brand")?;
        let cookie = app.session_cookie(request, &slug).ok_or(Error::Unauthenticated)?;
        let Principal::Partner(id) = cookie.principal.clone() else { return Err(Error::Unauthenticated) };
        let (brand, balance) = (keys::brand(&slug), keys::balance(&slug, &id));
        let read = app.store.read(cookie.keys(&slug).into_iter().chain([brand.raw(), balance.raw()]));
        let programs = app.store.list(keys::programs(&slug));
        let (found, all, also) = futures::try_join!(read, programs, also(slug.clone(), id))?;
        let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
        let Some(Signed::Partner(partner)) = app.signed_in(Some(&cookie), &found, &slug).await? else {
            return Err(Error::Unauthenticated);
        };
        let mut programs: Vec<Program> = all.clone();
        programs.retain(|program| program.is_live() && partner.grants.contains_key(&program.id));
        let balance = found.get(&balance)?.unwrap_or_default();
        Ok((Self { partner: *partner, brand, programs, all, balance }, also))
    }

    fn shell(&self, request: &Request, title: &str, nav: Nav) -> Layout {
        let face = Face { brand: &self.brand, audience: request.audience() };
        face.shell(title, nav, Some(self.partner.name.to_string()))
    }

    fn terms(&self, program: &Program) -> String {
        let own = self.partner.grants.get(&program.id).and_then(|grant| grant.commission);
        own.unwrap_or(program.commission).in_words()
    }
}

async fn dashboard(app: App, request: Request) -> Result<Reply> {
    let store = app.store.clone();
    let links = async |slug, id| store.list(keys::share_links(&slug, &id)).await;
    let (desk, links) = Desk::open(&app, &request, links).await?;
    let card = |program: &Program| ProgramCard {
        name: program.name.to_string(),
        destination: program.destination.to_string(),
        host: program.destination.host(),
        commission: desk.terms(program),
    };
    let page = Dashboard {
        shell: desk.shell(&request, "Dashboard", Nav::Dashboard),
        name: desk.partner.name.to_string(),
        programs: desk.programs.iter().map(card).collect(),
        links: links.iter().filter(|link: &&ShareLink| link.deleted_at.is_none()).count(),
        totals: format::totals(&desk.balance),
        chart: format::chart(&desk.balance, app.now()),
    };
    Reply::page(StatusCode::OK, &page)
}
