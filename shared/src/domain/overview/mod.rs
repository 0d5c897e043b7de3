//! How far invitations lead: from the mail to the first commission.
//!
//! How far a partner came are facts on the partner, each written once and never taken back, within a write that happens
//! anyhow. What adds them up can begin anew at any time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz};
use serde::{Deserialize, Serialize};

use super::{Fresh, ImportId, MailRefusal, Partner, PartnerId, TimeZone};

/// How many weeks are looked at, the current one included.
pub const FUNNEL_WEEKS: usize = 12;

/// How many imports are told apart: the last ones.
const IMPORTS_MAX: usize = 20;

/// For how long sums are fresh, and how many partners they may be of for that. Twice as many make them last twice as
/// long, so that somebody who looks all day costs the same whatever the size of the brand.
const FRESH: SignedDuration = SignedDuration::from_mins(1);
const COUNTED_FOR_IT: u64 = 10_000;

/// How long sums that were begun are kept for another worker. By then somebody asked again.
pub const SUMS_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// How far an invitation led.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A mail to them went out.
    Sent,
    /// Their mailbox took one.
    Delivered,
    /// They opened the link in it, as a person does.
    Opened,
    /// They signed in.
    SignedIn,
    /// They created a link.
    Linked,
    /// A link of theirs earned a commission.
    Earned,
}

impl Stage {
    /// Every stage, the first one first.
    pub const ALL: [Self; 6] = [Self::Sent, Self::Delivered, Self::Opened, Self::SignedIn, Self::Linked, Self::Earned];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Opened => "opened",
            Self::SignedIn => "signed_in",
            Self::Linked => "linked",
            Self::Earned => "earned",
        }
    }
}

/// When a partner came how far. `None` means not yet, or, of those in the middle, that nobody told us.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Steps {
    /// When the first mail to them went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// When their mailbox took one for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When a person first opened a link that was mailed to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Timestamp>,
    /// When they first created a share link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_link_at: Option<Timestamp>,
    /// When a link of theirs first earned a commission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_commission_at: Option<Timestamp>,
}

impl Partner {
    /// How far their invitation led. Whoever came further than a step took it too, although nobody may have told us: not
    /// every mailbox says that it delivered, and not every browser runs our script.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        let Steps { sent_at, delivered_at, opened_at, first_link_at, first_commission_at } = self.steps;
        // Who says that they are not interested has read it.
        let opened_at = opened_at.or(self.declined_at);
        let steps = [sent_at, delivered_at, opened_at, self.activated_at, first_link_at, first_commission_at];
        let mut taken = Stage::ALL.into_iter().zip(steps).filter(|(_, at)| at.is_some());
        taken.next_back().map(|(stage, _)| stage)
    }

    /// Whether they were invited by a mail, rather than let in at once.
    #[must_use]
    pub fn was_invited(&self) -> bool {
        self.invited_at.is_some()
    }
}

/// How many people were invited, and how many of them came how far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// How many.
    pub invited: u64,
    /// How many came at least as far as each stage, the first one first.
    pub reached: [u64; 6],
}

impl Funnel {
    /// How many came at least as far as `stage`.
    #[must_use]
    pub fn at(&self, stage: Stage) -> u64 {
        Stage::ALL.into_iter().zip(self.reached).find(|(each, _)| *each == stage).map_or(0, |(_, count)| count)
    }

    fn add(&mut self, stage: Option<Stage>) {
        self.invited += 1;
        for (each, count) in Stage::ALL.into_iter().zip(&mut self.reached) {
            *count += u64::from(Some(each) <= stage);
        }
    }
}

impl std::ops::AddAssign<&Self> for Funnel {
    fn add_assign(&mut self, other: &Self) {
        self.invited += other.invited;
        for (count, more) in self.reached.iter_mut().zip(other.reached) {
            *count += more;
        }
    }
}

/// What became of those who were first invited in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekFunnel {
    /// The Monday that it began with, in the brand's zone.
    pub monday: Date,
    /// What became of them.
    pub funnel: Funnel,
}

/// What became of those whom one import brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFunnel {
    /// Which.
    pub import: ImportId,
    /// What became of them.
    pub funnel: Funnel,
}

/// What the partners who came in during the last weeks add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The moment that it is of. A number, as conditions compare it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub as_of: Timestamp,
    /// How many partners were looked at.
    pub counted: u64,
    /// The weeks, oldest first, the current one last.
    pub weeks: Vec<WeekFunnel>,
    /// Imports that began in these weeks and invited somebody, newest first.
    pub imports: Vec<ImportFunnel>,
    /// How many of them have an address that bounced.
    pub bounced: u64,
    /// How many called a mail spam.
    pub complained: u64,
}

impl Tally {
    /// Until when nobody needs another one.
    #[must_use]
    pub fn fresh_until(&self) -> Timestamp {
        let times = 1 + self.counted / COUNTED_FOR_IT;
        self.as_of + FRESH * i32::try_from(times).unwrap_or(i32::MAX)
    }

    /// All weeks together.
    #[must_use]
    pub fn total(&self) -> Funnel {
        let mut total = Funnel::default();
        for week in &self.weeks {
            total += &week.funnel;
        }
        total
    }
}

