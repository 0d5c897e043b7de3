//! `GET`, `POST /api/t/{brand}/api-keys` and `DELETE …/api-keys/{key}`: lists, creates and
//! deletes API keys, for owners.
//!
//! A key is shown once, when it is created; only its hash is stored. It stops working with the write that deletes it.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    crypto::secret::Hash,
    domain::{ApiKey, ApiKeyId, BrandSlug, EventKind, Invalid, Name, Scope},
    store::keys,
    web::{ApiKeyView, Method, Nothing, Reply, Request, Requirement, Router},
};

pub use described::described;

const KEYS: &str = "/api/t/{brand}/api-keys";
const KEY: &str = "/api/t/{brand}/api-keys/{key}";

const READS: Requirement = Requirement::owner();
const CHANGES: Requirement = Requirement::owner().recently();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, KEYS, list).and(Method::POST, KEYS, create).and(Method::DELETE, KEY, delete).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// A name for people to recognize it by.
    label: Name,
    /// The key's permissions; at least one.
    #[schemars(length(min = 1))]
    scopes: Vec<Scope>,
}

/// The API keys of a brand.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApiKeys")]
struct Listed {
    /// All keys, oldest first.
    api_keys: Vec<ApiKeyView>,
}

/// Confirms that an API key was deleted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyDeleted")]
struct Deleted {
    /// Always `true`.
    ok: bool,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let (_, found) = futures::try_join!(app.load_admin(&request, &brand, READS, []), app.store.api_keys(&brand))?;
    Reply::ok(&Listed { api_keys: found.iter().map(ApiKeyView::from).collect() })
}

async fn create(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let (caller, _) = app.load_admin(&request, &brand, CHANGES, []).await?;
    let Input { label, mut scopes } = request.json()?;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(InvalidField::at("scopes", Invalid::unsupported("Give a key at least one scope.")).into());
    }

    let secret = ApiKey::secret_text(&app.secret());
    let (id, created_by) = (app.fresh::<ApiKeyId>(), Some(caller.actor()));
    let event = EventKind::ApiKeyCreated { key: id.clone(), label: label.clone() };
    let key = ApiKey { id, brand, scopes, label, created_at: app.now(), created_by, used_at: None };

    let reply = Reply::created(&ApiKeyView::with_secret(&key, &secret))?;
    let event = app.event(&key.brand, caller.actor(), event);
    let hash = Hash::of(secret.as_bytes());
    app.store.create_api_key(&hash, &key, &event, caller.remember_without_secret()).await?;
    Ok(reply)
}

async fn delete(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ApiKeyId = request.param("key")?;
    let name = keys::api_key_name(&brand, &id);
    let (caller, found) = app.load_admin(&request, &brand, CHANGES, [name.raw()]).await?;
    let hash = found.get(&name)?.ok_or(Error::NotFound("API key"))?.hash;
    let key = app.store.get(&keys::api_key(&hash)).await?.ok_or(Error::NotFound("API key"))?;
    request.json_or_nothing::<Nothing>()?;

    let event = EventKind::ApiKeyDeleted { key: id.clone(), label: key.label };
    let event = app.event(&brand, caller.actor(), event);
    let reply = Reply::ok(&Deleted { ok: true })?;
    app.store.delete_api_key((&brand, &id), &hash, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
