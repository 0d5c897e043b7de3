//! What an operator needs before anybody can sign in. No function names this module; a test sees to it.

use crate::{
    App,
    domain::{ApiKey, ApiKeyId, BrandSlug, EmailAddress, Fresh, MagicLink, Name, Scope, Token},
    error::{Error, Result},
    secret::{Hash, Secret},
    store::keys,
    web::link_address,
};

/// Makes an API key with every scope of `secret_bytes`, and gives back its text. Doing it again changes nothing.
///
/// # Errors
/// If the names don't parse or the table can't be written.
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

/// Mints a sign-in link of an admin, for whoever runs the system on a laptop; no mail is sent.
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
