//! Stores visitors' actions: clicks, identified users and conversions.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{
        BrandSlug, Click, ClickId, Commission, ConversionClaim, Counters, Dropped, Event, ExternalId, LinkClaim,
        UserId, Visitor,
    },
    error::{Error, ErrorChain, Result},
    store::{
        Condition, IdempotencyRecord, Store, Transaction, Update, WriteError, attribute,
        dynamodb::items::DroppedCount,
        keys::{self, Key},
    },
};

/// The number of items over which the counters of a day are spread, so that a busy link doesn't exceed the write
/// capacity of a single item.
const SHARDS: u8 = 4;

/// The existing ties of a user that a click may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// A weaker one. A signed click replaces an earlier or an unsigned one; an unsigned click only one that is both.
    Weaker,
    /// None that exists.
    Nothing,
}

/// The outcome of recording a commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booking {
    /// The commission was recorded.
    Booked,
    /// The conversion was reported before, and the outcome at that time stands.
    ToldBefore,
    /// The partner is revoked.
    Revoked,
}

impl Store {
    /// Counts a visit of `link`, both with its click and with the link. Above the limit of visits per click, the click
    /// stays the same, and nothing is counted.
    ///
    /// The two counters are written in parallel, not in a transaction, since the visitors of a popular link would make
    /// transactions collide. A process that crashes in between leaves them one apart; so does a link whose counter
    /// can't be written, since the visitor must not lose their click because of that.
    ///
    /// # Errors
    /// Fails if the click can't be written.
    pub async fn visit(&self, brand: &BrandSlug, id: &ClickId, link: &LinkClaim) -> Result<()> {
        let now = self.now();
        let key = keys::click(brand, id);
        let counted = Update::of_any(&key)
            .add("visits", 1)
            .set("kind", attribute("click")?)
            .set("link", attribute(&link.key)?)
            .set("partner", attribute(&link.partner)?)
            .set("program", attribute(&link.program)?)
            .set_once("at", attribute(now)?)
            .set_once("expires_at", attribute(Click::remembered(now).as_second())?)
            .when(Condition::Any(vec![
                Condition::Absent("visits"),
                Condition::Below("visits", attribute(Click::VISITS_MAX)?),
            ]));
        let share = keys::share_link(brand, &link.partner, &link.key);
        let clicks = |number| self.update_if(&share, Update::of(&share).add("clicks", number));
        let (counted, added) = futures::join!(self.update_if(&key, counted), clicks(1));
        let added = match (counted?, added) {
            (false, Ok(true)) => clicks(-1).await,
            (true | false, added) => added,
        };
        if let Err(error) = added {
            tracing::warn!("a link's visits could not be counted: {}", ErrorChain(&error));
        }
        Ok(())
    }

