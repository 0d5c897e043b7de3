//! The admin pages: sign-in, overview, roster, partner, imports, programs, commissions, Network,
//! team, webhooks and settings.

mod account;
mod backfill;
mod backfill_words;
mod brand;
mod bulk;
mod commissions;
mod decided;
mod facts;
mod happened;
mod import;
mod imports;
mod need_words;
mod needs;
mod network;
mod offers;
mod outcomes;
mod overview;
mod partner;
mod requests;
mod roster;
mod rows;
mod settings;
mod talk;
mod team;
mod timeline;
mod verdict;
mod webhooks;

use shared::{
    App, Error, Function, Result,
    domain::{Admin, Brand, BrandSlug, Program, Role},
    store::keys,
    web::{
        self, Face, Reply, Request, Router, Signed, StatusCode,
        pages::{Layout, Nav, Programs},
    },
};

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::page("/t/{brand}/admin", start)
        .and_page("/t/{brand}/admin/login", web::login)
        .and_page("/t/{brand}/admin/login/code", web::check_mail)
        .and_page("/t/{brand}/admin/overview", overview::page)
        .and_page("/t/{brand}/admin/partners", roster::page)
        .and_page("/t/{brand}/admin/partners/{partner}", partner::page)
        .and_page("/t/{brand}/admin/imports", imports::page)
        .and_page("/t/{brand}/admin/imports/{import}", import::page)
        .and_page("/t/{brand}/admin/programs", programs)
        .and_page("/t/{brand}/admin/commissions", commissions::page)
        .and_page("/t/{brand}/admin/network", network::page)
        .and_page("/t/{brand}/admin/network/requests", requests::page)
        .and_page("/t/{brand}/admin/network/backfill", backfill::page)
        .and_page("/t/{brand}/admin/settings", settings::page)
        .and_page("/t/{brand}/admin/account", account::page)
        .and_page("/t/{brand}/admin/team", team::page)
        .and_page("/t/{brand}/admin/settings/brand", brand::page)
        .and_page("/t/{brand}/admin/webhooks", webhooks::page)
        .and_page("/t/{brand}/admin/webhooks/{webhook}", webhooks::log)
        .function()
        .with_settings(&["SEALING_KEYS", "UPLOADS_ORIGIN"])
}

async fn start(_: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    Ok(Reply::see_other(&format!("/t/{brand}/admin/partners")))
}

/// Context of every admin page.
struct Desk {
    admin: Admin,
    brand: Brand,
    programs: Vec<Program>,
}

impl Desk {
    /// Reads the signed-in admin, the brand and its programs in one read step.
    async fn open(app: &App, request: &Request) -> Result<Self> {
        let slug: BrandSlug = request.param("brand")?;
        let cookie = app.session_cookie(request, &slug).ok_or(Error::Unauthenticated)?;
        let brand = keys::brand(&slug);
        let read = app.store.read(cookie.keys(&slug).into_iter().chain([brand.raw()]));
        let (found, programs) = futures::try_join!(read, app.store.list(keys::programs(&slug)))?;
        let Some(Signed::Admin(admin)) = app.signed_in(Some(&cookie), &found, &slug).await? else {
            return Err(Error::Unauthenticated);
        };
        Ok(Self { admin: *admin, brand: found.get(&brand)?.ok_or(Error::NotFound("brand"))?, programs })
    }

    /// Does the same as `open`, for admins with at least this role.
    async fn open_for(role: Role, app: &App, request: &Request) -> Result<Self> {
        let desk = Self::open(app, request).await?;
        if desk.admin.role < role { Err(Error::RoleMissing(role)) } else { Ok(desk) }
    }

    /// Returns the root path of the admin pages.
    fn base(&self) -> String {
        format!("/t/{}/admin", self.brand.slug)
    }

    fn shell(&self, request: &Request, title: &str, nav: Nav) -> Layout {
        let face = Face { brand: &self.brand, audience: request.audience() };
        let role = self.admin.role;
        Layout {
            manages: role >= Role::Manager,
            owns: role >= Role::Owner,
            ..face.shell(title, nav, Some(self.admin.name.to_string()))
        }
    }
}

async fn programs(app: App, request: Request) -> Result<Reply> {
    let mut desk = Desk::open(&app, &request).await?;
    desk.programs.sort_by_key(|program| program.archived_at.is_some());
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let page = Programs {
        shell: desk.shell(&request, "Programs", Nav::Programs),
        rows: desk.programs.iter().map(|program| rows::program(program, now, zone)).collect(),
    };
    Reply::page(StatusCode::OK, &page)
}
