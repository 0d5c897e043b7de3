//! `POST /api/t/{brand}/attribution/events`: records a conversion, which may earn a commission.
//!
//! The response is the same whatever the outcome. A conversion that would have belonged to a revoked partner is dropped
//! for good, even if the shop repeats it after the partner is reinstated, with the same external ID or idempotency key.

mod described;
mod input;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, Result,
    domain::{BrandSlug, Conversion, Dropped, Outcome, Scope, Visit},
    store::{Booking, RawKey, keys},
    web::{Caller, Method, Reply, Request, Router},
};

use crate::input::Input;

pub use described::described;

const PATH: &str = "/api/t/{brand}/attribution/events";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always `true`.
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
    match outcome(&app, &brand, (&caller, &reply), visit, &conversion).await? {
        Recorded::Kept => {}
        Recorded::Nothing => app.store.remember(caller.remember(&reply)).await?,
        Recorded::Dropped(dropped) => {
            // Counted first: if the function crashes in between, a repetition counts it twice rather than not at all.
            let [chance] = app.entropy();
            app.store.count_dropped(&brand, dropped, chance).await?;
            app.store.remember(caller.remember(&reply)).await?;
        }
    }
    Ok(reply)
}

/// Outcome of a conversion.
enum Recorded {
    /// It is recorded or dropped for good, together with the response.
    Kept,
    /// There is nothing to record.
    Nothing,
    /// It can't be attributed, at least not yet.
    Dropped(Dropped),
}

async fn outcome(
    app: &App,
    brand: &BrandSlug,
    (caller, reply): (&Caller, &Reply),
    visit: Option<Visit>,
    conversion: &Conversion,
) -> Result<Recorded> {
    let Some(visit) = visit else { return Ok(Recorded::Dropped(Dropped::Unknown)) };
    let partner = keys::partner(brand, &visit.source.partner);
    let program = keys::program(brand, &visit.source.program);
    let link = keys::share_link(brand, &visit.source.partner, &visit.source.link);
    let found = app.store.read([partner.raw(), program.raw(), link.raw()]).await?;
    let (Some(partner), Some(program), Some(link)) = (found.get(&partner)?, found.get(&program)?, found.get(&link)?)
    else {
        return Ok(Recorded::Dropped(Dropped::Unknown));
    };
    let ids = (app.fresh(), app.fresh());
    let booking = match conversion.book(ids, &visit, (&partner, &link, &program), caller.actor(), app.now()) {
        Outcome::Nothing => return Ok(Recorded::Nothing),
        Outcome::Dropped(Dropped::Conversion) => Booking::Revoked,
        Outcome::Dropped(dropped) => return Ok(Recorded::Dropped(dropped)),
        Outcome::Booked(booked) => {
            let is_first = partner.steps.first_commission_at.is_none();
            app.store.book((&booked.0, is_first), &booked.1, caller.remember(reply)).await?
        }
    };
    match booking {
        Booking::Booked => Ok(Recorded::Kept),
        Booking::ToldBefore => Ok(Recorded::Nothing),
        Booking::Revoked => {
            let [chance] = app.entropy();
            let id = conversion.external_id.as_ref();
            app.store.drop_conversion(brand, (id, chance), caller.remember(reply)).await?;
            Ok(Recorded::Kept)
        }
    }
}
