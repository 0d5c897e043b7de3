//! `POST /api/t/{brand}/programs`: a new program. Nobody is granted it by that.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Function, Result,
    domain::{
        ALLOWED_HOSTS_MAX, AttributionDays, BrandSlug, Commission, Destination, Host, Name, Program, ProgramTerms,
        Scope,
    },
    store::keys,
    web::{Endpoint, Method, ProgramView, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/programs";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// What people call it.
    #[schemars(example = "Spring launch")]
    name: Name,
    /// Where its links lead: an https address of a host by name, without user name, password or port.
    destination: Destination,
    /// Hosts besides the destination's own that links may lead to; what lies below them is included.
    #[serde(default)]
    #[schemars(length(max = ALLOWED_HOSTS_MAX))]
    allowed_hosts: Vec<Host>,
    commission: Commission,
    /// How many days after a visit a conversion counts: 1–90.
    #[serde(default)]
    attribution_days: AttributionDays,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let caller = app.caller(&request, &brand, Scope::ProgramsWrite);
    let (caller, existing) = futures::try_join!(caller, app.store.list(keys::programs(&brand)))?;
    let Input { name, destination, allowed_hosts, commission, attribution_days } = request.json()?;
    let terms = ProgramTerms { name, destination, allowed_hosts, commission, attribution_days };

    let created = Program::create(app.fresh(), terms, &existing, app.now())?;

    let reply = Reply::created(&ProgramView::from(&created.program))?;
    let event = app.event(&brand, caller.actor(), created.what.clone());
    app.store.change_program(&created, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
