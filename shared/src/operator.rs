//! Helpers that operators need before anyone can sign in. No function uses this module.

use crate::{
    App,
    crypto::{
        secret::{Hash, Secret},
        webhook_signature::secret_text,
    },
    domain::{
        Actor, ApiKey, ApiKeyId, BrandSlug, EmailAddress, EventKind, Fresh, MagicLink, NETWORK_SECRET, NETWORK_TOKEN,
        Name, NetworkConnection, NetworkUrl, RotatedSecrets, Scope, Token,
    },
    error::{Error, Result},
    store::keys,
    web::link_address,
};

/// Creates an API key with every scope from `secret_bytes`, and returns its text. Repeating it changes nothing.
///
/// # Errors
/// Fails if the names don't parse or the table can't be written.
pub async fn api_key(app: &App, brand: &str, label: &str, secret_bytes: [u8; 32]) -> Result<String> {
    let now = app.now();
    let text = ApiKey::secret_text(&Secret::from(secret_bytes));
    let key = ApiKey {
        id: ApiKeyId::fresh(now, app.entropy()),
        brand: BrandSlug::parse(brand)?,
        scopes: Scope::ALL.to_vec(),
        label: Name::parse(label)?,
        created_at: now,
        created_by: None,
        used_at: None,
    };
    app.store.add_api_key(&Hash::of(text.as_bytes()), &key).await?;
    Ok(text)
}

/// Connects a brand to the Network at `url`, and returns the Network's signing secret. Repeating it changes nothing,
/// unless `url` is different.
///
/// # Errors
/// Fails if something doesn't parse or the table can't be written.
pub async fn connect_network(app: &App, brand: &str, url: &str, token: &str, secret_bytes: [u8; 32]) -> Result<String> {
    let (brand, url) = (BrandSlug::parse(brand)?, NetworkUrl::parse(url)?);
    let secret = secret_text(secret_bytes);
    let before = app.store.get(&keys::network(&brand)).await?;
    if before.as_ref().is_some_and(|before| before.url == url) {
        return Ok(secret);
    }
    let connection = NetworkConnection {
        brand: brand.clone(),
        url,
        token: app.seal(&brand, NETWORK_TOKEN, token)?,
        secret: app.seal(&brand, NETWORK_SECRET, &secret)?,
        former_secrets: RotatedSecrets::default(),
        connected_at: app.now(),
        connected_by: Actor::operator(),
        revision: before.as_ref().map_or(0, |before| before.revision + 1),
        ignored: 0,
        down_until: None,
        down_since: None,
        down_said: None,
        locked: false,
        backfill: None,
        last_backfill: None,
    };
    let event = app.event(&brand, Actor::operator(), EventKind::NetworkChanged { connected: true });
    app.store.set_network((before.as_ref(), &connection), &event, None).await?;
    Ok(secret)
}

/// Creates a sign-in link for an admin, for the person who uses the local runner; no email is sent.
///
/// # Errors
/// [`Error::NotFound`] if there is no such admin.
pub async fn admin_link(app: &App, brand: &str, email: &str) -> Result<String> {
    let (brand, email) = (BrandSlug::parse(brand)?, EmailAddress::parse(email)?);
    let claim = app.store.get(&keys::admin_email(&brand, &email)).await?.ok_or(Error::NotFound("admin"))?;
    let admin = app.store.get(&keys::admin(&brand, &claim.id)).await?.ok_or(Error::NotFound("admin"))?;
    let person = admin.person();
    let secret = app.secret();
    let token = Token::mint(brand.clone(), &person, app.now());
    app.store.mint(&secret.hash(), &token, None).await?;
    let link = MagicLink { principal: person.principal, epoch: person.epoch, purpose: person.purpose, secret };
    Ok(link_address(app, &brand, &link))
}
