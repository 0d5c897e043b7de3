//! `GET /api/t/{brand}/network/requests` and `POST …/network/requests/approve` and `/reject`: lists the pending
//! applications on the Network, and decides them.
//!
//! After an approval, the Network sends its webhook, which creates the partner. The decisions made here are
//! stored as well, so that both halves can be compared. The Network's own record of a decision counts: sending it
//! twice changes nothing there.

mod described;
mod output;
mod word;

use std::{collections::HashMap, time::Instant};

use futures::StreamExt;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{ApplicationId, BrandSlug, Invalid, NetworkConnection, Reason, Scope},
    store::keys,
    web::{Method, Reply, Request, Router},
};

use crate::{
    output::{Decided, Listed},
    word::Word,
};

pub use described::described;

const LIST: &str = "/api/t/{brand}/network/requests";
const APPROVE: &str = "/api/t/{brand}/network/requests/approve";
const REJECT: &str = "/api/t/{brand}/network/requests/reject";

/// Maximum number of applications per request, and number of parallel calls.
const AT_MOST: usize = 50;
const AT_ONCE: usize = 10;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, LIST, list)
        .and(Method::POST, APPROVE, approve)
        .and(Method::POST, REJECT, reject)
        .function()
        .with_settings(&["SEALING_KEYS"])
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// The applications; at most 50.
    #[schemars(length(min = 1, max = 50))]
    ids: Vec<ApplicationId>,
    /// Note to the creator.
    #[schemars(with = "Option<Reason>")]
    note: Option<String>,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&["cursor"])?;
    let key = keys::network(&brand);
    let (_, found) = app.load(&request, &brand, Scope::NetworkWrite, [key.raw()]).await?;
    let connection: NetworkConnection = found.get(&key)?.ok_or(Error::NotConnected)?;
    let page = app.network_requests(&connection, request.query("cursor")).await?;
    Reply::ok(&Listed::of(page))
}

async fn approve(app: App, request: Request) -> Result<Reply> {
    decide(app, request, true).await
}

async fn reject(app: App, request: Request) -> Result<Reply> {
    decide(app, request, false).await
}

async fn decide(app: App, request: Request, approve: bool) -> Result<Reply> {
    let since = Instant::now();
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::network(&brand);
    let (caller, found) = app.load(&request, &brand, Scope::NetworkWrite, [key.raw()]).await?;
    let Input { mut ids, note } = request.json()?;
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > AT_MOST {
        return Err(InvalidField::at("ids", Invalid::unsupported("Select 1 to 50 applications.")).into());
    }
    let note = Reason::of(note).map_err(|invalid| InvalidField::at("note", invalid))?;
    let connection: NetworkConnection = found.get(&key)?.ok_or(Error::NotConnected)?;

    // The creators' names are stored with the decisions. If the Network doesn't return them,
    // it is decided all the same.
    let waiting = app.network_requests(&connection, None).await.unwrap_or_default().requests;
    let names: HashMap<ApplicationId, String> =
        waiting.into_iter().map(|request| (request.id, request.creator)).collect();
    let word = Word { app: &app, connection: &connection, approve, note: note.as_ref(), by: caller.actor(), since };
    let said = ids.into_iter().map(|id| {
        let creator = names.get(&id).cloned();
        word.say(id, creator)
    });
    let decided: Vec<Result<Decided>> = futures::stream::iter(said).buffered(AT_ONCE).collect().await;

    let reply = Reply::ok(&output::Output::of(decided.into_iter().collect::<Result<_>>()?, approve))?;
    app.store.remember(caller.remember(&reply)).await?;
    Ok(reply)
}
