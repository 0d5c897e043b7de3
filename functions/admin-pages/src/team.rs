//! The brand's team.

use jiff::Timestamp;
use shared::{
    App, Result,
    domain::{Admin, ApiKey, BrandSlug, Role, TimeZone},
    store::keys,
    web::{
        Reply, Request, StatusCode, format,
        pages::{AdminRow, Nav, Team},
        when,
    },
};

use crate::Desk;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let (desk, admins, keys) = futures::try_join!(
        Desk::open_for(Role::Owner, &app, &request),
        app.store.list(keys::admins(&slug)),
        app.store.api_keys(&slug),
    )?;

    let owners = admins.iter().filter(|admin| admin.role == Role::Owner).count();
    let row = |admin: &Admin| AdminRow {
        you: admin.id == desk.admin.id,
        last_owner: admin.role == Role::Owner && owners == 1,
        ..row(admin, &keys, app.now(), &desk.brand.time_zone)
    };
    let page = Team { shell: desk.shell(&request, "Team", Nav::Settings), rows: admins.iter().map(row).collect() };
    Reply::page(StatusCode::OK, &page)
}

fn row(admin: &Admin, keys: &[ApiKey], now: Timestamp, zone: &TimeZone) -> AdminRow {
    let made = keys.iter().filter(|key| key.is_made_by(&admin.id));
    AdminRow {
        id: admin.id.to_string(),
        name: admin.name.to_string(),
        email: admin.email.to_string(),
        role: admin.role.as_str(),
        you: false,
        last_owner: false,
        keys: made.map(|key| key.label.to_string()).collect::<Vec<_>>().join(", "),
        mail: admin.mail.as_ref().map(|mail| format::mail(mail.state, mail.detail.as_deref())),
        mail_settled: admin.mail.as_ref().is_none_or(|mail| mail.is_settled(now)),
        when: when(admin.created_at, now, zone),
    }
}
