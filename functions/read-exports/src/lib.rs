//! `GET /api/t/{brand}/exports/{export}`: how far an export is, and where its file can be fetched for a few minutes.

mod described;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    archive::export_key,
    domain::{ActorKind, BrandSlug, ExportId, ExportState, Scope},
    store::keys,
    web::{Endpoint, Method, Needs, Reply, Request},
};

/// How long an address of a file works. Whoever may ask gets another one.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

pub use described::described;

const PATH: &str = "/api/t/{brand}/exports/{export}";

/// Whoever may start one may fetch it, however long it took.
const NEEDS: Needs = Needs::manager().or_key(Scope::PartnersRead);

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::GET, PATH, handle).function().with_files()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Names it.
    id: ExportId,
    /// How far it is.
    state: ExportState,
    /// How many partners the file holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    /// Where it is fetched, once it is there. It works for five minutes; asking again gives another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// What came of it, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ExportId = request.param("export")?;
    let key = keys::export(&brand, &id);
    let (caller, found) = app.load(&request, &brand, NEEDS, [key.raw()]).await?;
    let export = found.get(&key)?.ok_or(Error::NotFound("export"))?;

    // What is known of a person is for people.
    if export.person.is_some() && caller.actor().kind != ActorKind::Admin {
        return Err(Error::SessionRequired);
    }

    let state = export.state(app.now());
    let (url, error) = match state {
        ExportState::Running => (None, None),
        ExportState::Completed => (Some(app.archive()?.link(&export_key(&export), LINK_LIFETIME).await?), None),
        ExportState::Failed => (None, Some("The file could not be made. Start another export.")),
    };
    Reply::ok(&Output { id, state, rows: export.rows, url, error })
}
