//! `POST /api/t/{brand}/imports/{import}/cancel`: stops what is not yet invited.
//!
//! Whoever works on the import sees it at the next chunk. What had been invited by then stays invited, and is counted.

mod described;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, ImportId, Scope},
    store::keys,
    web::{Endpoint, ImportView, Method, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/imports/{import}/cancel";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let key = keys::import(&brand, &id);
    let (caller, found) = app.load(&request, &brand, Scope::ImportsWrite, [key.raw()]).await?;
    let import = found.get(&key)?.ok_or(Error::NotFound("import"))?;
    let event = app.event(&brand, caller.actor(), EventKind::ImportCancelled { import: id });

    let cancelled = import.cancel(event.at).ok_or(Error::ImportOver)?;

    let reply = Reply::ok(&ImportView::of(&cancelled, event.at))?;
    app.store.cancel_import(&cancelled, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
