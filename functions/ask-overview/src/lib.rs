//! `POST /api/t/{brand}/overview`: requests a refresh of the overview's numbers.
//!
//! They are computed after the response, and only if the stored ones are stale and no computation is in progress.
//! However many admins view the page and however often they request it, a brand has one computation at a time, and
//! none while no one views it.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, Result,
    domain::{BrandSlug, EventKind, Scope},
    web::{Method, Reply, Request, Requirement, Router},
};

pub use described::described;

/// Any admin who may view the overview may refresh it.
const NEEDS: Requirement = Requirement::viewer().or_key(Scope::PartnersRead);

const PATH: &str = "/api/t/{brand}/overview";

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
    let caller = app.caller(&request, &brand, NEEDS).await?;

    let event = app.event(&brand, caller.actor(), EventKind::OverviewAsked);

    let reply = Reply::accepted(&Output { ok: true })?;
    app.store.ask_overview(&event, caller.remember(&reply)).await?;
    Ok(reply)
}
