//! `GET`, `PUT`, `DELETE /api/t/{brand}/network` and `POST …/network/rotate`: manages a brand's connection with its
//! Network. Admins read it, owners change it.
//!
//! The token for calls to the Network is stored encrypted and never shown again. The signing secret for calls from it
//! is generated here and shown once; after it is replaced, the old one stays valid for another day.

mod described;
mod input;
mod output;

use shared::{
    App, Error, Function, InvalidField, Result,
    crypto::webhook_signature::secret_text,
    domain::{BrandSlug, EventKind, Invalid, NETWORK_SECRET, NETWORK_TOKEN, NetworkConnection, RotatedSecrets},
    store::keys,
    web::{Method, Nothing, Reply, Request, Requirement, Router},
};

use crate::{
    input::{Input, checked_token, may_be_called},
    output::{Disconnected, Output},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/network";
const ROTATE: &str = "/api/t/{brand}/network/rotate";

const READS: Requirement = Requirement::viewer();
const CHANGES: Requirement = Requirement::owner().recently();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, read)
        .and(Method::PUT, PATH, connect)
        .and(Method::DELETE, PATH, disconnect)
        .and(Method::POST, ROTATE, rotate)
        .function()
        .with_settings(&["SEALING_KEYS"])
}

async fn read(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let key = keys::network(&brand);
    let (_, found) = app.load_admin(&request, &brand, READS, [key.raw()]).await?;
    let connection = found.get(&key)?;
    let (calls, failures) = futures::try_join!(
        app.store.last_calls(&brand, 50),
        app.store.newest(keys::push_failures(&brand), None, 100),
    )?;
    Reply::ok(&Output::of(&app, &brand, connection.as_ref()).with(&calls, &failures.0))
}

async fn connect(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::network(&brand);
    let (caller, found) = app.load_admin(&request, &brand, CHANGES, [key.raw()]).await?;
    let before: Option<NetworkConnection> = found.get(&key)?;
    let Input { url, token } = request.json()?;
    may_be_called(&app, before.as_ref(), &url).await?;
    let token = match (token.map(|token| checked_token(&token)).transpose()?, &before) {
        (Some(token), _) => app.seal(&brand, NETWORK_TOKEN, &token)?,
        (None, Some(before)) => before.token.clone(),
        (None, None) => return Err(InvalidField::at("token", Invalid::missing("A token is required.")).into()),
    };

    let fresh = before.is_none().then(|| secret_text(app.entropy()));
    let connection = match (&before, &fresh) {
        (Some(before), _) => NetworkConnection { url, token, revision: before.revision + 1, ..before.clone() },
        (None, secret) => NetworkConnection {
            brand: brand.clone(),
            url,
            token,
            secret: app.seal(&brand, NETWORK_SECRET, secret.as_deref().unwrap_or_default())?,
            former_secrets: RotatedSecrets::default(),
            connected_at: app.now(),
            connected_by: caller.actor(),
            revision: 1,
            ignored: 0,
            down_until: None,
            down_since: None,
            down_said: None,
            locked: false,
            backfill: None,
            last_backfill: None,
        },
    };

    let output = Output::of(&app, &brand, Some(&connection));
    let reply = Reply::ok(&output.showing(fresh.as_deref()))?;
    let event = app.event(&brand, caller.actor(), EventKind::NetworkChanged { connected: true });
    let remember = if fresh.is_some() { caller.remember_without_secret() } else { caller.remember(&reply) };
    app.store.set_network((before.as_ref(), &connection), &event, remember).await?;
    Ok(reply)
}

async fn rotate(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::network(&brand);
    let (caller, found) = app.load_admin(&request, &brand, CHANGES, [key.raw()]).await?;
    let before: NetworkConnection = found.get(&key)?.ok_or(Error::NotConnected)?;
    request.json_or_nothing::<Nothing>()?;

    let secret = secret_text(app.entropy());
    let connection = before.clone().with_secret(app.seal(&brand, NETWORK_SECRET, &secret)?, app.now());

    let reply = Reply::ok(&Output::of(&app, &brand, Some(&connection)).showing(Some(&secret)))?;
    let event = app.event(&brand, caller.actor(), EventKind::NetworkChanged { connected: true });
    app.store.set_network((Some(&before), &connection), &event, caller.remember_without_secret()).await?;
    Ok(reply)
}

async fn disconnect(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::network(&brand);
    let (caller, found) = app.load_admin(&request, &brand, CHANGES, [key.raw()]).await?;
    found.get(&key)?.ok_or(Error::NotConnected)?;
    request.json_or_nothing::<Nothing>()?;

    let reply = Reply::ok(&Disconnected { ok: true })?;
    let event = app.event(&brand, caller.actor(), EventKind::NetworkChanged { connected: false });
    app.store.end_network(&brand, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
