//! `PATCH /api/t/{brand}/programs/{program}`: changes a program, archives it or restores it.
//!
//! Archiving stops new grants and new links. Existing grants and links stay as they are.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, Result,
    domain::{
        ALLOWED_HOSTS_MAX, AttributionDays, BrandSlug, CommissionTerms, Destination, Host, Name, Program, ProgramEdit,
        ProgramId, Scope,
    },
    store::keys,
    web::{Method, ProgramView, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/programs/{program}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::PATCH, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// The program's name.
    #[schemars(example = "Spring launch")]
    name: Option<Name>,
    /// The URL that share links redirect to from now on. Links with a destination of their own keep it.
    destination: Option<Destination>,
    /// All hosts, besides the destination's own, that links may redirect to.
    #[schemars(length(max = ALLOWED_HOSTS_MAX))]
    allowed_hosts: Option<Vec<Host>>,
    /// Commission terms of future conversions.
    commission: Option<CommissionTerms>,
    attribution_days: Option<AttributionDays>,
    /// True to archive the program, which closes it for new grants and links; false to restore it.
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