    /// Counts a dropped click or conversion, for the brand's own information.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn count_dropped(&self, brand: &BrandSlug, dropped: Dropped, chance: u8) -> Result<()> {
        let key = self.dropped_key(brand, chance);
        self.update_if(&key, one_more(&key, dropped)?).await.map(drop)
    }

    fn dropped_key(&self, brand: &BrandSlug, chance: u8) -> Key<DroppedCount> {
        keys::dropped(brand, &self.now().strftime("%Y-%m-%d").to_string(), chance % SHARDS)
    }

    /// Returns a brand's dropped attributions on each of the last `days` days, oldest first.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn dropped(&self, brand: &BrandSlug, days: i64) -> Result<Vec<(String, DroppedCount)>> {
        let now = self.now();
        let days = (0..days).rev().map(|back| {
            let day = now.saturating_sub(jiff::SignedDuration::from_hours(24 * back)).map_err(Error::internal)?;
            Ok(day.strftime("%Y-%m-%d").to_string())
        });
        let days = days.collect::<Result<Vec<_>>>()?;
        let shards = |day: &str| (0..SHARDS).map(|shard| keys::dropped(brand, day, shard)).collect::<Vec<_>>();
        let found = self.read(days.iter().flat_map(|day| shards(day)).map(|key| key.raw())).await?;
        let sum = |day: String| {
            let mut sum = DroppedCount::default();
            for key in shards(&day) {
                sum += &found.get(&key)?.unwrap_or_default();
            }
            Ok((day, sum))
        };
        days.into_iter().map(sum).collect()
    }

    /// Ties a user of the shop to a click, replacing an earlier tie if `over` allows it.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn identify(&self, brand: &BrandSlug, user: &UserId, visitor: &Visitor, over: Over) -> Result<()> {
        let key = keys::visitor(brand, user);
        let now = AttributeValue::N(self.now().as_second().saturating_add(1).to_string());
        let clicked = attribute(visitor.clicked_at.as_millisecond())?;
        let unsigned = Condition::Is("signed", attribute(false)?);
        let mut weaker = vec![Condition::Absent("pk"), Condition::Below("expires_at", now)];
        let earlier = Condition::Below("clicked_at", clicked);
        match (over, visitor.signed) {
            (Over::Nothing, _) => {}
            (Over::Weaker, true) => weaker.extend([earlier, unsigned]),
            (Over::Weaker, false) => weaker.push(Condition::All(vec![earlier, unsigned])),
        }
        let transaction = Transaction::new().replace(&key, visitor, Condition::Any(weaker))?;
        match self.commit(transaction).await {
            // A refused write means that the existing tie is at least as good.
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Records a commission once: the claim on the shop's external ID, the commission, the increase of the link's
    /// totals and of the balance, and the event, if the partner is not revoked at this moment. The time of a partner's
    /// first commission is stored with the partner, which costs as much as the check of their state that it replaces.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn book(
        &self,
        (booked, is_first): (&Commission, bool),
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<Booking> {
        let Commission { id, brand, partner, link, amount, currency, created_at, .. } = booked;
        let amount = i64::try_from(*amount).map_err(Error::internal)?;
        let partner_key = keys::partner(brand, partner);
        let share = Update::of(&keys::share_link(brand, partner, link))
            .add("conversions", 1)
            .add(Counters::name("earned", *currency), amount);
        let balance = Update::of_any(&keys::balance(brand, partner))
            .set("kind", attribute("balance")?)
            .add(Counters::name("accrued", *currency), amount)
            .add(Counters::name(&Counters::week(*created_at), *currency), amount);
        let unrevoked = Condition::Absent("revoked_at");
        let transaction = if is_first {
            let first = Update::of(&partner_key).set_once("first_commission_at", attribute(created_at)?);
            Transaction::new().update(first.when(unrevoked))
        } else {
            let there = vec![Condition::Present("pk"), unrevoked];
            Transaction::new().check(partner_key.raw(), Condition::All(there))
        };
        let mut transaction = transaction
            .create_with(&keys::commission(brand, partner, id), booked, super::commissions::place(booked))?
            .create(&keys::commission_owner(brand, id), &crate::domain::CommissionOwner { id: partner.clone() })?
            .update(share)
            .update(balance)
            .create(&keys::event(event), event)?;
        if let Some(external_id) = &booked.external_id {
            let claim = ConversionClaim { commission: Some(id.clone()), at: *created_at };
            transaction = transaction.create(&keys::conversion(brand, external_id), &claim)?;
        }
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(Booking::Booked),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let repeated = booked.external_id.as_ref().is_some_and(|id| refusal.is_of(&keys::conversion(brand, id)));
        match repeated {
            true => Ok(Booking::ToldBefore),
            false if refusal.is_of(&partner_key) => Ok(Booking::Revoked),
            false => Err(Error::ChangedMeanwhile),
        }
    }

    /// Drops a conversion that was reported while its partner was revoked. With the shop's external ID or under the
    /// request's idempotency key it is dropped for good, so that no repetition records it later, and it is counted
    /// once. With neither, a repetition can't be recognized.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn drop_conversion(
        &self,
        brand: &BrandSlug,
        (id, chance): (Option<&ExternalId>, u8),
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let key = self.dropped_key(brand, chance);
        let mut transaction = Transaction::new().update(one_more(&key, Dropped::Conversion)?);
        if let Some(id) = id {
            let claim = ConversionClaim { commission: None, at: self.now() };
            transaction = transaction.create(&keys::conversion(brand, id), &claim)?;
        }
        match self.act(transaction, remember).await {
            // A refused write means that it was reported and counted before.
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }
}

fn one_more(key: &Key<DroppedCount>, dropped: Dropped) -> Result<Update> {
    Ok(Update::of_any(key).set("kind", attribute("dropped")?).add(counter(dropped), 1))
}

fn counter(dropped: Dropped) -> &'static str {
    match dropped {
        Dropped::Click => "clicks",
        Dropped::Conversion => "conversions",
        Dropped::Unknown => "unknown",
        Dropped::Late => "late",
    }
}
