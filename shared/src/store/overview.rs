//! The progress of invitations: milestones of partners that are written only here, and the totals of the overview.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;

use super::{Condition, IdempotencyRecord, Item, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    domain::{
        BrandSlug, Event, FunnelSnapshot, MagicLink, Overview, Partner, PartnerId, PartnerState, Principal, Sums,
    },
    error::{Error, Result},
};

/// The time during which no further computation is requested: as long as the queue hides the message from other
/// workers.
const COUNTING: SignedDuration = SignedDuration::from_mins(6);

/// The retention of the event of a request.
const ASK_KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Records the first time that a person opens a partner's emailed link. Returns `false` if that was recorded
    /// before, or if this link was never emailed.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_opened(&self, brand: &BrandSlug, link: &MagicLink) -> Result<bool> {
        let Principal::Partner(id) = &link.principal else { return Ok(false) };
        let now = self.now();
        let epoch = || Ok::<_, Error>(Condition::Is("epoch", attribute(link.epoch)?));
        let mailed = Condition::All(vec![
            Condition::Is("brand", attribute(brand)?),
            Condition::Is("principal", attribute(&link.principal)?),
            epoch()?,
            Condition::Above("expires_at", attribute(now.as_second())?),
        ]);
        let opened = Update::of(&keys::partner(brand, id))
            .set("opened_at", attribute(now)?)
            .when(epoch()?)
            .when(Condition::Absent("opened_at"));
        let token = keys::token(&link.secret.hash());
        match self.commit(Transaction::new().check(token.raw(), mailed).update(opened)).await {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Records the same for a partner who did something that is possible only after opening the link.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_opened_by(&self, partner: &Partner) -> Result<()> {
        if partner.steps.opened_at.is_some() {
            return Ok(());
        }
        let key = keys::partner(&partner.brand, &partner.id);
        let update = Update::of(&key).set("opened_at", attribute(self.now())?).when(Condition::Absent("opened_at"));
        self.update_if(&key, update).await.map(drop)
    }

    /// Writes the event that starts the computation. Returns `false` without writing if the stored numbers are recent,
    /// or if a computation is in progress.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn ask_overview(&self, event: &Event, remember: Option<IdempotencyRecord>) -> Result<bool> {
        let now = self.now();
        let key = keys::overview(&event.brand);
        let past = |name| {
            Ok::<_, Error>(Condition::Any(vec![
                Condition::Absent(name),
                Condition::Below(name, attribute(now.as_millisecond().saturating_add(1))?),
            ]))
        };
        let asked = Update::of_any(&key)
            .set("kind", attribute("overview")?)
            .set("counting_until", attribute((now + COUNTING).as_millisecond())?)
            .when(past("counting_until")?)
            .when(past("fresh_until")?);
        // The event isn't needed later, and there may be one a minute.
        let forgotten = AttributeValue::N((event.at + ASK_KEPT).as_second().to_string());
        let extra = Item::from([("expires_at".to_owned(), forgotten)]);
        let transaction = Transaction::new().update(asked).create_with(&keys::event(event), event, extra)?;
        match self.act(transaction, remember).await {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Stores the checkpoint of a computation for another worker, and extends the time during which no new one is
    /// requested.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn keep_sums(&self, brand: &BrandSlug, sums: &Sums) -> Result<()> {
        let key = keys::overview(brand);
        let until = attribute((self.now() + COUNTING).as_millisecond())?;
        let busy = Update::of_any(&key).set("kind", attribute("overview")?).set("counting_until", until);
        let counting = keys::counting(brand);
        futures::try_join!(self.put_whole(&counting, sums), self.update_if::<Overview>(&key, busy)).map(drop)
    }

    /// Stores new totals, unless later ones are stored already.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn keep_tally(&self, brand: &BrandSlug, tally: &FunnelSnapshot) -> Result<()> {
        let key = keys::overview(brand);
        let of = attribute(tally.as_of.as_millisecond())?;
        let update = Update::of_any(&key)
            .set("kind", attribute("overview")?)
            .set("tally", attribute(tally)?)
            .set("fresh_until", attribute(tally.fresh_until().as_millisecond())?)
            .remove("counting_until")
            .when(Condition::Any(vec![Condition::Absent("tally"), Condition::Below("tally.as_of", of)]));
        self.update_if::<Overview>(&key, update).await.map(drop)
    }

    /// Returns a page of the partners whose IDs are in a range, including its first ID and excluding its second, newest
    /// first. Also returns the ID before which the next page begins, if there may be one.
    ///
    /// Each partner occurs once. The lists are read in the order in which partners move between them, so a partner who
    /// moves in the meantime is found in the old or the new list. Only a partner who moves back at that moment, by
    /// being reinstated, may be missed; and those that a lagging index doesn't show yet.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn partners_between(
        &self,
        brand: &BrandSlug,
        (from, before): (&PartnerId, &PartnerId),
        limit: usize,
    ) -> Result<(Vec<Partner>, Option<PartnerId>)> {
        let (mut ids, mut more) = (Vec::new(), false);
        for state in PartnerState::ALL {
            let places = self.listed(&keys::roster(brand, state), Some(before.as_str()), limit).await?;
            more |= places.len() == limit;
            let places = places.into_iter().filter_map(|(place, _)| PartnerId::parse(&place).ok());
            ids.extend(places.take_while(|id| id >= from));
        }
        ids.sort_unstable_by(|left, right| right.cmp(left));
        ids.dedup();
        more |= ids.len() > limit;
        ids.truncate(limit);
        let keys: Vec<_> = ids.iter().map(|id| keys::partner(brand, id)).collect();
        let found = self.read(keys.iter().map(keys::Key::raw)).await?;
        let partners = keys.iter().map(|key| found.get(key)).collect::<Result<Vec<Option<Partner>>>>()?;
        Ok((partners.into_iter().flatten().collect(), ids.pop().filter(|_| more)))
    }
}
