//! `GET /api/t/{brand}/exports/{export}`: returns the progress of an export, and a download URL of its file
//! that works for a few minutes.

mod described;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    aws::s3::export_key,
    domain::{ActorKind, BrandSlug, ExportId, ExportState, Scope},
    store::keys,
    web::{Method, Reply, Request, Requirement, Router},
};

/// Lifetime of a download URL. Anyone who may read the export gets another one.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

pub use described::described;

const PATH: &str = "/api/t/{brand}/exports/{export}";

/// Anyone who may start an export may download it, however long it took.
const NEEDS: Requirement = Requirement::manager().or_key(Scope::PartnersRead);

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, handle).function().with_files()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// The export's ID.
    id: ExportId,
    /// The export's status.
    state: ExportState,
    /// Number of partners in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    /// Download URL of the file, once it exists. It works for five minutes; another request returns a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The reason, if the export failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ExportId = request.param("export")?;
    let key = keys::export(&brand, &id);
    let (caller, found) = app.load(&request, &brand, NEEDS, [key.raw()]).await?;
    let export = found.get(&key)?.ok_or(Error::NotFound("export"))?;

    // A person's data can be downloaded only by an admin, not with an API key.
    if export.person.is_some() && caller.actor().kind != ActorKind::Admin {
        return Err(Error::SessionRequired);
    }

    let state = export.state(app.now());
    let (url, error) = match state {
        ExportState::Running => (None, None),
        ExportState::Completed => (Some(app.archive()?.link(&export_key(&export), LINK_LIFETIME).await?), None),
        ExportState::Failed => (None, Some("The file could not be created. Start another export.")),
    };
    Reply::ok(&Output { id, state, rows: export.rows, url, error })
}
