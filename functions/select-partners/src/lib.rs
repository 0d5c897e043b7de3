//! Behind the queue of selections: finds the partners to whom something is to be done, and sends them out.
//!
//! All are selected before anybody is sent out, so that what is done to them changes nothing about who they are. The
//! roster is walked in the order of ids, which never change, or, by a search, of names and addresses: who is renamed
//! meanwhile may be found twice, and it is done to them once. What was found of a page is written together with where
//! the next one begins: whoever comes after somebody who died goes on from there.

mod day;
mod selecting;
mod sending;

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, Chain, Function, Result,
    domain::{EventKind, Import, ImportFailure},
    needed,
    queue::ImportJob,
    store::{ImportClaimed, Lease, keys},
    worker::{self, Message},
};

/// How long nobody else may work on what was taken up: this function's timeout and ten seconds.
const LEASE_S: i64 = 130;

/// After this it hands over to itself. Its time is over after 120 seconds, and a page may take a few.
const TURN: SignedDuration = SignedDuration::from_secs(80);

/// When somebody looks again after what somebody else is at.
const LOOK_AGAIN_S: i32 = 60;

/// What comes after a turn.
enum Next {
    /// All are out.
    Out,
    /// It goes on after so many seconds.
    Later(Box<Import>, i32),
    /// Somebody else went on with it.
    TakenOver,
    /// Nobody is sent out, for a reason.
    Unable(ImportFailure),
}

/// The function.
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
        ImportClaimed::Ours(import) => *import,
        // They may die.
        ImportClaimed::Theirs => return send_to_ourselves(&app, job, LOOK_AGAIN_S).await,
        ImportClaimed::Over => return Ok(()),
    };
    if let Some(why) = given_up(&import, app.now()) {
        return fail(&app, job, why).await;
    }
    if import.all_sent {
        // Whoever closed it may have died before it could end.
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
            // Or else whoever tries it next would wait until nobody can be at it any more.
            app.store.release_import((&job.brand, &job.import), &claim).await?;
            tracing::warn!(import.id = %job.import, "a selection is gone on with: {}", Chain(&error));
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
        let sentence = "Nobody was like that any more when it began. Nothing was done.";
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

/// Why a job ends before all partners were gone through, if it does.
fn given_up(import: &Import, now: Timestamp) -> Option<ImportFailure> {
    let sentence =
        "Not all partners could be gone through. What was done stays: see what came of it before you start it again.";
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
