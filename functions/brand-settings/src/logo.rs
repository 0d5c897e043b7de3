//! `PUT`, `DELETE /api/t/{brand}/settings/logo`: the brand's logo, uploaded as the bytes of an image.
//!
//! The upload itself isn't stored: it is decoded, scaled down, and encoded again as a PNG.

use base64::{Engine, engine::general_purpose::STANDARD};
use shared::{
    App, Error, InvalidField, Result,
    crypto::secret::Hash,
    domain::{Brand, BrandSlug, EventKind, Logo},
    store::{Picture, keys},
    web::{Caller, Reply, Request},
};

use crate::{picture, shape::Output};

pub(crate) async fn put(app: App, request: Request) -> Result<Reply> {
    let (caller, before) = brand_of(&app, &request).await?;
    let logo = picture::of(&request.body).map_err(|invalid| InvalidField::at("body", invalid))?;

    let hash = Hash::of(&logo.png).as_str().to_owned();
    let brand = Brand { logo: Some(Logo { hash, width: logo.width, height: logo.height }), ..before.clone() };

    write(&app, &caller, (&before, &brand), Some(Picture { png: STANDARD.encode(logo.png) })).await
}

pub(crate) async fn remove(app: App, request: Request) -> Result<Reply> {
    let (caller, before) = brand_of(&app, &request).await?;
    let brand = Brand { logo: None, ..before.clone() };
    write(&app, &caller, (&before, &brand), None).await
}

async fn brand_of(app: &App, request: &Request) -> Result<(Caller, Brand)> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::brand(&slug);
    let (caller, found) = app.load_admin(request, &slug, crate::NEEDS, [key.raw()]).await?;
    Ok((caller, found.get(&key)?.ok_or(Error::NotFound("brand"))?))
}

async fn write(
    app: &App,
    caller: &Caller,
    (before, brand): (&Brand, &Brand),
    picture: Option<Picture>,
) -> Result<Reply> {
    let reply = Reply::ok(&Output::of(app, brand))?;
    if before == brand {
        app.store.remember(caller.remember(&reply)).await?;
        return Ok(reply);
    }
    let event = app.event(&brand.slug, caller.actor(), EventKind::BrandChanged);
    app.store.change_brand((before, brand), picture.as_ref(), &event, caller.remember(&reply)).await?;
    Ok(reply)
}
