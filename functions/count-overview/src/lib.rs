//! Behind the queue of overviews: adds up how far the invitations of the last weeks led.
//!
//! The sums are made anew each time, from the facts on the partners, and kept with one write at the end. So whoever dies
//! on the way leaves what was kept before, a message that comes twice finds its work done, and of two who add up at once
//! the later sums stand. Nothing is ever counted on.

use shared::{
    App, Function, Result,
    domain::{BrandSlug, Counting, Tally, TimeZone},
    queue::OverviewJob,
    store::keys,
    worker::{self, Message},
};

/// How many partners are read at a time: ten batches side by side.
const PAGE: usize = 1_000;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle)
}

async fn handle(app: App, message: Message<OverviewJob>) -> Result<()> {
    let OverviewJob { brand: slug, asked_at } = &message.job;
    let (brand, overview) = (keys::brand(slug), keys::overview(slug));
    let found = app.store.read([brand.raw(), overview.raw()]).await?;
    let Some(brand) = found.get(&brand)? else { return Ok(()) };
    let kept = found.get(&overview)?.and_then(|overview| overview.tally);
    if kept.is_some_and(|tally| *asked_at <= tally.as_of) {
        return Ok(());
    }

    let tally = count(&app, slug, &brand.time_zone).await?;
    app.store.keep_tally(slug, &tally).await
}

/// Walks through those who came in during the weeks, from the newest to the oldest.
async fn count(app: &App, brand: &BrandSlug, zone: &TimeZone) -> Result<Tally> {
    let mut counting = Counting::begin(app.now(), zone);
    let (from, mut before) = counting.range();
    loop {
        let (partners, next) = app.store.partners_between(brand, (&from, &before), PAGE).await?;
        partners.iter().for_each(|partner| counting.add(partner));
        match next {
            Some(place) => before = place,
            None => return Ok(counting.end()),
        }
    }
}
