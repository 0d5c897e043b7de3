//! `GET /api/t/{brand}/dropped`: returns dropped attribution by day. It is never shown to partners or visitors.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, InvalidField, Result,
    domain::{BrandSlug, Invalid, Scope},
    web::{Method, Reply, Request, Router},
};

pub use described::described;

const DAYS_DEFAULT: i64 = 30;
const DAYS_MAX: i64 = 90;

const PATH: &str = "/api/t/{brand}/dropped";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// The days in UTC, oldest first.
    days: Vec<Day>,
}

/// Dropped attribution of a day (UTC).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DroppedDay")]
struct Day {
    /// The day, such as `2026-11-22`.
    day: String,
    /// Visits through revoked partners' links.
    clicks: u64,
    /// Conversions that would have belonged to revoked partners.
    conversions: u64,
    /// Conversions of unknown visitors.
    unknown: u64,
    /// Conversions after the attribution window of their program.
    late: u64,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&["days"])?;
    let caller = app.caller(&request, &brand, Scope::PartnersRead);
    let days = async { app.store.dropped(&brand, days(&request)?).await };
    let (_, days) = futures::try_join!(caller, days)?;
    let days = days.into_iter().map(|(day, dropped)| Day {
        day,
        clicks: dropped.clicks,
        conversions: dropped.conversions,
        unknown: dropped.unknown,
        late: dropped.late,
    });
    Reply::ok(&Output { days: days.collect() })
}

fn days(request: &Request) -> Result<i64> {
    match request.query("days").map(str::parse) {
        None => Ok(DAYS_DEFAULT),
        Some(Ok(days)) if (1..=DAYS_MAX).contains(&days) => Ok(days),
        Some(_) => Err(InvalidField::at("days", Invalid::unsupported("`days` must be 1 to 90.")).into()),
    }
}
