//! `GET`, `PATCH /api/t/{brand}/settings`, and the routes of the logo and of the colour preview: a brand's branding and
//! contact details, for owners.
//!
//! Pages and emails use the new values the next time they are rendered.

mod colour;
mod described;
mod logo;
mod picture;
mod pixels;
mod shape;

use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{Brand, BrandSlug, Color, EmailAddress, EventKind, Invalid, Name, PostalAddress, TimeZone},
    store::keys,
    web::{Method, Reply, Request, Requirement, Router},
};

use crate::shape::{Input, Output};

pub use described::described;

const PATH: &str = "/api/t/{brand}/settings";
const LOGO: &str = "/api/t/{brand}/settings/logo";
const COLOUR: &str = "/api/t/{brand}/settings/accent";

/// Branding is up to the owners.
const NEEDS: Requirement = Requirement::owner();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, read)
        .and(Method::PATCH, PATH, change)
        .and(Method::PUT, LOGO, logo::put)
        .and(Method::DELETE, LOGO, logo::remove)
        .and(Method::GET, COLOUR, colour::read)
        .function()
}

async fn read(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let key = keys::brand(&slug);
    let (_, found) = app.load_admin(&request, &slug, NEEDS, [key.raw()]).await?;
    let brand = found.get(&key)?.ok_or(Error::NotFound("brand"))?;
    Reply::ok(&Output::of(&app, &brand))
}

async fn change(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::brand(&slug);
    let (caller, found) = app.load_admin(&request, &slug, NEEDS, [key.raw()]).await?;
    let before = found.get(&key)?.ok_or(Error::NotFound("brand"))?;

    let brand = request.json::<Input>()?.over(before.clone())?;

    let reply = Reply::ok(&Output::of(&app, &brand))?;
    if brand == before {
        app.store.remember(caller.remember(&reply)).await?;
        return Ok(reply);
    }
    let event = app.event(&slug, caller.actor(), EventKind::BrandChanged);
    app.store.change_brand((&before, &brand), None, &event, caller.remember(&reply)).await?;
    Ok(reply)
}

impl Input {
    /// Applies the input to the brand. Omitted fields stay as they are; empty ones are reset to the default.
    fn over(self, brand: Brand) -> Result<Brand> {
        let Self { sender_name, support_address, footer, accent, time_zone, reminders } = self;
        let accent = match or_usual("accent", accent, Color::parse)? {
            Some(Some(colour)) if colour.as_accent() != colour => return Err(Error::ColourTooPale(colour)),
            accent => accent,
        };
        Ok(Brand {
            sender_name: or_usual("senderName", sender_name, Name::parse)?.unwrap_or(brand.sender_name),
            footer: or_usual("footer", footer, PostalAddress::parse)?.unwrap_or(brand.footer),
            accent: accent.unwrap_or(brand.accent),
            reply_to: said("supportAddress", support_address, EmailAddress::parse)?.unwrap_or(brand.reply_to),
            time_zone: said("timeZone", time_zone, TimeZone::parse)?.unwrap_or(brand.time_zone),
            reminders: reminders.unwrap_or(brand.reminders),
            ..brand
        })
    }
}

/// Parses a field; `Some(None)` if it is empty.
fn or_usual<T>(
    field: &str,
    text: Option<String>,
    parse: fn(&str) -> Result<T, Invalid>,
) -> Result<Option<Option<T>>, InvalidField> {
    match text {
        Some(text) if text.trim().is_empty() => Ok(Some(None)),
        text => Ok(said(field, text, parse)?.map(Some)),
    }
}

fn said<T>(
    field: &str,
    text: Option<String>,
    parse: fn(&str) -> Result<T, Invalid>,
) -> Result<Option<T>, InvalidField> {
    text.map(|text| parse(&text)).transpose().map_err(|invalid| InvalidField::at(field, invalid))
}
