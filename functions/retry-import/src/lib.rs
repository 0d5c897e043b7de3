//! `POST /api/t/{brand}/imports/{import}/retry`: retries the rows of an import that failed, were
//! cancelled or were over the limit.
//!
//! It starts a new import, which reads the old one's report as if it had been uploaded, and processes only those rows.

mod described;

use shared::{
    App, Error, Function, Result,
    aws::s3::report_key,
    domain::{BrandSlug, EventKind, Import, ImportFile, ImportId, ImportSource, ROWS_UNPROVEN, Scope},
    store::keys,
    web::{ImportView, Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/imports/{import}/retry";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let key = keys::import(&brand, &id);
    let (caller, found) = app.load(&request, &brand, Scope::ImportsWrite, [key.raw()]).await?;
    let earlier = found.get(&key)?.ok_or(Error::NotFound("import"))?;

    let now = app.now();
    if earlier.retryable() == 0 {
        return Err(Error::NothingToRetry);
    }
    if earlier.retryable() > ROWS_UNPROVEN && !caller.is_proven() {
        return Err(Error::SignInAgain);
    }
    let report = if earlier.has_report(now) { earlier.report_etag.clone() } else { None };
    let etag = Some(report.ok_or(Error::NoReport)?);
    let file = ImportFile { key: report_key(&brand, &id), etag, only_failed: true };
    let import = Import::start(app.fresh(), &brand, (ImportSource::File(file), earlier.options), caller.actor(), now);
    let import = Import { repeats: Some(id), ..import };
    let event = app.event(&brand, caller.actor(), EventKind::ImportStarted { import: import.id.clone(), there: true });

    let reply = Reply::accepted(&ImportView::of(&import, now))?;
    app.store.start_import(&import, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
