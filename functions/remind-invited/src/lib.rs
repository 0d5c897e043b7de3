//! Emails a reminder three days before an invitation expires, for brands that have reminders on. Runs every hour.
//!
//! It goes through the invitations that began 27 to 30 days ago, oldest first, and stores a checkpoint after each page.
//! The next run continues there after a crash, or if one run wasn't enough. A reminder is one transaction that can't be
//! repeated, and its email follows from it.

use futures::StreamExt;
use serde_json::Value;
use shared::{
    App, Error, ErrorChain, Function, Result,
    domain::{BrandSlug, InvitationOrigin, Partner, Reminded, begun_between},
    store::{Found, Key, keys},
};

/// Number of brands per read, and of brands processed in parallel.
const BRANDS: usize = 100;
const BRANDS_AT_ONCE: usize = 4;

/// Number of invitations per page, of reminders written in parallel, and of pages per list and run.
const PAGE: usize = 100;
const AT_ONCE: usize = 20;
const PAGES_MAX: usize = 200;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Function::direct(handle)
}

async fn handle(app: App, _schedule: Value) -> Result<Value> {
    let (mut after, mut failed) = (None, 0_u32);
    loop {
        let (brands, next) = app.store.brands_that_remind(after.as_deref(), BRANDS).await?;
        let work = brands.into_iter().map(|brand| {
            let app = app.clone();
            async move { (remind(&app, &brand).await, brand) }
        });
        let mut outcomes = futures::stream::iter(work).buffer_unordered(BRANDS_AT_ONCE);
        // A brand that fails is tried again in an hour, and doesn't hold up the others.
        while let Some((outcome, brand)) = outcomes.next().await {
            if let Err(error) = outcome {
                tracing::error!(brand = brand.as_str(), "people could not be reminded: {}", ErrorChain(&error));
                failed += 1;
            }
        }
        match next {
            Some(_) => after = next,
            None if failed > 0 => return Err(Error::internal(format!("the people of {failed} brands are left over"))),
            None => return Ok(Value::Null),
        }
    }
}

async fn remind(app: &App, brand: &BrandSlug) -> Result<()> {
    let reminding = app.store.get(&keys::reminding(brand)).await?;
    for began in InvitationOrigin::BOTH {
        let done = reminding.as_ref().and_then(|reminding| reminding.done(began)).map(str::to_owned);
        look_through(app, brand, began, done).await?;
    }
    Ok(())
}

async fn look_through(app: &App, brand: &BrandSlug, began: InvitationOrigin, mut done: Option<String>) -> Result<()> {
    for _ in 0..PAGES_MAX {
        let between = begun_between(app.now());
        let page = app.store.invited_between((brand, began), between, done.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last().cloned() else { return Ok(()) };
        let found = app.store.read(page.iter().map(|(_, key)| key.raw())).await?;
        let due: Vec<Reminded> = page.iter().filter_map(|(_, key)| due(app, &found, key)).collect();
        remind_all(app, due).await?;
        app.store.note_reminding(brand, began, &last).await?;
        if page.len() < PAGE {
            return Ok(());
        }
        done = Some(last);
    }
    tracing::warn!(brand = brand.as_str(), "there are more people to remind than one run takes");
    Ok(())
}

/// Writes the reminders, and counts their emails in the deployment's daily limit, so that imports leave room for them.
/// Reminders don't wait for room themselves: they are sent within the last three days of an invitation or never.
async fn remind_all(app: &App, due: Vec<Reminded>) -> Result<()> {
    // A rejected write means that the person just responded, or that the invitation was resent.
    let work: Vec<_> = due.iter().map(|reminded| app.store.remind(reminded)).collect();
    let mut outcomes = futures::stream::iter(work).buffer_unordered(AT_ONCE);
    let (mut reminded, mut failed) = (0, None);
    while let Some(outcome) = outcomes.next().await {
        match outcome {
            Ok(is_reminded) => reminded += u64::from(is_reminded),
            Err(error) => failed = Some(error),
        }
    }
    drop(outcomes);
    app.store.count_dispatched(reminded).await?;
    failed.map_or(Ok(()), Err)
}

fn due(app: &App, found: &Found, key: &Key<Partner>) -> Option<Reminded> {
    match found.get(key) {
        Ok(partner) => partner?.remind(app.fresh(), app.now()),
        // It would fail in an hour too, and must not hold up the others.
        Err(error) => {
            tracing::error!("somebody can't be reminded: {}", ErrorChain(&error));
            None
        }
    }
}
