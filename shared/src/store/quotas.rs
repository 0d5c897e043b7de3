//! The daily limits: how many people each brand may invite by imports, and how many emails imports, bulk jobs and
//! reminders of all brands may dispatch, and hand to SES. Days are in UTC.

use super::{Condition, Store, Update, WriteError, attribute, dynamodb::items::RateCount, keys};
use crate::{
    domain::BrandSlug,
    error::{Error, Result},
};

/// The length of a day of a brand's limit, in seconds. Days are in UTC.
pub const DAY_S: i64 = 86_400;

/// Emails that were reserved from a day's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaTaken {
    /// The day, counted since 1970.
    pub day: i64,
    /// The number of emails.
    pub emails: u64,
}

impl Store {
    /// Reserves `people` from the number that a brand's imports may invite today, and from the number that `deployment`
    /// allows imports and bulk jobs of all brands together to email per day. Returns the day, or `None` if either limit
    /// doesn't suffice.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn take_of_today(
        &self,
        brand: &BrandSlug,
        people: u64,
        (daily_limit, deployment): (u64, Option<u64>),
    ) -> Result<Option<i64>> {
        let day = self.today();
        if !self.take((INVITES, &[brand.as_str()]), day, people, daily_limit).await? {
            return Ok(None);
        }
        let Some(most) = deployment else { return Ok(Some(day)) };
        if self.take((DISPATCHED, &[]), day, people, most).await? {
            return Ok(Some(day));
        }
        // After a crash before this line, they stay reserved from the brand's limit of that day.
        self.give_back((INVITES, &[brand.as_str()]), day, people).await?;
        Ok(None)
    }

    /// Counts emails towards the deployment's day that were dispatched without reserving them first.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn count_dispatched(&self, emails: u64) -> Result<()> {
        if emails == 0 {
            return Ok(());
        }
        let day = self.today();
        let key = keys::rate(DISPATCHED, &[], day);
        let more = Update::of_any(&key)
            .add("n", i64::try_from(emails).map_err(Error::internal)?)
            .set("expires_at", attribute((day + 3).saturating_mul(DAY_S))?);
        self.update_if(&key, more).await.map(drop)
    }

    /// Reserves up to `wanted` of the `most` emails that imports, bulk jobs and reminders of all brands together may
    /// hand to SES today; `None` if there are none left.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn take_bulk_emails(&self, wanted: u64, most: u64) -> Result<Option<QuotaTaken>> {
        self.take_up_to(HANDED, wanted, most).await
    }

    /// Returns reserved emails that weren't handed to SES to the day's quota.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn give_bulk_emails_back(&self, unused: QuotaTaken) -> Result<()> {
        self.give_back((HANDED, &[]), unused.day, unused.emails).await
    }

    pub(super) fn today(&self) -> i64 {
        self.now().as_second().div_euclid(DAY_S)
    }

    async fn take_up_to(&self, what: &str, wanted: u64, most: u64) -> Result<Option<QuotaTaken>> {
        let day = self.today();
        let mut emails = wanted.min(most);
        while emails > 0 {
            let key = keys::rate(what, &[], day);
            match self.update(&key, counted(&key, (day, emails), most)?).await {
                Ok(_) => return Ok(Some(QuotaTaken { day, emails })),
                Err(WriteError::Failed(error)) => return Err(error),
                Err(WriteError::Refused(refusal)) => {
                    let used = refusal.old(&key)?.map_or(0, |count| u64::try_from(count.n).unwrap_or(0));
                    // Emails that others return in the meantime are left to the next reservation.
                    emails = emails.saturating_sub(1).min(most.saturating_sub(used));
                }
            }
        }
        Ok(None)
    }

    async fn take(&self, (what, whose): (&str, &[&str]), day: i64, many: u64, daily_limit: u64) -> Result<bool> {
        if daily_limit < many {
            return Ok(false);
        }
        let key = keys::rate(what, whose, day);
        self.update_if(&key, counted(&key, (day, many), daily_limit)?).await
    }

    async fn give_back(&self, (what, whose): (&str, &[&str]), day: i64, many: u64) -> Result<()> {
        let key = keys::rate(what, whose, day);
        let fewer = Update::of(&key).add("n", -i64::try_from(many).map_err(Error::internal)?);
        self.update_if(&key, fewer).await.map(drop)
    }
}

/// Adds `many` to a day's counter, if the result is at most `most`.
fn counted(key: &keys::Key<RateCount>, (day, many): (i64, u64), most: u64) -> Result<Update> {
    let room = most.saturating_sub(many);
    let fits = vec![Condition::Absent("n"), Condition::Below("n", attribute(room.saturating_add(1))?)];
    let update = Update::of_any(key)
        .add("n", i64::try_from(many).map_err(Error::internal)?)
        .set("expires_at", attribute((day + 3).saturating_mul(DAY_S))?);
    Ok(update.when(Condition::Any(fits)))
}

/// The counter of people that a brand's imports invite in a day.
pub(super) const INVITES: &str = "invites";

/// The counter of emails that imports, bulk jobs and reminders of all brands dispatch in a day.
pub(super) const DISPATCHED: &str = "dispatched-emails";

/// The counter of those emails that are handed to SES in a day.
const HANDED: &str = "bulk-emails";
