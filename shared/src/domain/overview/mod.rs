//! The invitation funnel: how far invitations lead, from the email to the first commission.
//!
//! A partner's progress is stored as times on the partner. Each is written once and never changed, by a write that
//! happens anyway. So the totals can be counted again at any time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz};
use serde::{Deserialize, Serialize};

use super::{Fresh, ImportId, Partner, PartnerId, SuppressionReason, TimeZone};

/// Number of weeks that are counted, including the current one.
pub const FUNNEL_WEEKS: usize = 12;

/// Maximum number of imports that are shown separately: the latest ones.
const IMPORTS_MAX: usize = 20;

/// Time for which totals of fewer than `COUNTED_FOR_IT` partners are fresh. Totals of more partners stay fresh for
/// proportionally longer, so that an admin who views the overview all day costs the same whatever the size of the
/// brand.
const FRESH: SignedDuration = SignedDuration::from_mins(1);
const COUNTED_FOR_IT: u64 = 10_000;

/// Retention of partial totals for another worker. By then the overview will have been requested again.
pub const SUMS_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Stage of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// An email to them was sent.
    Sent,
    /// Their mailbox accepted one.
    Delivered,
    /// They opened the link in it, as a person does.
    Opened,
    /// They signed in.
    SignedIn,
    /// They created a link.
    Linked,
    /// One of their links earned a commission.
    Earned,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 6] = [Self::Sent, Self::Delivered, Self::Opened, Self::SignedIn, Self::Linked, Self::Earned];

    /// Returns the name of the stage.
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

/// Times at which a partner reached each stage. `None` means not yet, or, for a stage in the middle, that it wasn't
/// reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Milestones {
    /// Time at which the first email to them was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// Time at which their mailbox first accepted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// Time at which a person first opened a link that was emailed to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Timestamp>,
    /// Time at which they first created a share link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_link_at: Option<Timestamp>,
    /// Time at which one of their links first earned a commission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_commission_at: Option<Timestamp>,
}

impl Partner {
    /// Returns the last stage that they reached. It implies the earlier ones, even those that weren't reported: not
    /// every mailbox reports deliveries, and not every browser runs our script.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        let Milestones { sent_at, delivered_at, opened_at, first_link_at, first_commission_at } = self.steps;
        // A partner who declined has read the invitation.
        let opened_at = opened_at.or(self.declined_at);
        let steps = [sent_at, delivered_at, opened_at, self.activated_at, first_link_at, first_commission_at];
        let mut taken = Stage::ALL.into_iter().zip(steps).filter(|(_, at)| at.is_some());
        taken.next_back().map(|(stage, _)| stage)
    }

    /// Returns `true` if they were invited by email, rather than added as active.
    #[must_use]
    pub fn was_invited(&self) -> bool {
        self.invited_at.is_some()
    }
}

/// Number of people who were invited, and how many of them reached each stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// Number of people who were invited.
    pub invited: u64,
    /// Number of people who reached at least each stage, in the order of the stages.
    pub reached: [u64; 6],
}

impl Funnel {
    /// Returns the number of people who reached at least `stage`.
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

/// Funnel of the partners who were first invited in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekFunnel {
    /// The Monday on which it began, in the brand's time zone.
    pub monday: Date,
    /// Funnel of these partners.
    pub funnel: Funnel,
}

/// Funnel of the partners that one import created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFunnel {
    /// The import.
    pub import: ImportId,
    /// Funnel of these partners.
    pub funnel: Funnel,
}

/// Totals of the partners who were created in the last weeks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelSnapshot {
    /// Time at which the counting began. A number, since conditions compare it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub as_of: Timestamp,
    /// Number of partners that were counted.
    pub counted: u64,
    /// The weeks in order, the current one last.
    pub weeks: Vec<WeekFunnel>,
    /// Imports that began in these weeks and invited at least one person, newest first.
    pub imports: Vec<ImportFunnel>,
    /// Number of partners whose email address bounced.
    pub bounced: u64,
    /// Number of partners who marked an email as spam.
    pub complained: u64,
}

impl FunnelSnapshot {
    /// Returns the time until which no new totals are needed.
    #[must_use]
    pub fn fresh_until(&self) -> Timestamp {
        let times = 1 + self.counted / COUNTED_FOR_IT;
        self.as_of + FRESH * i32::try_from(times).unwrap_or(i32::MAX)
    }

    /// Returns the totals of all weeks.
    #[must_use]
    pub fn total(&self) -> Funnel {
        let mut total = Funnel::default();
        for week in &self.weeks {
            total += &week.funnel;
        }
        total
    }
}

