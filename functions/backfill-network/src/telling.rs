//! Telling the Network of a page.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, TryStreamExt};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;
use shared::{
    App, Error, Result,
    domain::{
        Backfill, BackfillCounts, BackfillLine, CallWay, NetworkConnection, NetworkFace, NetworkNote, NetworkStanding,
        Partner, PartnerId, shortened,
    },
    network::{CallNote, in_words},
    outside::{Heard, NotHeard},
    store::{Lease, PushClaimed},
    web::Method,
};

use crate::{LEASE_S, page::Page};

/// How long the Network has to take a page, and to take one person.
const PAGE_PATIENCE: Duration = Duration::from_secs(45);
const ONE_PATIENCE: Duration = Duration::from_secs(8);

/// How many writes, and how many calls for one person each, are under way at once.
const WRITES_AT_ONCE: usize = 25;
const CALLS_AT_ONCE: usize = 5;

/// How many are told of one by one, when the Network refuses the page that they are on.
const ONE_BY_ONE: usize = 50;

const ID_CHARS_MAX: usize = 200;

/// What came of a page.
pub(crate) enum Came {
    /// It is done, and there is more.
    Further,
    /// It is done, and it was the last one.
    ToItsEnd,
    /// The Network could not be reached, or has no time now.
    NotReached(String),
    /// The Network refuses whatever it is told: the token is none, or the address is wrong.
    Refused(String),
}

/// What the Network answers to a page. What it says of other brands is not read.
#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    partners: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    vendor_partner_id: String,
    #[serde(default)]
    network_creator_id: Option<String>,
    #[serde(default)]
    already_existed: Option<bool>,
}

/// Tells of everybody on a page of whom the Network doesn't know as they are, and counts.
pub(crate) async fn tell(
    app: &App,
    connection: &NetworkConnection,
    backfill: &mut Backfill,
    page: Page,
) -> Result<Came> {
    let mut counts = BackfillCounts::default();
    let mut wanted = Vec::new();
    for partner in &page.partners {
        counts.looked_at += 1;
        if !backfill.takes(partner) {
            counts.left_out += 1;
            continue;
        }
        let standing = standing(backfill, partner);
        counts.count(partner.state(), standing);
        if told_before(backfill, partner) {
            // By a worker that died before it could note how far it was.
            counts.told += 1;
            counts.known_before += u64::from(knew(partner));
        } else if standing != NetworkStanding::Known {
            wanted.push(partner.id.clone());
        }
    }
    let last = page.partners.last().map(|partner| partner.id.clone());
    if backfill.dry_run || wanted.is_empty() {
        return Ok(done(backfill, counts, (page.next, last)));
    }

    let claimed = claim(app, backfill, &wanted).await?;
    let heard = call(app, connection, &claimed).await?;
    let said = in_words(&heard);
    match heard {
        Ok(heard) if heard.is_yes() => {
            settle_page(app, backfill, &claimed, &heard, &mut counts).await?;
            Ok(done(backfill, counts, (page.next, last)))
        }
        Err(_) => Ok(Came::NotReached(said)),
        Ok(heard) if heard.may_change() => Ok(Came::NotReached(said)),
        Ok(heard) if matches!(heard.status, 401 | 403) => Ok(Came::Refused(said)),
        // Somebody on it is refused, or the Network takes no pages.
        Ok(_) => one_by_one(app, connection, backfill, &page).await,
    }
}

fn done(backfill: &mut Backfill, counts: BackfillCounts, (next, last): (Option<PartnerId>, Option<PartnerId>)) -> Came {
    add(&mut backfill.counts, counts);
    backfill.after = next.clone().or(last).or_else(|| backfill.after.clone());
    if next.is_some() { Came::Further } else { Came::ToItsEnd }
}

fn add(sum: &mut BackfillCounts, counts: BackfillCounts) {
    sum.looked_at += counts.looked_at;
    sum.told += counts.told;
    sum.known_before += counts.known_before;
    sum.refused += counts.refused;
    sum.left_out += counts.left_out;
    for (kind, count) in counts.by_state {
        *sum.by_state.entry(kind).or_default() += count;
    }
}

