//! `POST /api/t/{brand}/attribution/identify`: a shop reports which of its users came through a click.
//!
//! A call with an API key is trusted. A page of the shop calls it without one, from the visitor's browser, and
//! proves by `userHash` that the shop's server identified the user. The response is always the same, so it
//! reveals nothing about anyone.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, Result,
    crypto::secret::{Hash, signature},
    domain::{BrandSlug, ClickId, Scope, UserId, Visit, Visitor},
    store::{Found, Limit, Over, RawKey, keys},
    web::{Method, Reply, Request, Router, StatusCode},
};

pub use described::described;

/// Limit on calls without an API key from one client network.
const CALLED_FROM: Limit = Limit { what: "identify-from", window_s: 600, most: 600, most_an_hour: None };

const PATH: &str = "/api/t/{brand}/attribution/identify";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle)
        .and(Method::OPTIONS, PATH, preflight)
        .from_anywhere()
        .function()
        .with_settings(&["SERVER_KEY"])
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// The shop's ID of the user.
    user_id: UserId,
    /// The value that arrived as `cref`. An unknown one is not an error.
    click_id: String,
    /// HMAC-SHA256 of `userId` with the brand's secret as the key, in lower-case hexadecimal.
    user_hash: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always `true`.
    ok: bool,
}

/// Any shop's pages may call; the endpoint adds the CORS headers to every response.
async fn preflight(_: App, _: Request) -> Result<Reply> {
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let input: Result<Input> = request.json();
    let id = input.as_ref().ok().and_then(|input| ClickId::parse(&input.click_id).ok());
    let click = id.as_ref().map(|id| keys::click(&brand, id));
    let also: Vec<_> = click.iter().map(keys::Key::raw).collect();
    let (input, found, signed) = if request.bearer().is_some() {
        let (_, found) = app.load(&request, &brand, Scope::EventsWrite, also).await?;
        (input?, found, true)
    } else {
        let input = input?;
        let (found, signed) = vouched(&app, &request, &brand, (&input, also)).await?;
        (input, found, signed)
    };
    let reply = Reply::accepted(&Output { ok: true })?;

    let (Some(id), Some(click)) = (id, click.map(|key| found.get(&key)).transpose()?.flatten()) else {
        return Ok(reply);
    };
    let visit = Visit::from((id, click));
    let Some(partner) = app.store.get(&keys::partner(&brand, &visit.source.partner)).await? else { return Ok(reply) };
    // A revoked partner's visit must not replace another partner's. It is stored all the same, so that conversions of
    // its user are dropped for good now, instead of merely being attributed to no one.
    let over = if partner.revoked_at.is_some() { Over::Nothing } else { Over::Weaker };
    app.store.identify(&brand, &input.user_id, &Visitor::of(visit, signed), over).await?;
    Ok(reply)
}

/// Returns the items found, and whether the shop signed the user's ID.
async fn vouched(
    app: &App,
    request: &Request,
    slug: &BrandSlug,
    (input, also): (&Input, Vec<RawKey>),
) -> Result<(Found, bool)> {
    if !app.store.count(CALLED_FROM, &[&request.network()]).await? {
        return Err(Error::TooManyRequests);
    }
    let brand = keys::brand(slug);
    let found = app.store.read(also.into_iter().chain([brand.raw()])).await?;
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let signed = match &input.user_hash {
        Some(given) => {
            let ours = signature(&brand.identify_secret(app.server_key()?), input.user_id.as_str());
            let given = Hash::parse(given).filter(|given| given.matches(&ours));
            given.map(|_| true).ok_or(Error::SignatureWrong)?
        }
        None if brand.unsigned_identify => false,
        None => return Err(Error::SignatureRequired),
    };
    Ok((found, signed))
}
