//! The steps after a page: the next page, a pause, or the end.

use shared::{
    App, Result,
    domain::{Backfill, BackfillFailure, NetworkConnection},
    jobs::BackfillJob,
    needed,
    runtime::worker::Message,
    store::Lease,
};

/// Stores the checkpoint and queues the next page.
pub(crate) async fn go_on(app: &App, message: &Message<BackfillJob>, backfill: Backfill, claim: &Lease) -> Result<()> {
    let backfill = Backfill { not_reached_since: None, ..backfill };
    if app.store.checkpoint_backfill(&backfill, claim).await? {
        app.queues()?.send_later(needed(&app.config.backfills_queue, "BACKFILLS_QUEUE")?, &message.job, 0).await?;
    }
    Ok(())
}

/// Completes the backfill. Earlier failed syncs are forgotten, since the Network now has the current state.
pub(crate) async fn complete(
    app: &App,
    connection: &NetworkConnection,
    backfill: Backfill,
    claim: &Lease,
) -> Result<()> {
    if !backfill.dry_run {
        app.store.forget_push_failures(connection).await?;
    }
    let backfill = Backfill { ended_at: Some(app.now()), ..backfill };
    app.store.end_backfill(&backfill, claim).await
}

/// Ends the backfill as failed.
pub(crate) async fn fail(app: &App, backfill: Backfill, why: BackfillFailure, claim: &Lease) -> Result<()> {
    let backfill = Backfill { ended_at: Some(app.now()), failure: Some(why), ..backfill };
    app.store.end_backfill(&backfill, claim).await
}

/// Stores the checkpoint and returns the message to the queue until the Network may be reachable again.
pub(crate) async fn wait_for_network(
    app: &App,
    message: &Message<BackfillJob>,
    (backfill, connection): (Backfill, &NetworkConnection),
    claim: &Lease,
) -> Result<()> {
    app.store.checkpoint_backfill(&backfill, claim).await?;
    let now = app.now();
    let pause = match connection.down_until {
        Some(until) if now < until => now.duration_until(until),
        Some(_) | None => connection.pause(now),
    };
    come_back(app, message, pause.as_secs().clamp(1, 900)).await
}

/// Makes the message visible again after this many seconds.
pub(crate) async fn come_back(app: &App, message: &Message<BackfillJob>, seconds: i64) -> Result<()> {
    app.queues()?.come_back(needed(&app.config.backfills_queue, "BACKFILLS_QUEUE")?, &message.receipt, seconds).await
}
