//! `PUT /api/t/{brand}/partners/{partner}/programs`: sets all programs for which a partner may create links.
//!
//! Grants that remain are unchanged. Existing links stay too and keep earning: removing a grant stops only new links.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, ProgramId, Scope},
    store::keys,
    web::{Method, PartnerView, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/programs";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::PUT, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// All programs that the partner should have.
    #[schemars(with = "Vec<ProgramId>")]
    program_ids: Vec<String>,
    /// The `grantsVersion` that was read. If the grants were changed since then, the request is rejected.
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
