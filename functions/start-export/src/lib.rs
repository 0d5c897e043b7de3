//! `POST /api/t/{brand}/exports`: partners as a file, which is made after the answer.
//!
//! It chooses partners by the words of `GET …/partners`. The making follows from the event.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, Export, ExportId, ExportState, Scope},
    store::Limit,
    web::{Endpoint, Method, Needs, PartnerWords, Reply, Request},
};

/// How often a brand may start one.
const STARTS: Limit = Limit { what: "export", window_s: 3_600, most: 20, most_an_hour: None };

pub use described::described;

const PATH: &str = "/api/t/{brand}/exports";

/// Whoever has the file has everybody in it.
const NEEDS: Needs = Needs::manager().recently().or_key(Scope::PartnersRead);

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Names it.
    id: ExportId,
    /// How far it is.
    state: ExportState,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let caller = app.caller(&request, &brand, NEEDS).await?;
    let wanted = request.json_or_nothing::<PartnerWords>()?.unwrap_or_default().read()?;
    if !app.store.count(STARTS, &[brand.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }

    let export = Export::start(app.fresh(), &brand, wanted, caller.actor(), app.now());
    let event = app.event(&brand, caller.actor(), EventKind::ExportStarted { export: export.id.clone() });

    let reply = Reply::accepted(&Output { id: export.id.clone(), state: export.state(app.now()) })?;
    app.store.start_export(&export, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