/// Whether this very backfill told of them.
fn told_before(backfill: &Backfill, partner: &Partner) -> bool {
    let note = partner.network.as_ref();
    let by_this = note.is_some_and(|note| note.backfill.as_ref() == Some(&backfill.id));
    by_this && partner.at_network() == NetworkStanding::Known
}

/// As what they count: whoever this very backfill told of was no known one before.
fn standing(backfill: &Backfill, partner: &Partner) -> NetworkStanding {
    if !told_before(backfill, partner) {
        return partner.at_network();
    }
    let note = partner.network.as_ref();
    if note.is_some_and(|note| note.first) { NetworkStanding::New } else { NetworkStanding::Changed }
}

fn knew(partner: &Partner) -> bool {
    partner.network.as_ref().and_then(|note| note.known_before) == Some(true)
}

/// Takes everybody up who is free, as they are now. Whoever isn't is being told of at this moment.
async fn claim(app: &App, backfill: &Backfill, wanted: &[PartnerId]) -> Result<Vec<Partner>> {
    let lease = lease(backfill);
    let claims: Vec<_> = wanted.iter().map(|id| app.store.claim_push((&backfill.brand, id), &lease)).collect();
    let claims: Vec<PushClaimed> = futures::stream::iter(claims).buffered(WRITES_AT_ONCE).try_collect().await?;
    let ours = claims.into_iter().filter_map(|claimed| match claimed {
        PushClaimed::Ours(partner) => Some(*partner),
        PushClaimed::Theirs | PushClaimed::Gone => None,
    });
    Ok(ours.collect())
}

/// Whoever works on the backfill next goes on with those who are taken up.
fn lease(backfill: &Backfill) -> Lease {
    Lease { by: backfill.id.to_string(), lease: SignedDuration::from_secs(LEASE_S) }
}

async fn call(app: &App, connection: &NetworkConnection, partners: &[Partner]) -> Result<Result<Heard, NotHeard>> {
    let url = connection.url.below(&["vendors", "backfill-partners"]);
    let url = url.ok_or_else(|| Error::internal("the Network's address has no path"))?;
    let faces: Vec<NetworkFace> = partners.iter().map(|partner| NetworkFace::of(partner, true)).collect();
    let body = json!({"partners": faces});
    let heard = app.call_network(connection, (Method::POST, url), Some(&body), PAGE_PATIENCE).await?;
    let what = format!("Telling of {} partners", partners.len());
    let good = heard.as_ref().is_ok_and(Heard::is_yes);
    let note = CallNote { way: CallWay::Out, what: &what, partner: None, good, said: &in_words(&heard) };
    app.note_network_call(&connection.brand, note).await?;
    Ok(heard)
}

async fn settle_page(
    app: &App,
    backfill: &Backfill,
    partners: &[Partner],
    heard: &Heard,
    counts: &mut BackfillCounts,
) -> Result<()> {
    let answers = serde_json::from_slice::<Answers>(&heard.body).map(|answers| answers.partners).unwrap_or_default();
    let answers: HashMap<&str, &Answer> =
        answers.iter().map(|answer| (answer.vendor_partner_id.as_str(), answer)).collect();
    let settled: Vec<_> = partners
        .iter()
        .map(|partner| settle(app, backfill, partner, answers.get(partner.id.as_str()).copied()))
        .collect();
    let settled: Vec<Option<bool>> = futures::stream::iter(settled).buffered(WRITES_AT_ONCE).try_collect().await?;
    for knew in settled {
        match knew {
            Some(knew) => {
                counts.told += 1;
                counts.known_before += u64::from(knew);
            }
            None => counts.refused += 1,
        }
    }
    Ok(())
}