/// What is kept of a brand for those who look at its overview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overview {
    /// The last sums, if there ever were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// Until when somebody is thought to be adding up. A number, as conditions compare it.
    #[serde(skip_serializing_if = "Option::is_none", with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub counting_until: Option<Timestamp>,
}

impl Overview {
    /// Whether new sums may be asked for at `now`.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.tally.as_ref().is_none_or(|tally| tally.fresh_until() <= now)
    }
}

/// What was added up so far, from which another worker can go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// The moment that they are of.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub as_of: Timestamp,
    zone: TimeZone,
    /// Before which id those lie who are not added yet.
    pub before: PartnerId,
    counted: u64,
    weeks: BTreeMap<Date, Funnel>,
    imports: BTreeMap<ImportId, Funnel>,
    bounced: u64,
    complained: u64,
    /// When they are forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// An adding up that is under way.
#[derive(Debug)]
pub struct Counting {
    zone: tz::TimeZone,
    mondays: Vec<Date>,
    from: Timestamp,
    first_import: ImportId,
    sums: Sums,
}

impl Counting {
    /// Begins with nobody: what counts are those who came in by `now`, in the week of it and in those before.
    #[must_use]
    pub fn begin(now: Timestamp, zone: &TimeZone) -> Self {
        let after = now + SignedDuration::from_millis(1);
        Self::resume(Sums {
            as_of: now,
            zone: zone.clone(),
            before: PartnerId::fresh(after, [0; 10]),
            counted: 0,
            weeks: BTreeMap::new(),
            imports: BTreeMap::new(),
            bounced: 0,
            complained: 0,
            expires_at: now + SUMS_KEPT,
        })
    }

    /// Goes on with what another worker added up.
    #[must_use]
    pub fn resume(sums: Sums) -> Self {
        let zone = sums.zone.rules();
        let this = monday(sums.as_of.to_zoned(zone.clone()).date());
        let back = |weeks: usize| this.saturating_sub(i64::try_from(weeks).unwrap_or_default().weeks());
        let mondays: Vec<_> = (0..FUNNEL_WEEKS).rev().map(back).collect();
        let from = mondays.first().map_or(sums.as_of, |first| start_of(*first, &zone));
        Self { first_import: ImportId::fresh(from, [0; 10]), zone, mondays, from, sums }
    }

    /// Between which ids those lie who are not added yet: from the first one on, and before the second.
    #[must_use]
    pub fn range(&self) -> (PartnerId, &PartnerId) {
        (PartnerId::fresh(self.from, [0; 10]), &self.sums.before)
    }

    /// Adds a page of them, before whose last id the next page lies. Who is added twice counts twice.
    pub fn add_page(&mut self, partners: &[Partner], before: &PartnerId) {
        partners.iter().for_each(|partner| self.add(partner));
        self.sums.before = before.clone();
        // Later pages can't bring newer imports than these, so what is older will never be shown.
        while self.sums.imports.len() > IMPORTS_MAX {
            self.sums.imports.pop_first();
        }
    }

    /// Adds one of them. Who is added twice counts twice.
    pub fn add(&mut self, partner: &Partner) {
        let sums = &mut self.sums;
        sums.counted += 1;
        match partner.undeliverable.as_ref().map(|refused| refused.why) {
            Some(MailRefusal::Bounced) => sums.bounced += 1,
            Some(MailRefusal::Complained) => sums.complained += 1,
            None => {}
        }
        if !partner.was_invited() {
            return;
        }
        let stage = partner.stage();
        let monday = monday(partner.created_at.to_zoned(self.zone.clone()).date());
        sums.weeks.entry(monday).or_default().add(stage);
        // Of an import that began before, some came in before, so its sums would not be its own.
        if let Some(import) = partner.import.as_ref().filter(|import| **import >= self.first_import) {
            sums.imports.entry(import.clone()).or_default().add(stage);
        }
    }

    /// What was added up so far.
    #[must_use]
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// What it came to.
    #[must_use]
    pub fn end(self) -> Tally {
        let Self { mondays, mut sums, .. } = self;
        let mut week = |monday: Date| WeekFunnel { monday, funnel: sums.weeks.remove(&monday).unwrap_or_default() };
        let weeks = mondays.into_iter().map(&mut week).collect();
        let imports = sums.imports.into_iter().rev().take(IMPORTS_MAX);
        Tally {
            as_of: sums.as_of,
            counted: sums.counted,
            weeks,
            imports: imports.map(|(import, funnel)| ImportFunnel { import, funnel }).collect(),
            bounced: sums.bounced,
            complained: sums.complained,
        }
    }
}

/// The Monday of a day's week.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// When a day begins.
fn start_of(day: Date, zone: &tz::TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
}

/// The moments between which the week that begins with `monday` lies, in a zone: from the first one on, before the other.
#[must_use]
pub fn week_in(monday: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let rules = zone.rules();
    (start_of(monday, &rules), start_of(monday.saturating_add(1.week()), &rules))
}

#[cfg(test)]
mod tests;
