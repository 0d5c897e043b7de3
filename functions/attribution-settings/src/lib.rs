//! `GET`, `PUT /api/t/{brand}/attribution`: reads and changes how a brand's shop signs its users' IDs, for owners.
//!
//! The secret is derived from the deployment's server key, so it isn't stored. A new one
//! invalidates the old one immediately.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, Result,
    domain::{Brand, BrandSlug, EventKind},
    store::keys,
    web::{Method, Reply, Request, Requirement, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/attribution";

/// Reading returns the secret, so it requires as much as a change.
const NEEDS: Requirement = Requirement::owner().recently();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, read).and(Method::PUT, PATH, change).function().with_settings(&["SERVER_KEY"])
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// True if a shop's page may identify users without a signature. If omitted, the setting stays.
    unsigned_identify: Option<bool>,
    /// Creates a new secret, which invalidates the old one immediately.
    #[serde(default)]
    new_secret: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// The secret that signs users: `userHash` is the HMAC-SHA256 of `userId` with this text as the key. The response
    /// to a change contains it only if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    identify_secret: Option<String>,
    /// True if a shop’s page may identify users without a signature.
    unsigned_identify: bool,
}

impl Output {
    fn of(app: &App, brand: &Brand, with_secret: bool) -> Result<Self> {
        let identify_secret = if with_secret { Some(brand.identify_secret(app.server_key()?)) } else { None };
        Ok(Self { identify_secret, unsigned_identify: brand.unsigned_identify })
    }
}

async fn read(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let key = keys::brand(&slug);
    let (_, found) = app.load_admin(&request, &slug, NEEDS, [key.raw()]).await?;
    let brand = found.get(&key)?.ok_or(Error::NotFound("brand"))?;
    Reply::ok(&Output::of(&app, &brand, true)?)
}

async fn change(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::brand(&slug);
    let (caller, found) = app.load_admin(&request, &slug, NEEDS, [key.raw()]).await?;
    let before = found.get(&key)?.ok_or(Error::NotFound("brand"))?;
    let Input { unsigned_identify, new_secret } = request.json()?;

    let brand = Brand {
        unsigned_identify: unsigned_identify.unwrap_or(before.unsigned_identify),
        identify_version: before.identify_version + u32::from(new_secret),
        ..before.clone()
    };

    let reply = Reply::ok(&Output::of(&app, &brand, new_secret)?)?;
    let event = app.event(&slug, caller.actor(), EventKind::AttributionChanged);
    let remember = if new_secret { caller.remember_without_secret() } else { caller.remember(&reply) };
    app.store.change_attribution((&before, &brand), &event, remember).await?;
    Ok(reply)
}
