//! Handles a request whose response is already stored: the first request may have crashed before it stored the file.

use shared::{
    App, Result,
    aws::s3::import_key,
    domain::StoredResponse,
    domain::{BrandSlug, ImportId},
    web::Request,
};

use crate::{
    CSV,
    input::{SENT_BYTES_MAX, is_csv},
};

/// Stores the file of a repeated request again, if it had one. It is the same file, so this
/// changes nothing if it exists.
pub(crate) async fn put_again(app: &App, brand: &BrandSlug, request: &Request, answer: &StoredResponse) -> Result<()> {
    if !is_csv(request) {
        return Ok(());
    }
    let Some(id) = answer.id().and_then(|id| ImportId::parse(&id).ok()) else { return Ok(()) };
    app.archive()?.put(&import_key(brand, &id), CSV, request.bytes(SENT_BYTES_MAX)?.to_vec()).await
}
