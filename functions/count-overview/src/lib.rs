//! Behind the queue of overviews: adds up how far the invitations of the last weeks led.
//!
//! Each count starts from zero, reads the partners, and is shown only when it is complete. Every few pages the sums are
//! saved with the position reached, so the next worker resumes there after a crash or the end of a turn. A message
//! delivered twice finds the work done; if two workers count at once, the later sums replace the earlier.

use jiff::SignedDuration;
use shared::{
    App, Function, LongRead, Result,
    domain::{BrandSlug, Counting, Tally},
    needed,
    queue::OverviewJob,
    store::keys,
    worker::{self, Message},
};

/// How many partners are read at a time: ten batches side by side.
const PAGE: usize = 1_000;

/// After how many pages the sums are kept for another worker.
const PAGES_KEPT: usize = 10;

/// How long one worker counts before it hands over; the function's timeout is five minutes.
const TURN: SignedDuration = SignedDuration::from_secs(200);

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["OVERVIEWS_QUEUE"])
}

async fn handle(app: App, message: Message<OverviewJob>) -> Result<()> {
    let OverviewJob { brand: slug, asked_at } = &message.job;
    let (brand, overview, counting) = (keys::brand(slug), keys::overview(slug), keys::counting(slug));
    let found = app.store.read([brand.raw(), overview.raw(), counting.raw()]).await?;
    let Some(brand) = found.get(&brand)? else { return Ok(()) };
    let kept = found.get(&overview)?.and_then(|overview| overview.tally);
    if kept.as_ref().is_some_and(|tally| *asked_at <= tally.as_of) {
        return Ok(());
    }
    // What was begun before somebody asked would be too old, and what was begun before the sums that are kept is done.
    let begun = found
        .get(&counting)?
        .filter(|sums| *asked_at <= sums.as_of && kept.is_none_or(|tally| tally.as_of < sums.as_of));
    let counting = begun.map_or_else(|| Counting::begin(app.now(), &brand.time_zone), Counting::resume);

    match count(&app, slug, counting).await? {
        Some(tally) => app.store.keep_tally(slug, &tally).await,
        None => {
            let queue = needed(&app.config.overviews_queue, "OVERVIEWS_QUEUE")?;
            app.queues()?.come_back(queue, &message.receipt, 0).await
        }
    }
}

/// Walks through those who came in during the weeks, from the newest to the oldest; `None` if somebody else has to go on.
async fn count(app: &App, brand: &BrandSlug, mut counting: Counting) -> Result<Option<Tally>> {
    let (store, mut reading) = (app.store.eventually(), LongRead::begin(app, TURN));
    for page in 1.. {
        reading.page().await;
        let (from, before) = counting.range();
        let (partners, next) = store.partners_between(brand, (&from, before), PAGE).await?;
        let Some(next) = next else {
            partners.iter().for_each(|partner| counting.add(partner));
            break;
        };
        counting.add_page(&partners, &next);
        let is_over = reading.is_over(app);
        if is_over || page % PAGES_KEPT == 0 {
            app.store.keep_sums(brand, counting.sums()).await?;
        }
        if is_over {
            return Ok(None);
        }
    }
    Ok(Some(counting.end()))
}
