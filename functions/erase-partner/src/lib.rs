//! `POST /api/t/{brand}/partners/{partner}/erase`: an admin erases the person behind a revoked partner.
//!
//! Name, address and metadata are gone with this write, and so is the claim of the address: a keyed hash of it is kept, so
//! that nobody invites them again by accident. What lies elsewhere follows from the event. It can't be undone.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, Invalid, Partner, PartnerId},
    store::{Marked, keys},
    web::{Endpoint, Method, Needs, Reply, Request, Time},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/erase";

/// It can't be undone.
const NEEDS: Needs = Needs::owner().recently();

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function().with_settings(&["SERVER_KEY"])
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// What the person is called, as the partner's record spells it: a slip of the hand erases nobody.
    confirm: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    ok: bool,
    /// When. What lies elsewhere is scrubbed within minutes; `scrubbedAt` of the partner says that it is.
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
        return Err(InvalidField::at("confirm", Invalid::unsupported("That is not this partner’s name.")).into());
    }

    let mark = app.erasure_mark(&brand, &erased.address)?;
    let reply = Reply::ok(&Output { ok: true, erased_at: erased.partner.erased_at })?;
    app.store.erase(&erased, (&mark, &before), caller.remember(&reply)).await?;
    Ok(reply)
}

/// The addresses that they had before and that are nobody else's now.
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
