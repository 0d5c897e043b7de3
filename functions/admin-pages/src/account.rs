//! The admin's own account: name, email address, role and sessions.

use shared::{
    App, Error, Result,
    domain::{BrandSlug, Role},
    web::{
        self, Reply, Request, StatusCode,
        pages::{Account, Nav},
    },
};

use crate::Desk;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(&request, &slug).ok_or(Error::Unauthenticated)?;
    let (desk, sessions) =
        futures::try_join!(Desk::open(&app, &request), app.store.sessions(&slug, &cookie.principal))?;
    let page = Account {
        shell: desk.shell(&request, "Your account", Nav::Account),
        name: desk.admin.name.to_string(),
        email: desk.admin.email.to_string(),
        role: Some(match desk.admin.role {
            Role::Owner => "Owner",
            Role::Manager => "Manager",
            Role::Viewer => "Viewer",
        }),
        moving: None,
        sessions: app.session_rows(&sessions, (&cookie, desk.admin.epoch), &desk.brand.time_zone),
        done: web::ended(request.query("ended")),
    };
    Reply::page(StatusCode::OK, &page)
}
