//! Dispatches the selected partners from the last checkpoint, until all are dispatched or the job is cancelled.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{Import, RowOutcome, Selection},
    jobs::PartnersJob,
    needed,
    store::{Lease, keys},
};

use crate::{Next, day};

/// Number of chunks per call.
const AT_ONCE: u64 = 10;

/// Maximum number of one job's chunks in the queue, so that a small job never waits behind all of a large one; and the
/// delay in seconds before the finished ones are counted again.
const OUT_MAX: u64 = 40;
const LOOK_S: i32 = 3;

/// Dispatches the chunks that weren't dispatched yet. Chunks that were sent but not recorded are sent again: they are
/// identical, and count once.
pub(crate) async fn go_on(
    app: &App,
    mut import: Import,
    (claim, until, limit): (&Lease, Timestamp, Option<u64>),
) -> Result<Next> {
    let chunks = import.bulk().map_or(0, |bulk| bulk.chunks);
    if let Some(seconds) = import.waits_s(app.now()) {
        return Ok(Next::Later(Box::new(import), seconds));
    }
    while import.chunks_sent < chunks {
        let cancelled = import.cancelled_at.is_some();
        if !cancelled && import.chunks_sent.saturating_sub(import.chunks_done) > OUT_MAX {
            return Ok(Next::Later(Box::new(import), LOOK_S));
        }
        if !cancelled && until <= app.now() {
            return Ok(Next::Later(Box::new(import), 0));
        }
        let numbers = import.chunks_sent..chunks.min(import.chunks_sent + AT_ONCE);
        let mut selections = app.store.selections((&import.brand, &import.id), numbers).await?;
        let Some((fit, day)) = day::room(app, &import, (&selections, limit)).await? else {
            let key = keys::import(&import.brand, &import.id);
            let import = app.store.get(&key).await?.ok_or(Error::NotFound("import"))?;
            let (import, seconds) = import.without_room(limit.unwrap_or_default(), app.now());
            return Ok(Next::Later(Box::new(import), seconds));
        };
        selections.truncate(fit);
        let people = day::people(&selections);
        import.chunks_sent = send(app, &import, (selections, day)).await?;
        import.rows_sent += people;
        let Some(noted) = app.store.checkpoint(&import, claim).await? else { return Ok(Next::TakenOver) };
        import = noted;
        // Not before sending once: the previous worker may have crashed before it recorded what it sent.
        if cancelled || import.cancelled_at.is_some() {
            break;
        }
    }
    // Dispatching has ended. The partners that a cancellation left over are counted.
    let left = import.rows.unwrap_or_default().saturating_sub(import.rows_sent);
    app.store.close_import(&import, (RowOutcome::Cancelled, left)).await?;
    Ok(Next::Out)
}

/// Sends the next chunks, which are reserved in a day's limit, and returns the number of chunks dispatched so far.
async fn send(app: &App, import: &Import, (selections, day): (Vec<Selection>, Option<i64>)) -> Result<u64> {
    let numbered = (import.chunks_sent..).zip(selections);
    let jobs: Vec<PartnersJob> = numbered
        .map(|(chunk, selection)| PartnersJob {
            brand: import.brand.clone(),
            import: import.id.clone(),
            chunk,
            day,
            selection,
        })
        .collect();
    let queue = needed(&app.config.import_rows_queue, "IMPORT_ROWS_QUEUE")?;
    if !app.queues()?.send(queue, &jobs).await?.is_empty() {
        return Err(Error::internal("SQS did not take every chunk"));
    }
    Ok(import.chunks_sent + jobs.iter().map(|_| 1).sum::<u64>())
}
