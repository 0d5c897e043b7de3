//! `POST /api/t/{brand}/imports`: starts an import of a file that is in the request, is to be
//! uploaded, or was imported before.
//!
//! The import is written before its file exists, and nothing is read here: a worker reads it after the object's event,
//! or after the import's own event if the file is already in the bucket.

mod again;
mod described;
mod input;
mod unproven;
mod wire;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    aws::s3::import_key,
    domain::{BrandSlug, EventKind, Import, ImportFile, ImportSource, Scope, UPLOAD_LIFETIME},
    store::{Limit, keys},
    web::{ImportView, Method, Reply, Request, Router, Time},
};

use crate::input::{Asked, What};

/// Limit on the imports a brand may start.
const STARTS: Limit = Limit { what: "import", window_s: 3_600, most: 100, most_an_hour: None };

/// Content type of stored files.
const CSV: &str = "text/csv";

pub use described::described;

const PATH: &str = "/api/t/{brand}/imports";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function().with_files()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    #[serde(flatten)]
    import: ImportView,
    /// The upload URL, if the file is to be uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<Upload>,
}

/// Instructions for the upload.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Upload {
    /// HTTP method of the upload.
    method: &'static str,
    /// URL of the upload, which accepts exactly the announced number of bytes.
    url: String,
    /// Time at which the URL expires.
    expires_at: Time,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let caller = app.caller(&request, &brand, Scope::ImportsWrite);
    let asked = match futures::try_join!(caller, app.store.list(keys::programs(&brand))) {
        Err(Error::Answered(answer)) => {
            again::put_again(&app, &brand, &request, &answer).await?;
            return Err(Error::Answered(answer));
        }
        found => found,
    };
    let (caller, programs) = asked?;
    let Asked { what, options, repeats } = input::read(&app, (&brand, &caller.actor()), &request, &programs).await?;
    let rows_most = unproven::rows_most(&caller, &what, &options)?;
    if !app.store.count(STARTS, &[brand.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }

    let (id, now) = (app.fresh(), app.now());
    let key = import_key(&brand, &id);
    let (file, there) = match &what {
        What::There(file, _) => (file.clone(), true),
        What::Sent(_) | What::Upload(_) => (ImportFile { key: key.clone(), etag: None, only_failed: false }, false),
    };
    let import = Import::start(id, &brand, (ImportSource::File(file), options), caller.actor(), now);
    let import = Import { repeats, rows_most, ..if there { import } else { import.awaited() } };
    let event = app.event(&brand, caller.actor(), EventKind::ImportStarted { import: import.id.clone(), there });

    let upload = match what {
        What::Upload(bytes) => {
            let lifetime = Duration::try_from(UPLOAD_LIFETIME).map_err(Error::internal)?;
            let url = app.archive()?.upload_link(&key, bytes, lifetime).await?;
            Some(Upload { method: "PUT", url, expires_at: now + UPLOAD_LIFETIME })
        }
        What::Sent(_) | What::There(..) => None,
    };
    let reply = Reply::accepted(&Output { import: ImportView::of(&import, now), upload })?;
    app.store.start_import(&import, &event, caller.remember(&reply)).await?;
    if let What::Sent(body) = what {
        app.archive()?.put(&key, CSV, body).await?;
    }
    Ok(reply)
}