/// Stored figures of a brand's overview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overview {
    /// The last totals, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<FunnelSnapshot>,
    /// Time until which a worker is assumed to be counting. A number, since conditions compare it.
    #[serde(skip_serializing_if = "Option::is_none", with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub counting_until: Option<Timestamp>,
}

impl Overview {
    /// Returns `true` if new totals may be requested at `now`.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.tally.as_ref().is_none_or(|tally| tally.fresh_until() <= now)
    }
}

/// Partial totals, from which another worker can continue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// Time at which the counting began.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub as_of: Timestamp,
    zone: TimeZone,
    /// Partners with IDs before this one are not counted yet.
    pub before: PartnerId,
    counted: u64,
    weeks: BTreeMap<Date, Funnel>,
    imports: BTreeMap<ImportId, Funnel>,
    bounced: u64,
    complained: u64,
    /// Time at which they are deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// A count in progress.
#[derive(Debug)]
pub struct FunnelBuilder {
    zone: tz::TimeZone,
    mondays: Vec<Date>,
    from: Timestamp,
    first_import: ImportId,
    sums: Sums,
}

impl FunnelBuilder {
    /// Begins a new count of the partners who were created by `now`, in its week and in the weeks before.
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

    /// Continues from the partial totals of another worker.
    #[must_use]
    pub fn resume(sums: Sums) -> Self {
        let zone = sums.zone.rules();
        let this = monday(sums.as_of.to_zoned(zone.clone()).date());
        let back = |weeks: usize| this.saturating_sub(i64::try_from(weeks).unwrap_or_default().weeks());
        let mondays: Vec<_> = (0..FUNNEL_WEEKS).rev().map(back).collect();
        let from = mondays.first().map_or(sums.as_of, |first| start_of(*first, &zone));
        Self { first_import: ImportId::fresh(from, [0; 10]), zone, mondays, from, sums }
    }

    /// Returns the range of the IDs that are not counted yet: from the first, and before the second.
    #[must_use]
    pub fn range(&self) -> (PartnerId, &PartnerId) {
        (PartnerId::fresh(self.from, [0; 10]), &self.sums.before)
    }

    /// Adds a page of partners; the next page ends before the ID `before`. A partner who is added twice counts twice.
    pub fn add_page(&mut self, partners: &[Partner], before: &PartnerId) {
        partners.iter().for_each(|partner| self.add(partner));
        self.sums.before = before.clone();
        // Later pages can't contain newer imports than these, so older ones will never be shown.
        while self.sums.imports.len() > IMPORTS_MAX {
            self.sums.imports.pop_first();
        }
    }

    /// Adds a partner. A partner who is added twice counts twice.
    pub fn add(&mut self, partner: &Partner) {
        let sums = &mut self.sums;
        sums.counted += 1;
        match partner.undeliverable.as_ref().map(|refused| refused.why) {
            Some(SuppressionReason::Bounced) => sums.bounced += 1,
            Some(SuppressionReason::Complained) => sums.complained += 1,
            None => {}
        }
        if !partner.was_invited() {
            return;
        }
        let stage = partner.stage();
        let monday = monday(partner.created_at.to_zoned(self.zone.clone()).date());
        sums.weeks.entry(monday).or_default().add(stage);
        // Some partners of an import that began earlier were created before these weeks, so its totals would be
        // incomplete.
        if let Some(import) = partner.import.as_ref().filter(|import| **import >= self.first_import) {
            sums.imports.entry(import.clone()).or_default().add(stage);
        }
    }

    /// Returns the partial totals.
    #[must_use]
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Returns the totals.
    #[must_use]
    pub fn end(self) -> FunnelSnapshot {
        let Self { mondays, mut sums, .. } = self;
        let mut week = |monday: Date| WeekFunnel { monday, funnel: sums.weeks.remove(&monday).unwrap_or_default() };
        let weeks = mondays.into_iter().map(&mut week).collect();
        let imports = sums.imports.into_iter().rev().take(IMPORTS_MAX);
        FunnelSnapshot {
            as_of: sums.as_of,
            counted: sums.counted,
            weeks,
            imports: imports.map(|(import, funnel)| ImportFunnel { import, funnel }).collect(),
            bounced: sums.bounced,
            complained: sums.complained,
        }
    }
}

/// Returns the Monday of a day's week.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// Returns the time at which a day begins.
fn start_of(day: Date, zone: &tz::TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
}

/// Returns the start (inclusive) and the end (exclusive) of the week that begins with `monday`, in a time zone.
#[must_use]
pub fn week_in(monday: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let rules = zone.rules();
    (start_of(monday, &rules), start_of(monday.saturating_add(1.week()), &rules))
}

#[cfg(test)]
mod tests;
