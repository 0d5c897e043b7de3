//! `GET /api/t/{brand}/network/backfill` and `GET …/network/backfill/{backfill}`: returns the progress of backfills,
//! and the partners that the Network rejected.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{Backfill, BackfillId, BrandSlug, Scope},
    store::keys,
    web::{BackfillView, Method, Reply, Request, Router},
};

pub use described::described;

const LIST: &str = "/api/t/{brand}/network/backfill";
const ONE: &str = "/api/t/{brand}/network/backfill/{backfill}";

/// Number of listed backfills.
const SHOWN: usize = 20;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, LIST, list).and(Method::GET, ONE, one).function()
}

/// The latest backfills of a brand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Backfills")]
struct Listed {
    /// The backfills, newest first.
    backfills: Vec<BackfillView>,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let caller = app.caller(&request, &brand, Scope::NetworkWrite);
    let (_, backfills) = futures::try_join!(caller, app.store.backfills(&brand, SHOWN))?;
    let now = app.now();
    Reply::ok(&Listed { backfills: backfills.iter().map(|backfill| BackfillView::of(backfill, now)).collect() })
}

async fn one(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: BackfillId = request.param("backfill")?;
    request.only_query(&[])?;
    let key = keys::backfill(&brand, &id);
    let load = app.load(&request, &brand, Scope::NetworkWrite, [key.raw()]);
    let ((_, found), lines) = futures::try_join!(load, app.store.backfill_lines(&brand, &id))?;
    let backfill: Backfill = found.get(&key)?.ok_or(Error::NotFound("backfill"))?;
    Reply::ok(&BackfillView::of(&backfill, app.now()).with_lines(lines))
}
