//! Sending out those who were selected, from where somebody left off, until all are out or somebody cancels.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{Import, RowOutcome, Selection},
    needed,
    queue::PartnersJob,
    store::{Lease, keys},
};

use crate::{Next, day};

/// How many chunks go out in one call.
const AT_ONCE: u64 = 10;

/// How many chunks of one import are in the queue at once, so that a small one never waits behind all of a large one;
/// and when it looks again whether some have ended.
const OUT_MAX: u64 = 40;
const LOOK_S: i32 = 3;

/// Sends out what has not gone out yet. What was sent and not noted goes out again: it is the same, and counts once.
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

/// Sends the next chunks, counted to a day, and gives back how many have gone out then.
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
