//! Telling of people one by one, so that whoever is refused keeps nobody else back.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use shared::{
    App, Error, Result,
    domain::{Backfill, NetworkConnection, NetworkFace, Partner},
    network::{NetworkAnswer, in_words},
};

use crate::{
    counting::{Came, Part},
    page::Page,
    settling::{claim, refuse, settle},
};

/// How long the Network has to take one person, and how many calls are under way at once.
const PATIENCE: Duration = Duration::from_secs(8);
const CALLS_AT_ONCE: usize = 5;

/// How many are told of in one go: together with the page that was tried before, it ends in time.
const AT_MOST: usize = 30;

/// Tells of the first part of a page.
pub(crate) async fn tell(
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
    // On the way here nobody else held anybody.
    let taken = claim(app, (backfill, connection), &part.wanted).await?;
    let this = &*backfill;
    let calls: Vec<_> = taken.partners.iter().map(|partner| alone(app, connection, this, partner)).collect();
    let mut calls = futures::stream::iter(calls).buffered(CALLS_AT_ONCE);
    while let Some(alone) = calls.try_next().await? {
        match alone {
            Alone::Told(knew) => part.told(knew),
            Alone::Refused => part.counts.refused += 1,
            // Those who were told of are found by whoever comes next.
            Alone::NotReached(said) => return Ok(Came::NotReached(said)),
        }
    }
    drop(calls);
    let next = if looked_at < page.partners.len() { part.last.clone() } else { page.next.clone() };
    Ok(part.done(backfill, next))
}

/// What came of telling of one person.
enum Alone {
    Told(bool),
    Refused,
    NotReached(String),
}

async fn alone(app: &App, connection: &NetworkConnection, backfill: &Backfill, partner: &Partner) -> Result<Alone> {
    let url = connection.url.below(&["partners", "upsert"]);
    let url = url.ok_or_else(|| Error::internal("the Network's address has no path"))?;
    let face = NetworkFace::of(partner, true);
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
