//! `GET /t/{brand}/face/{file}`: serves a brand's logo and colours to pages and emails, under URLs that
//! contain a hash of the content.

use shared::{
    App, Error, Result,
    crypto::secret::Hash,
    domain::BrandSlug,
    store::keys,
    web::{Reply, Request, stylesheet},
};

pub(crate) async fn file(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let file = request.param_text("file").unwrap_or_default();
    if let Some(sheet) = stylesheet(file) {
        return Ok(sheet);
    }
    let hash = file.strip_suffix(".png").and_then(Hash::parse).ok_or(Error::NotFound("file"))?;
    let picture = app.store.get(&keys::logo(&brand, &hash)).await?.ok_or(Error::NotFound("file"))?;
    Ok(Reply::picture("image/png", &picture.png))
}
