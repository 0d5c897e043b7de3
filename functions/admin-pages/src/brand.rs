//! The brand's branding: logo, colour, sender name of emails, postal address and time zone.

use shared::{
    App, Result,
    domain::{Color, Role, TimeZone},
    web::{
        Reply, Request, StatusCode,
        pages::{BrandPage, Nav},
    },
};

use crate::Desk;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let desk = Desk::open_for(Role::Owner, &app, &request).await?;

    let brand = &desk.brand;
    let page = BrandPage {
        shell: desk.shell(&request, "Branding", Nav::Settings),
        saved: request.query("saved").is_some(),
        accent: brand.accent.map(|accent| accent.to_string()).unwrap_or_default(),
        usual_accent: Color::USUAL.to_string(),
        sender_name: brand.sender_name.as_ref().map(ToString::to_string).unwrap_or_default(),
        support_address: brand.reply_to.to_string(),
        footer: brand.footer.as_ref().map(ToString::to_string).unwrap_or_default(),
        time_zone: brand.time_zone.to_string(),
        time_zones: TimeZone::all(),
    };
    Reply::page(StatusCode::OK, &page)
}
