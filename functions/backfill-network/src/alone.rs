//! Syncs partners one by one, so that one rejected partner doesn't hold back the others.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use shared::{
    App, Error, Result,
    domain::{Backfill, NetworkConnection, NetworkPartner, Partner},
    network::{NetworkAnswer, in_words},
};

use crate::{
    counting::{Came, Part},
    page::Page,
    settling::{claim, refuse, settle},
};

/// Timeout of a call about one partner, and the number of parallel calls.
const PATIENCE: Duration = Duration::from_secs(8);
const CALLS_AT_ONCE: usize = 5;

/// Number of partners per invocation: including the page that was tried before, they fit into the function's timeout.
const AT_MOST: usize = 30;

/// Syncs the first part of a page.
pub(crate) async fn sync(
    app: &App,
    connection: &NetworkConnection,
    backfill: &mut Backfill,
    page: &Page,
) -> Result<Came> {
    let (mut part, mut looked_at) = (Part::default(), 0);
    for partner in &page.partners {
        if part.wanted.len() == AT_MOST {
            break;
        }
        part.add((backfill, connection), partner);
        looked_at += 1;
    }
    // `some_held` needn't be checked: the same partners were just claimed as a page, and none was held.
    let taken = claim(app, (backfill, connection), &part.wanted).await?;
    let this = &*backfill;
    let calls: Vec<_> = taken.partners.iter().map(|partner| alone(app, connection, this, partner)).collect();
    let mut calls = futures::stream::iter(calls).buffered(CALLS_AT_ONCE);
    while let Some(alone) = calls.try_next().await? {
        match alone {
            Alone::Told(knew) => part.count_synced(knew),
            Alone::Refused => part.counts.refused += 1,
            // The next worker finds the partners that were synced by the sync note they carry.
            Alone::NotReached(said) => return Ok(Came::NotReached(said)),
        }
    }
    drop(calls);
    let next = if looked_at < page.partners.len() { part.last.clone() } else { page.next.clone() };
    Ok(part.done(backfill, next))
}

/// Outcome of syncing one partner.
enum Alone {
    Told(bool),
    Refused,
    NotReached(String),
}

async fn alone(app: &App, connection: &NetworkConnection, backfill: &Backfill, partner: &Partner) -> Result<Alone> {
    let url = connection.url.below(&["partners", "upsert"]);
    let url = url.ok_or_else(|| Error::internal("the Network's address has no path"))?;
    let face = NetworkPartner::of(partner, true);
    let heard = app.tell_network(connection, url, &face, PATIENCE).await?;
    let said = in_words(&heard);
    match &heard {
        Ok(heard) if heard.is_yes() => {
            let knew = settle(app, (backfill, connection), partner, Some(&NetworkAnswer::of_one(heard))).await?;
            Ok(Alone::Told(knew == Some(true)))
        }
        Err(_) => Ok(Alone::NotReached(said)),
        Ok(heard) if heard.may_change() || heard.is_locked() => Ok(Alone::NotReached(said)),
        Ok(_) => refuse(app, backfill, partner, said).await.map(|()| Alone::Refused),
    }
}
