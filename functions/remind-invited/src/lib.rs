//! Every hour: reminds those whose invitation ends in three days, where their brand wants it.
//!
//! It goes through the invitations that began 27 to 30 days ago, from the oldest on, and notes after each page how far it
//! got. Whoever comes after it, because it died or there was too much for one run, goes on from there. Reminding somebody
//! is one transaction that a repetition can't do again, and the mail follows from it.

use futures::{StreamExt, TryStreamExt};
use serde_json::Value;
use shared::{
    App, Chain, Error, Function, Result,
    domain::{Began, BrandSlug, Partner, Reminded, begun_between},
    store::{Found, Key, keys},
};

/// How many brands are read at once, and how many of them are worked on.
const BRANDS: usize = 100;
const BRANDS_AT_ONCE: usize = 4;

/// How many invitations make a page, how many of them are worked on at once, and how many pages of a list one run does.
const PAGE: usize = 100;
const AT_ONCE: usize = 20;
const PAGES_MAX: usize = 200;

/// The function.
#[must_use]
pub fn function() -> Function {
    Function::direct(handle).with_settings(&["MAIL_RATE", "MAIL_DAILY_QUOTA"])
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
        // A brand that fails is tried in an hour, and keeps no other from its turn.
        while let Some((outcome, brand)) = outcomes.next().await {
            if let Err(error) = outcome {
                tracing::error!(brand = brand.as_str(), "people could not be reminded: {}", Chain(&error));
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
    for began in Began::BOTH {
        let done = reminding.as_ref().and_then(|reminding| reminding.done(began)).map(str::to_owned);
        look_through(app, brand, began, done).await?;
    }
    Ok(())
}

async fn look_through(app: &App, brand: &BrandSlug, began: Began, mut done: Option<String>) -> Result<()> {
    for _ in 0..PAGES_MAX {
        let between = begun_between(app.now());
        let page = app.store.invited_between((brand, began), between, done.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last().cloned() else { return Ok(()) };
        let found = app.store.read(page.iter().map(|(_, key)| key.raw())).await?;
        let due: Vec<Reminded> = page.iter().filter_map(|(_, key)| due(app, &found, key)).collect();
        if !remind_all(app, due).await? {
            tracing::info!(brand = brand.as_str(), "the deployment emails no more people today; the rest is for later");
            return Ok(());
        }
        app.store.note_reminding(brand, began, &last).await?;
        if page.len() < PAGE {
            return Ok(());
        }
        done = Some(last);
    }
    tracing::warn!(brand = brand.as_str(), "there are more people to remind than one run takes");
    Ok(())
}

/// Reminds people, as far as the deployment's day has room for their emails; `false` if it has none for some of them.
async fn remind_all(app: &App, mut due: Vec<Reminded>) -> Result<bool> {
    let all = due.len();
    if let Some(most) = app.config.bulk_emails_a_day().filter(|_| all > 0) {
        let taken = app.store.take_of_deployment(u64::try_from(all).map_err(Error::internal)?, most).await?;
        due.truncate(usize::try_from(taken.map_or(0, |taken| taken.emails)).map_err(Error::internal)?);
    }
    let fit = due.len();
    // If it is refused, they just answered, or were invited anew.
    let work: Vec<_> = due.iter().map(|reminded| app.store.remind(reminded)).collect();
    futures::stream::iter(work).buffer_unordered(AT_ONCE).try_for_each(|_| std::future::ready(Ok(()))).await?;
    Ok(fit == all)
}

fn due(app: &App, found: &Found, key: &Key<Partner>) -> Option<Reminded> {
    match found.get(key) {
        Ok(partner) => partner?.remind(app.fresh(), app.now()),
        // It would be so in an hour too, and nobody else has to wait for it.
        Err(error) => {
            tracing::error!("somebody can't be reminded: {}", Chain(&error));
            None
        }
    }
}
