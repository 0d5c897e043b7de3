//! `POST /api/t/{brand}/programs`: creates a program. No partner is granted it automatically.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Function, Result,
    domain::{
        ALLOWED_HOSTS_MAX, AttributionDays, BrandSlug, CommissionTerms, Destination, Host, Name, Program, ProgramTerms,
        Scope,
    },
    store::keys,
    web::{Method, ProgramView, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/programs";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// The program's name.
    #[schemars(example = "Spring launch")]
    name: Name,
    /// The URL that share links redirect to: https on a named host, without user name, password or port.
    destination: Destination,
    /// Additional hosts, besides the destination's own, that links may redirect to. Their subdomains are included.
    #[serde(default)]
    #[schemars(length(max = ALLOWED_HOSTS_MAX))]
    allowed_hosts: Vec<Host>,
    commission: CommissionTerms,
    /// Number of days after a visit in which a conversion counts: 1–90.
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
