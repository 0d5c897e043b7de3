//! The partner's own account: name, email address and sessions.

use shared::{
    App, Error, Result,
    domain::{BrandSlug, Principal},
    web::{
        self, Reply, Request, StatusCode,
        pages::{Account, Nav},
    },
};

use crate::Desk;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let cookie = app.session_cookie(&request, &slug).ok_or(Error::Unauthenticated)?;
    let store = app.store.clone();
    let sessions = async |slug: BrandSlug, id| store.sessions(&slug, &Principal::Partner(id)).await;
    let (desk, sessions) = Desk::open(&app, &request, sessions).await?;
    let page = Account {
        shell: desk.shell(&request, "Your account", Nav::Account),
        name: desk.partner.name.to_string(),
        email: desk.partner.email.to_string(),
        role: None,
        moving: desk.partner.moving(app.now()).map(|moving| moving.email.to_string()),
        sessions: app.session_rows(&sessions, (&cookie, desk.partner.epoch), &desk.brand.time_zone),
        done: web::ended(request.query("ended")),
    };
    Reply::page(StatusCode::OK, &page)
}
