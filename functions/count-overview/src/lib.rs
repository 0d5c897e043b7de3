//! SQS consumer that computes a brand's overview: the invitation funnel of the last weeks.
//!
//! Each count starts from zero, reads the partners, and is shown only when it is complete. Every few pages the
//! sums are stored with the position reached, so the next worker resumes there after a crash or the end of a
//! time slice. A message delivered twice finds the work done; if two workers count at the same time, the later
//! sums replace the earlier.

use jiff::SignedDuration;
use shared::{
    App, Function, LongRead, Result,
    domain::{BrandSlug, FunnelBuilder, FunnelSnapshot},
    jobs::OverviewJob,
    needed,
    runtime::worker::{self, Message},
    store::keys,
};

/// Number of partners per read: ten parallel batches.
const PAGE: usize = 1_000;

/// Number of pages after which the sums are stored as a checkpoint.
const PAGES_KEPT: usize = 10;

/// Time slice after which an invocation hands over; the function's timeout is five minutes.
const TURN: SignedDuration = SignedDuration::from_secs(200);

/// Returns the function, with its routes or event source.
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
    // A count that began before the request is too old, and one that began before the stored tally is finished.
    let begun = found
        .get(&counting)?
        .filter(|sums| *asked_at <= sums.as_of && kept.is_none_or(|tally| tally.as_of < sums.as_of));
    let counting = begun.map_or_else(|| FunnelBuilder::begin(app.now(), &brand.time_zone), FunnelBuilder::resume);

    match count(&app, slug, counting).await? {
        Some(tally) => app.store.keep_tally(slug, &tally).await,
        None => {
            let queue = needed(&app.config.overviews_queue, "OVERVIEWS_QUEUE")?;
            app.queues()?.come_back(queue, &message.receipt, 0).await
        }
    }
}

/// Counts the partners created during the weeks, from newest to oldest; `None` if another invocation has to continue.
async fn count(app: &App, brand: &BrandSlug, mut counting: FunnelBuilder) -> Result<Option<FunnelSnapshot>> {
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
