//! `POST /api/t/{brand}/partners/{partner}/erase`: erases the person behind a revoked partner, for owners.
//!
//! This write removes name, email address and metadata, and releases the claim on the email address. A keyed hash of
//! it is stored, which prevents an accidental new invitation. Other items are scrubbed as a consequence of the
//! event. It can't be undone.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, Invalid, Partner, PartnerId},
    store::{Marked, keys},
    web::{Method, Reply, Request, Requirement, Router, Time},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/erase";

/// Erasing can't be undone.
const NEEDS: Requirement = Requirement::owner().recently();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function().with_settings(&["SERVER_KEY"])
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// The person's name exactly as the partner's record has it, which protects against accidents.
    confirm: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    ok: bool,
    /// Time of the erasure. Other items are scrubbed within minutes; the partner's `scrubbedAt` confirms it.
    erased_at: Option<Time>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load_admin(&request, &brand, NEEDS, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { confirm } = request.json()?;
    let (called, before) = (partner.name.clone(), before(&app, &partner).await?);

    let erased = partner.erase(app.fresh(), caller.actor(), app.now())?;
    if confirm.trim() != called.as_str() {
        return Err(InvalidField::at("confirm", Invalid::unsupported("This doesn’t match the partner’s name.")).into());
    }

    let mark = app.erasure_mark(&brand, &erased.address)?;
    let reply = Reply::ok(&Output { ok: true, erased_at: erased.partner.erased_at })?;
    app.store.erase(&erased, (&mark, &before), caller.remember(&reply)).await?;
    Ok(reply)
}

/// Returns the person's former email addresses that no other partner uses now.
async fn before(app: &App, partner: &Partner) -> Result<Vec<Marked>> {
    let former = &partner.former_addresses;
    if former.is_empty() {
        return Ok(Vec::new());
    }
    let claims: Vec<_> = former.iter().map(|address| keys::email(&partner.brand, address)).collect();
    let found = app.store.read(claims.iter().map(keys::Key::raw)).await?;
    let mut marked = Vec::new();
    for (address, claim) in former.iter().zip(&claims) {
        if found.get(claim)?.is_none() {
            marked.push(Marked { address: address.clone(), hash: app.erasure_mark(&partner.brand, address)? });
        }
    }
    Ok(marked)
}