/// Notes what the Network said of somebody, and gives back whether it knew them; `None` if it said nothing.
async fn settle(app: &App, backfill: &Backfill, partner: &Partner, answer: Option<&Answer>) -> Result<Option<bool>> {
    let (lease, which) = (lease(backfill), (&partner.brand, &partner.id));
    let Some(answer) = answer else {
        app.store.drop_push(which, &lease).await?;
        let said = "The Network took the page and said nothing of this partner.".to_owned();
        let line = BackfillLine { partner: partner.id.clone(), said };
        app.store.note_backfill_line((&backfill.brand, &backfill.id), &line).await?;
        return Ok(None);
    };
    let before = partner.network.clone();
    let creator = answer.network_creator_id.as_deref().and_then(|id| shortened(id, ID_CHARS_MAX));
    let known_before = before.as_ref().and_then(|note| note.known_before).or(answer.already_existed);
    let note = NetworkNote {
        creator: creator.or_else(|| before.as_ref().and_then(|note| note.creator.clone())),
        known_before,
        told: Some(NetworkFace::of(partner, true).mark()),
        told_at: Some(app.now()),
        backfill: Some(backfill.id.clone()),
        first: before.is_none(),
    };
    // Whoever changed meanwhile is told of once more by the push that follows from the change.
    app.store.settle_push(which, &note, &lease).await?;
    Ok(Some(known_before == Some(true)))
}

/// Tells of the first part of a page one by one, so that whoever is refused keeps nobody else back.
async fn one_by_one(app: &App, connection: &NetworkConnection, backfill: &mut Backfill, page: &Page) -> Result<Came> {
    let mut counts = BackfillCounts::default();
    let (mut part, mut wanted) = (Vec::new(), Vec::new());
    for partner in &page.partners {
        if wanted.len() == ONE_BY_ONE {
            break;
        }
        part.push(partner);
        counts.looked_at += 1;
        if !backfill.takes(partner) {
            counts.left_out += 1;
            continue;
        }
        counts.count(partner.state(), standing(backfill, partner));
        if told_before(backfill, partner) {
            counts.told += 1;
            counts.known_before += u64::from(knew(partner));
        } else if partner.at_network() != NetworkStanding::Known {
            wanted.push(partner.id.clone());
        }
    }
    let claimed = claim(app, backfill, &wanted).await?;
    let this = &*backfill;
    let calls: Vec<_> = claimed.iter().map(|partner| alone(app, connection, this, partner)).collect();
    let alone: Vec<Alone> = futures::stream::iter(calls).buffered(CALLS_AT_ONCE).try_collect().await?;
    for alone in alone {
        match alone {
            Alone::Told(knew) => {
                counts.told += 1;
                counts.known_before += u64::from(knew);
            }
            Alone::Refused => counts.refused += 1,
            // Those who were told of are found by whoever comes next.
            Alone::NotReached(said) => return Ok(Came::NotReached(said)),
        }
    }
    let last = part.last().map(|partner| partner.id.clone());
    let next = if part.len() < page.partners.len() { last.clone() } else { page.next.clone() };
    Ok(done(backfill, counts, (next, last)))
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
    let heard = app.call_network(connection, (Method::POST, url), Some(&face), ONE_PATIENCE).await?;
    let said = in_words(&heard);
    match &heard {
        Ok(heard) if heard.is_yes() => {
            let nothing = Answer { vendor_partner_id: String::new(), network_creator_id: None, already_existed: None };
            let answer = serde_json::from_slice::<Answer>(&heard.body).unwrap_or(nothing);
            let knew = settle(app, backfill, partner, Some(&answer)).await?;
            Ok(Alone::Told(knew == Some(true)))
        }
        Err(_) => Ok(Alone::NotReached(said)),
        Ok(heard) if heard.may_change() => Ok(Alone::NotReached(said)),
        Ok(_) => {
            app.store.drop_push((&partner.brand, &partner.id), &lease(backfill)).await?;
            let line = BackfillLine { partner: partner.id.clone(), said };
            app.store.note_backfill_line((&backfill.brand, &backfill.id), &line).await?;
            Ok(Alone::Refused)
        }
    }
}
