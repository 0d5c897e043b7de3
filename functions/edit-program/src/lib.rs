//! `PATCH /api/t/{brand}/programs/{program}`: changes what is named, archives, or brings back.
//!
//! Archiving stops new grants and new links. What was granted and shared stays as it is.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, Result,
    domain::{
        ALLOWED_HOSTS_MAX, AttributionDays, BrandSlug, Commission, Destination, Host, Name, Program, ProgramEdit,
        ProgramId, Scope,
    },
    store::keys,
    web::{Endpoint, Method, ProgramView, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/programs/{program}";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::PATCH, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// What people call it.
    #[schemars(example = "Spring launch")]
    name: Option<Name>,
    /// Where its links lead from now on; links with a destination of their own keep it.
    destination: Option<Destination>,
    /// All hosts besides the destination's own that links may lead to.
    #[schemars(length(max = ALLOWED_HOSTS_MAX))]
    allowed_hosts: Option<Vec<Host>>,
    /// What it pays from now on.
    commission: Option<Commission>,
    attribution_days: Option<AttributionDays>,
    /// Whether it is closed for new grants and new links.
    archived: Option<bool>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ProgramId = request.param("program")?;
    let caller = app.caller(&request, &brand, Scope::ProgramsWrite);
    let (caller, existing) = futures::try_join!(caller, app.store.list(keys::programs(&brand)))?;
    let Input { name, destination, allowed_hosts, commission, attribution_days, archived } = request.json()?;

    let program: Option<&Program> = existing.iter().find(|program| program.id == id);
    let program = program.cloned().ok_or(Error::NotFound("program"))?;
    let edit = ProgramEdit { name, destination, allowed_hosts, commission, attribution_days, archived };
    let edited = program.edit(edit, &existing, app.now())?;

    let reply = Reply::ok(&ProgramView::from(&edited.program))?;
    let event = app.event(&brand, caller.actor(), edited.what.clone());
    app.store.change_program(&edited, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
