//! `PUT /api/t/{brand}/partners/{partner}/programs`: sets what a partner may create links for, as a whole.
//!
//! What they keep stays as it was given. Links that they have stay too, and go on earning: only new ones are stopped.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, ProgramId, Scope},
    store::keys,
    web::{Endpoint, Method, PartnerView, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/programs";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::PUT, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// All that they shall have.
    #[schemars(with = "Vec<ProgramId>")]
    program_ids: Vec<String>,
    /// The `grantsVersion` that was read: if somebody changed the programs since, nothing is changed now.
    grants_version: u64,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let load = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]);
    let ((caller, found), programs) = futures::try_join!(load, app.store.list(keys::programs(&brand)))?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    partner.must_be_there()?;
    let Input { program_ids, grants_version } = request.json()?;

    let wanted = (program_ids.as_slice(), grants_version);
    let set = partner.set_programs(wanted, &programs, app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&PartnerView::from(&set.partner))?;
    app.store.set_programs(&set, caller.remember(&reply)).await?;
    Ok(reply)
}
