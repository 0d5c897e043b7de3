//! `POST /api/t/{brand}/exports` and `POST …/partners/{partner}/export`: starts an export of partners, or of
//! all data about one person.
//!
//! Partners are selected with the filter of `GET …/partners`. A worker writes the file after the response:
//! it follows from the event.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, Export, ExportId, ExportState, PartnerId, Scope},
    store::{Limit, keys},
    web::{Caller, Method, Nothing, PartnerFilterParams, Reply, Request, Requirement, Router},
};

/// Limit on the exports a brand may start.
const STARTS: Limit = Limit { what: "export", window_s: 3_600, most: 20, most_an_hour: None };

pub use described::described;

const PATH: &str = "/api/t/{brand}/exports";
const OF_PERSON: &str = "/api/t/{brand}/partners/{partner}/export";

/// The file contains personal data of many partners, so an admin needs a recent sign-in.
const NEEDS: Requirement = Requirement::manager().recently().or_key(Scope::PartnersRead);

/// One person's data goes into more detail, so API keys aren't accepted.
const NEEDS_OF_PERSON: Requirement = Requirement::manager().recently();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).and(Method::POST, OF_PERSON, of_person).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// The export's ID.
    id: ExportId,
    /// The export's status.
    state: ExportState,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let caller = app.caller(&request, &brand, NEEDS).await?;
    let wanted = request.json_or_nothing::<PartnerFilterParams>()?.unwrap_or_default().read()?;
    let export = Export::start(app.fresh(), &brand, wanted, caller.actor(), app.now());
    start(&app, &caller, &export).await
}

async fn of_person(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load_admin(&request, &brand, NEEDS_OF_PERSON, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    request.json_or_nothing::<Nothing>()?;
    partner.must_be_there()?;
    let export = Export::of_person(app.fresh(), &brand, partner.id, caller.actor(), app.now());
    start(&app, &caller, &export).await
}

async fn start(app: &App, caller: &Caller, export: &Export) -> Result<Reply> {
    if !app.store.count(STARTS, &[export.brand.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }
    let event = app.event(&export.brand, caller.actor(), EventKind::ExportStarted { export: export.id.clone() });

    let reply = Reply::accepted(&Output { id: export.id.clone(), state: export.state(app.now()) })?;
    app.store.start_export(export, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
