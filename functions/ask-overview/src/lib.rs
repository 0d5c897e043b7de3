//! `POST /api/t/{brand}/overview`: somebody looks at the overview, and wants its numbers as they are now.
//!
//! They are added up after the answer, and only if what is kept is old and nobody is at it already. So however many look,
//! and however often they ask, a brand is added up once at a time, and nothing happens while nobody looks.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, Result,
    domain::{BrandSlug, EventKind, Scope},
    web::{Endpoint, Method, Needs, Reply, Request},
};

pub use described::described;

/// Whoever may look may have it looked up.
const NEEDS: Needs = Needs::viewer().or_key(Scope::PartnersRead);

const PATH: &str = "/api/t/{brand}/overview";

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
    let caller = app.caller(&request, &brand, NEEDS).await?;

    let event = app.event(&brand, caller.actor(), EventKind::OverviewAsked);

    let reply = Reply::accepted(&Output { ok: true })?;
    app.store.ask_overview(&event, caller.remember(&reply)).await?;
    Ok(reply)
}
