//! A request that was answered before: the answer was kept, but whoever gave it may have died before the file was in
//! its place.

use shared::{
    App, Result,
    archive::import_key,
    domain::{BrandSlug, ImportId},
    store::StoredAnswer,
    web::Request,
};

use crate::{
    CSV,
    input::{SENT_BYTES_MAX, is_csv},
};

/// Puts the file of a repeated request in its place, if there was one: it is the same file, so that nothing happens
/// if it is there.
pub(crate) async fn put_again(app: &App, brand: &BrandSlug, request: &Request, answer: &StoredAnswer) -> Result<()> {
    if !is_csv(request) {
        return Ok(());
    }
    let Some(id) = answer.id().and_then(|id| ImportId::parse(&id).ok()) else { return Ok(()) };
    app.archive()?.put(&import_key(brand, &id), CSV, request.bytes(SENT_BYTES_MAX)?.to_vec()).await
}
