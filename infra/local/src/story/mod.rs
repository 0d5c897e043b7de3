//! The demo: twelve weeks of activity at two brands.
//!
//! It is simulated on the local clock, which starts in the past for it and is in the present again at the end. Everyone
//! in it does what people do: they call the API, click links in emails, follow share links. Nothing is written directly
//! into the table.

mod acts;
mod people;
mod stage;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use self::people::{Act, CASTS, Cast, Deed, Way};
pub(crate) use self::stage::Stage;
use crate::{ledger::Ledger, seed::SeedError};

/// The time before the present at which it begins.
pub(crate) const SPAN: SignedDuration = SignedDuration::from_hours(86 * 24);

/// The name of its progress in the ledger.
const STORY: &str = "seed.story";
const BEGUN: &str = "begun";
const COMPLETED: &str = "told";

/// Returns `true` if a kill interrupted it. Its data is discarded: it was never visible.
pub(crate) fn was_cut_off(ledger: &Ledger) -> rusqlite::Result<bool> {
    Ok(ledger.fact(STORY)?.as_deref() == Some(BEGUN))
}

/// Returns `true` if it was completed here.
pub(crate) fn was_completed(ledger: &Ledger) -> rusqlite::Result<bool> {
    Ok(ledger.fact(STORY)?.as_deref() == Some(COMPLETED))
}

/// Records that it begins.
pub(crate) fn begins(ledger: &Ledger) -> rusqlite::Result<()> {
    ledger.remember(STORY, BEGUN)
}

/// Records that it is complete.
pub(crate) fn ends(ledger: &Ledger) -> rusqlite::Result<()> {
    ledger.remember(STORY, COMPLETED)
}

/// A step at one point in time.
enum Step {
    /// A partner is invited or added.
    Comes(usize),
    /// A partner does something, or something is done to them.
    Act(usize, Act),
    /// Visitors follow a partner's link, and one of them may buy something: the order with this number.
    Visits { who: usize, key: &'static str, visitors: u64, order: Option<u64> },
    /// An admin does something for the brand.
    Deed(Deed),
}

impl Step {
    /// Returns the person whose step it is; the steps of one person have an order.
    fn who(&self) -> Option<usize> {
        match self {
            Self::Comes(who) | Self::Act(who, _) | Self::Visits { who, .. } => Some(*who),
            Self::Deed(_) => None,
        }
    }
}

/// All steps, by time and then by brand.
type Plan = BTreeMap<Timestamp, BTreeMap<usize, Vec<Step>>>;

/// Simulates the demo at the seeded brands, up to the present.
pub(crate) async fn play(stage: &Stage) -> Result<(), SeedError> {
    let present = stage.clock.now() + SPAN;
    let mut brands = Vec::new();
    for cast in &CASTS {
        if let Some(seeded) = stage.seed.brand(cast.slug) {
            let brand = acts::Brand::new(stage.clone(), cast, seeded.clone()).await?;
            brand.dress().await?;
            brands.push(Arc::new(brand));
        }
    }
    for (at, steps) in plan(present) {
        stage.clock.catch_up(at);
        let mails = steps.values().flatten().any(|step| !matches!(step, Step::Visits { .. }));
        // No visit causes an email, and checking for emails to send takes time.
        if mails {
            stage.sources.resume();
        } else {
            stage.sources.pause();
        }
        let mut under_way = JoinSet::new();
        for (brand, steps) in steps {
            let Some(brand) = brands.get(brand) else { continue };
            brand.admin_comes(&steps).await?;
            // Different people act concurrently; each does one thing after the other.
            let mut by_person: BTreeMap<Option<usize>, Vec<Step>> = BTreeMap::new();
            for step in steps {
                by_person.entry(step.who()).or_default().push(step);
            }
            for steps in by_person.into_values() {
                let brand = Arc::clone(brand);
                under_way.spawn(async move {
                    for step in steps {
                        brand.take(step).await?;
                    }
                    Ok::<_, SeedError>(())
                });
            }
        }
        while let Some(done) = under_way.join_next().await {
            done.map_err(|gone| SeedError::Story(gone.to_string()))??;
        }
        if mails {
            stage.deliver().await?;
        }
    }
    stage.sources.resume();
    stage.settled().await?;
    stage.clock.catch_up(Timestamp::MAX);
    Ok(())
}

/// Added to a part of a day: ten minutes later, when links in emails still work.
const SOON_AFTER: u64 = 10;

/// Returns the time `days` before the `present`, in the morning, at noon or in the evening. Today's are within the last
/// hour.
fn moment(present: Timestamp, days: u16, part: u64) -> Timestamp {
    let minutes = |minutes: u64| SignedDuration::from_mins(i64::try_from(minutes).unwrap_or_default());
    if part >= SOON_AFTER {
        return moment(present, days, part - SOON_AFTER) + minutes(10);
    }
    if days == 0 {
        return present - minutes(50) + minutes(part * 20);
    }
    let day = present.as_second().div_euclid(86_400) - i64::from(days);
    let hour = [8, 12, 17].get(usize::try_from(part).unwrap_or_default()).copied().unwrap_or(8);
    let midnight = Timestamp::from_second(day * 86_400).unwrap_or(present);
    midnight + minutes(hour * 60 + u64::from(days) * 37 % 50)
}

fn plan(present: Timestamp) -> Plan {
    let mut plan = Plan::new();
    for (brand, cast) in CASTS.iter().enumerate() {
        let mut add = |days, part, step| {
            plan.entry(moment(present, days, part)).or_default().entry(brand).or_default().push(step);
        };
        for (who, person) in (0..).zip(cast.people) {
            let part = dice(who, 0) % 2;
            add(person.came, part, Step::Comes(index(who)));
            for (days, act) in person.then {
                let part = if matches!(act, Act::Joins) { part + SOON_AFTER } else { 2 };
                add(*days, part, Step::Act(index(who), *act));
            }
        }
        for (days, deed) in cast.then {
            add(*days, 2, Step::Deed(*deed));
        }
        visits(cast, &mut add);
    }
    plan
}

/// Adds visits of every link from the day after it was created until yesterday, in growing numbers.
fn visits(cast: &Cast, add: &mut impl FnMut(u16, u64, Step)) {
    let mut order = 1_000;
    for days in (1..84_u16).rev() {
        for (who, person) in (0..).zip(cast.people) {
            for (days_ago, act) in person.then {
                let Act::Shares(key, _) = act else { continue };
                let dice = dice(who * 1_000 + u64::from(*days_ago), u64::from(days));
                let likely = person.busy * (130 - u64::from(days)) / 140;
                if days >= *days_ago || dice % 100 >= likely {
                    continue;
                }
                let visitors = 1 + dice / 100 % 2;
                let buys = dice / 1_000 % 100 < 36;
                order += u64::from(buys);
                let order = buys.then_some(order);
                add(days, dice / 100_000 % 3, Step::Visits { who: index(who), key, visitors, order });
            }
        }
    }
}

fn index(who: u64) -> usize {
    usize::try_from(who).unwrap_or_default()
}

/// Returns a number that looks random and is the same every time.
fn dice(a: u64, b: u64) -> u64 {
    let mut x = (a.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(b.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
