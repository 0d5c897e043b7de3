//! Sending out those who were selected, from where somebody left off, until all are out or somebody cancels.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{Import, RowOutcome},
    needed,
    queue::PartnersJob,
    store::Lease,
};

use crate::Next;

/// How many chunks go out in one call.
const AT_ONCE: u64 = 10;

/// How many chunks of one import are in the queue at once, so that a small one never waits behind all of a large one;
/// and when it looks again whether some have ended.
const OUT_MAX: u64 = 40;
const LOOK_S: i32 = 3;

/// Sends out what has not gone out yet. What was sent and not noted goes out again: it is the same, and counts once.
pub(crate) async fn go_on(app: &App, mut import: Import, (claim, until): (&Lease, Timestamp)) -> Result<Next> {
    let chunks = import.bulk().map_or(0, |bulk| bulk.chunks);
    while import.chunks_sent < chunks {
        let cancelled = import.cancelled_at.is_some();
        if !cancelled && import.chunks_sent.saturating_sub(import.chunks_done) > OUT_MAX {
            return Ok(Next::Later(Box::new(import), LOOK_S));
        }
        if !cancelled && until <= app.now() {
            return Ok(Next::Later(Box::new(import), 0));
        }
        let numbers = import.chunks_sent..chunks.min(import.chunks_sent + AT_ONCE);
        import.rows_sent += send(app, &import, numbers.clone()).await?;
        import.chunks_sent = numbers.end;
        let Some(noted) = app.store.checkpoint(&import, claim).await? else { return Ok(Next::TakenOver) };
        import = noted;
        // Not before: whoever was at it may have died before they noted what they sent.
        if cancelled || import.cancelled_at.is_some() {
            break;
        }
    }
    // No more will go out. What a cancelling left over is counted.
    let left = import.rows.unwrap_or_default().saturating_sub(import.rows_sent);
    app.store.close_import(&import, (RowOutcome::Cancelled, left)).await?;
    Ok(Next::Out)
}

/// Sends some chunks, and gives back how many partners they hold.
async fn send(app: &App, import: &Import, numbers: std::ops::Range<u64>) -> Result<u64> {
    let selections = app.store.selections((&import.brand, &import.id), numbers.clone()).await?;
    let jobs: Vec<PartnersJob> = numbers
        .zip(selections)
        .map(|(chunk, selection)| PartnersJob {
            brand: import.brand.clone(),
            import: import.id.clone(),
            chunk,
            selection,
        })
        .collect();
    let queue = needed(&app.config.import_rows_queue, "IMPORT_ROWS_QUEUE")?;
    if !app.queues()?.send(queue, &jobs).await?.is_empty() {
        return Err(Error::internal("SQS did not take every chunk"));
    }
    Ok(jobs.iter().flat_map(|job| &job.selection.partners).map(|_| 1).sum())
}
