//! SQS consumer that reads the file of an import and dispatches its rows, a hundred per chunk.
//!
//! It reads the file twice: first to validate it and count its rows, then to dispatch them. It records how many rows
//! were dispatched, so that another invocation continues there. That one reads the file again from the beginning, which
//! costs seconds and needs no other stored state. Memory use doesn't grow with the file.

mod arrival;
mod day;
mod dispatch;
mod duplicates;
mod options;
mod outbox;
mod reading;
mod rows;
mod survey;

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, ErrorChain, Function, Result,
    domain::{BrandSlug, EventKind, Import, ImportFailure, ImportId, ROWS_MAX},
    jobs::{FileJob, ImportJob},
    needed,
    runtime::worker::{self, Message},
    store::{ImportClaim, Lease, keys},
};

use crate::{arrival::Arrived, reading::Stopped};

/// Lease on an import: this function's timeout plus ten seconds.
const LEASE_S: i64 = 130;

/// Delay in seconds before an import that another worker is processing is checked again.
const LOOK_AGAIN_S: i32 = 60;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_files().with_settings(&[
        "IMPORT_FILES_QUEUE",
        "IMPORT_ROWS_QUEUE",
        "MAIL_RATE",
        "MAIL_DAILY_QUOTA",
    ])
}

async fn handle(app: App, message: Message<FileJob>) -> Result<()> {
    let Some(Arrived { brand, import, etag }) = arrival::of(&app, &message.job).await? else { return Ok(()) };
    let (which, job) = ((&brand, &import), ImportJob { brand: brand.clone(), import: import.clone() });
    let claim = Lease { by: message.receipt.clone(), lease: SignedDuration::from_secs(LEASE_S) };
    let claimed = match app.store.claim_import(which, etag.as_deref(), &claim).await? {
        ImportClaim::Ours(import) => *import,
        // That worker may crash, or may have read the import before the change that this message announces.
        ImportClaim::Theirs => return send_to_ourselves(&app, &job, LOOK_AGAIN_S).await,
        ImportClaim::Over => return Ok(()),
    };
    if let Some(why) = given_up(&claimed, app.now()) {
        return fail(&app, which, &why).await;
    }
    // An S3 event carries no trace of the request that started the import.
    let trace = claimed.trace.clone();
    shared::following(trace, Box::pin(go_on(&app, claimed, (&job, &claim)))).await
}

/// Continues a claimed import.
async fn go_on(app: &App, claimed: Import, (job, claim): (&ImportJob, &Lease)) -> Result<()> {
    let which = (&job.brand, &job.import);
    if claimed.all_sent {
        // All rows are dispatched, so the file isn't needed any more.
        app.store.put_import_off(&claimed, claim).await?;
        return app.store.finish_import(which, (app.fresh(), app.now())).await;
    }

    match dispatch::go_on(app, claimed, claim).await {
        Ok(()) => app.store.finish_import(which, (app.fresh(), app.now())).await,
        Err(Stopped::Later { import, seconds }) => {
            app.store.put_import_off(&import, claim).await?;
            send_to_ourselves(app, job, seconds).await
        }
        Err(Stopped::TakenOver) => Ok(()),
        Err(Stopped::Unreadable(failure)) => fail(app, which, &failure).await,
        Err(Stopped::Failed(error)) => {
            // Otherwise the next attempt would have to wait for the lease to expire.
            app.store.release_import(which, claim).await?;
            tracing::warn!(import.id = %which.1, "a file is read again: {}", ErrorChain(&error));
            Err(error)
        }
    }
}

/// Returns the reason if the import has to end before its file is read completely.
fn given_up(import: &Import, now: Timestamp) -> Option<ImportFailure> {
    if import.all_sent {
        None
    } else if import.is_given_up() {
        let sentence = "The file could not be read completely. Import it again; no one is invited twice.";
        Some(ImportFailure::new("unreadable", sentence))
    } else if import.is_overdue(now) {
        let sentence = "The import was paused for weeks and its file will be deleted soon. Import the file again; no one is invited twice.";
        Some(ImportFailure::new("too_many_days", sentence))
    } else {
        None
    }
}

async fn fail(app: &App, (brand, id): (&BrandSlug, &ImportId), why: &ImportFailure) -> Result<()> {
    let Some(import) = app.store.get(&keys::import(brand, id)).await? else { return Ok(()) };
    let event = app.event(brand, import.asked_by.clone(), EventKind::ImportFailed { import: id.clone() });
    app.store.fail_import(&import, why, &event).await
}

async fn send_to_ourselves(app: &App, job: &ImportJob, seconds: i32) -> Result<()> {
    let queue = needed(&app.config.import_files_queue, "IMPORT_FILES_QUEUE")?;
    app.queues()?.send_later(queue, job, seconds).await
}

/// Returns the failure of a file with more rows than allowed.
fn too_many_rows() -> ImportFailure {
    let message = format!("The file has more than {ROWS_MAX} rows. Split it. No one was invited.");
    ImportFailure::new("too_many_rows", message)
}
