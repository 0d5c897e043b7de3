//! `POST /api/t/{brand}/attribution/events`: a shop says that a visitor did something, which may earn a commission.
//!
//! The answer is the same whatever comes of it. What a revoked partner would have earned is dropped for good, also when
//! the shop says it again after they were reinstated.

mod described;
mod input;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, Result,
    domain::{BrandSlug, Conversion, Dropped, Outcome, Scope, Visit},
    store::{RawKey, keys},
    web::{Caller, Endpoint, Method, Reply, Request},
};

use crate::input::Input;

pub use described::described;

const PATH: &str = "/api/t/{brand}/attribution/events";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always true.
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let input: Result<Input> = request.json();
    let also: Vec<RawKey> = input.as_ref().map(|input| input.known_by(&brand)).unwrap_or_default();
    let (caller, found) = app.load(&request, &brand, Scope::EventsWrite, also).await?;
    let input = input?;
    let visit = input.visit(&brand, &found)?;
    let conversion = input.conversion()?;

    let reply = Reply::accepted(&Output { ok: true })?;
    if let Some(dropped) = book(&app, &brand, (&caller, &reply), visit, &conversion).await? {
        let [chance] = app.entropy();
        app.store.count_dropped(&brand, dropped, chance).await?;
    }
    Ok(reply)
}

/// Books what the conversion earns, or says why it can't be put down to anybody.
async fn book(
    app: &App,
    brand: &BrandSlug,
    (caller, reply): (&Caller, &Reply),
    visit: Option<Visit>,
    conversion: &Conversion,
) -> Result<Option<Dropped>> {
    let Some(visit) = visit else { return Ok(Some(Dropped::Unknown)) };
    let partner = keys::partner(brand, &visit.source.partner);
    let program = keys::program(brand, &visit.source.program);
    let link = keys::share_link(brand, &visit.source.partner, &visit.source.link);
    let found = app.store.read([partner.raw(), program.raw(), link.raw()]).await?;
    let (Some(partner), Some(program), Some(link)) = (found.get(&partner)?, found.get(&program)?, found.get(&link)?)
    else {
        return Ok(Some(Dropped::Unknown));
    };
    let booked = match partner.revoked_at {
        Some(_) => false,
        None => match conversion.book((app.fresh(), app.fresh()), &visit, (&link, &program), caller.actor(), app.now())
        {
            Outcome::Nothing => true,
            Outcome::Dropped(dropped) => return Ok(Some(dropped)),
            Outcome::Booked(booked) => app.store.book(&booked.0, &booked.1, caller.remember(reply)).await?,
        },
    };
    if booked {
        return Ok(None);
    }
    let first = app.store.drop_conversion(brand, conversion.external_id.as_ref(), caller.remember(reply)).await?;
    Ok(first.then_some(Dropped::Conversion))
}
