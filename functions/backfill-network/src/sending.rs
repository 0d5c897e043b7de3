//! Sends a page to the Network.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, TryStreamExt};
use serde_json::json;
use shared::{
    App, Error, Result,
    domain::{Backfill, CallDirection, NetworkConnection, NetworkPartner, Partner},
    egress::{OutboundError, OutboundResponse},
    network::{CallNote, NetworkAnswer, in_words},
};

use crate::{
    alone,
    counting::{Came, Part},
    page::Page,
    settling::{WRITES_AT_ONCE, claim, let_go, settle},
};

/// Timeout of a call about a page.
const PATIENCE: Duration = Duration::from_secs(45);

/// Sends all partners of the next page whose current state the Network doesn't have, and counts them.
pub(crate) async fn sync(app: &App, connection: &NetworkConnection, backfill: &mut Backfill) -> Result<Came> {
    let page = Page::read(app, backfill).await?;
    let mut part = Part::default();
    for partner in &page.partners {
        part.add((backfill, connection), partner);
    }
    if backfill.dry_run || part.wanted.is_empty() {
        return Ok(part.done(backfill, page.next));
    }

    let taken = claim(app, (backfill, connection), &part.wanted).await?;
    if taken.some_held {
        let_go(app, backfill, &taken.partners).await?;
        return Ok(Came::Occupied);
    }
    let heard = call(app, connection, &taken.partners).await?;
    let said = in_words(&heard);
    match heard {
        Ok(heard) if heard.is_yes() => match NetworkAnswer::of_many(&heard) {
            Some(answers) => {
                settle_page(app, (backfill, connection), &taken.partners, (&answers, &mut part)).await?;
                Ok(part.done(backfill, page.next))
            }
            // The response is unreadable, so it is unknown which partners were accepted. Responses about one partner
            // are short enough to be read.
            None => alone::sync(app, connection, backfill, &page).await,
        },
        Err(_) => Ok(Came::NotReached(said)),
        Ok(heard) if heard.may_change() => Ok(Came::NotReached(said)),
        Ok(heard) if heard.is_locked() => {
            let_go(app, backfill, &taken.partners).await?;
            Ok(Came::Refused(said))
        }
        // The Network rejects a partner on the page, or doesn't accept pages.
        Ok(_) => alone::sync(app, connection, backfill, &page).await,
    }
}

async fn call(
    app: &App,
    connection: &NetworkConnection,
    partners: &[Partner],
) -> Result<Result<OutboundResponse, OutboundError>> {
    let url = connection.url.below(&["vendors", "backfill-partners"]);
    let url = url.ok_or_else(|| Error::internal("the Network's address has no path"))?;
    let faces: Vec<NetworkPartner> = partners.iter().map(|partner| NetworkPartner::of(partner, true)).collect();
    let body = json!({"partners": faces});
    let heard = app.tell_network(connection, url, &body, PATIENCE).await?;
    let what = format!("Syncing {} partners", partners.len());
    let good = heard.as_ref().is_ok_and(OutboundResponse::is_yes);
    let note = CallNote { way: CallDirection::Out, what: &what, partner: None, good, said: &in_words(&heard) };
    app.note_network_call(&connection.brand, note).await?;
    Ok(heard)
}

async fn settle_page(
    app: &App,
    (backfill, connection): (&Backfill, &NetworkConnection),
    partners: &[Partner],
    (answers, part): (&[(String, NetworkAnswer)], &mut Part),
) -> Result<()> {
    let answers: HashMap<&str, &NetworkAnswer> = answers.iter().map(|(id, answer)| (id.as_str(), answer)).collect();
    let said_of = |partner: &Partner| answers.get(partner.id.as_str()).copied();
    let settle = |partner| settle(app, (backfill, connection), partner, said_of(partner));
    let settled: Vec<_> = partners.iter().map(settle).collect();
    let settled: Vec<Option<bool>> = futures::stream::iter(settled).buffered(WRITES_AT_ONCE).try_collect().await?;
    for knew in settled {
        match knew {
            Some(knew) => part.count_synced(knew),
            None => part.counts.refused += 1,
        }
    }
    Ok(())
}
