//! SQS consumer that selects the partners of a bulk job, and dispatches them in chunks.
//!
//! All partners are selected before any is dispatched, so that the job's own changes don't affect the selection. The
//! roster is read in the order of IDs, which never change, or with a search in the order of names and email addresses:
//! a partner who is renamed meanwhile may be selected twice, and is processed once. The selection of a page is written
//! together with the position of the next one, so that another worker continues there after a crash.

mod day;
mod selecting;
mod sending;

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, ErrorChain, Function, Result,
    domain::{EventKind, Import, ImportFailure},
    jobs::ImportJob,
    needed,
    runtime::worker::{self, Message},
    store::{ImportClaim, Lease, keys},
};

/// Lease on a job: this function's timeout plus ten seconds.
const LEASE_S: i64 = 130;

/// Time slice after which the function hands over to another invocation. The timeout is 120 seconds,
/// and a page may take a few.
const TURN: SignedDuration = SignedDuration::from_secs(80);

/// Delay in seconds before a job that another worker is processing is checked again.
const LOOK_AGAIN_S: i32 = 60;

/// The next step after a time slice.
enum Next {
    /// All partners are dispatched.
    Out,
    /// The job continues after this many seconds.
    Later(Box<Import>, i32),
    /// Another worker has taken it over.
    TakenOver,
    /// Nothing is dispatched, for this reason.
    Unable(ImportFailure),
}

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&[
        "PARTNERS_TO_SELECT_QUEUE",
        "IMPORT_ROWS_QUEUE",
        "MAIL_RATE",
        "MAIL_DAILY_QUOTA",
    ])
}

async fn handle(app: App, message: Message<ImportJob>) -> Result<()> {
    let job = &message.job;
    let claim = Lease { by: message.receipt.clone(), lease: SignedDuration::from_secs(LEASE_S) };
    let import = match app.store.claim_bulk((&job.brand, &job.import), &claim).await? {
        ImportClaim::Ours(import) => *import,
        // That worker may crash.
        ImportClaim::Theirs => return send_to_ourselves(&app, job, LOOK_AGAIN_S).await,
        ImportClaim::Over => return Ok(()),
    };
    if let Some(why) = given_up(&import, app.now()) {
        return fail(&app, job, why).await;
    }
    if import.all_sent {
        // The worker that ended dispatching may have crashed before it could finish the job.
        app.store.put_import_off(&import, &claim).await?;
        return app.store.finish_import((&job.brand, &job.import), (app.fresh(), app.now())).await;
    }
    match go_on(&app, import, &claim).await {
        Ok(Next::Out) => app.store.finish_import((&job.brand, &job.import), (app.fresh(), app.now())).await,
        Ok(Next::Later(import, seconds)) => {
            app.store.put_import_off(&import, &claim).await?;
            send_to_ourselves(&app, job, seconds).await
        }
        Ok(Next::TakenOver) => Ok(()),
        Ok(Next::Unable(why)) => fail(&app, job, why).await,
        Err(error) => {
            // Otherwise the next attempt would have to wait for the lease to expire.
            app.store.release_import((&job.brand, &job.import), &claim).await?;
            tracing::warn!(import.id = %job.import, "a selection is gone on with: {}", ErrorChain(&error));
            Err(error)
        }
    }
}

async fn go_on(app: &App, mut import: Import, claim: &Lease) -> Result<Next> {
    let (until, limit) = (app.now() + TURN, day::limit(app, &import).await?);
    while import.rows.is_none() {
        import = match selecting::page(app, import, (claim, limit)).await? {
            ControlFlow::Continue(further) => further,
            ControlFlow::Break(next) => return Ok(next),
        };
        if import.rows.is_none() && until <= app.now() {
            return Ok(Next::Later(Box::new(import), 0));
        }
    }
    if import.rows == Some(0) && import.cancelled_at.is_none() {
        let sentence = "No partners matched when the job started. Nothing was done.";
        return Ok(Next::Unable(ImportFailure::new("nobody_found", sentence)));
    }
    if let Some(why) = day::unable(import.rows.unwrap_or_default(), limit)
        && import.chunks_sent == 0
        && import.cancelled_at.is_none()
    {
        return Ok(Next::Unable(why));
    }
    sending::go_on(app, import, (claim, until, limit)).await
}

/// Returns the reason if the job has to end before all partners are processed.
fn given_up(import: &Import, now: Timestamp) -> Option<ImportFailure> {
    let sentence =
        "Not all partners could be processed. Changes already made stay; check the results before you start it again.";
    if import.all_sent {
        None
    } else if import.is_given_up() {
        Some(ImportFailure::new("unreadable", sentence))
    } else if import.is_overdue(now) {
        Some(ImportFailure::new("too_many_days", sentence))
    } else {
        None
    }
}

async fn fail(app: &App, job: &ImportJob, why: ImportFailure) -> Result<()> {
    let Some(import) = app.store.get(&keys::import(&job.brand, &job.import)).await? else { return Ok(()) };
    let kind = EventKind::ImportFailed { import: job.import.clone() };
    let event = app.event(&job.brand, import.asked_by.clone(), kind);
    app.store.fail_import(&import, &why, &event).await
}

async fn send_to_ourselves(app: &App, job: &ImportJob, seconds: i32) -> Result<()> {
    let queue = needed(&app.config.partners_to_select_queue, "PARTNERS_TO_SELECT_QUEUE")?;
    app.queues()?.send_later(queue, job, seconds).await
}
