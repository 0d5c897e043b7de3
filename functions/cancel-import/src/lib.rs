//! `POST /api/t/{brand}/imports/{import}/cancel` and `…/bulk/{import}/cancel`: cancels an import or a bulk job.
//!
//! Workers notice it at the next chunk. Rows that were processed by then keep their outcomes and are counted.

mod described;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, ImportId},
    store::keys,
    web::{ImportView, ImportsOf, Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/imports/{import}/cancel";
const BULK: &str = "/api/t/{brand}/bulk/{import}/cancel";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, |app, request| handle(app, request, ImportsOf::Anything))
        .and(Method::POST, BULK, |app, request| handle(app, request, ImportsOf::Roster))
        .function()
}

async fn handle(app: App, request: Request, of: ImportsOf) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let key = keys::import(&brand, &id);
    let (caller, found) = app.load(&request, &brand, of.scope(), [key.raw()]).await?;
    let import = found.get(&key)?.filter(|import| of.has(import)).ok_or(Error::NotFound("import"))?;
    let event =
        app.event(&brand, caller.actor(), EventKind::ImportCancelled { import: id, roster: import.bulk().is_some() });

    let cancelled = import.cancel(event.at).ok_or(Error::ImportOver)?;

    let reply = Reply::ok(&ImportView::of(&cancelled, event.at))?;
    app.store.cancel_import(&cancelled, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
