//! `PATCH /api/t/{brand}/partners/{partner}`: changes a partner's name or metadata.
//!
//! The email address has a route of its own, because changing it sends an email.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, Metadata, Name, PartnerId, Scope},
    store::keys,
    web::{Method, PartnerView, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::PATCH, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// New name.
    name: Option<Name>,
    /// New metadata, which replaces the old as a whole.
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<serde_json::Value>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: PartnerId = request.param("partner")?;
    let (key, kept) = (keys::partner(&brand, &id), keys::metadata(&brand, &id));
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw(), kept.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { name, metadata } = request.json()?;
    let metadata = metadata.as_ref().map(Metadata::parse).transpose();
    let metadata = metadata.map_err(|invalid| InvalidField::at("metadata", invalid))?;

    let edited = partner.edit((name, metadata), app.fresh(), caller.actor(), app.now())?;

    let before = found.get(&kept)?.map(|item| item.metadata);
    let reply = Reply::ok(&PartnerView::whole(&edited.partner, edited.metadata.as_ref().or(before.as_ref())))?;
    app.store.edit_partner(&edited, caller.remember(&reply)).await?;
    Ok(reply)
}
