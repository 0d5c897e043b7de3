//! Backfills: who works on one, how far it is, and what it counted.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{Backfill, BackfillId, BackfillLine, BrandSlug, Event, NetworkConnection, NetworkStanding, PushFailure},
    error::{Error, Result},
    store::{
        Condition, Item, Lease, Remember, Store, Transaction, Update, WriteError, attribute, keys, mail::leased,
        webhook::set_or_remove,
    },
};

/// How many lines are shown.
const LINES_SHOWN: usize = 200;

/// How many failures are read at once.
const FAILURES_READ: usize = 100;

/// What came of taking a backfill up.
#[derive(Debug)]
pub enum BackfillClaimed {
    /// It is ours to go on with.
    Ours(Box<Backfill>),
    /// Somebody else is at it.
    Theirs,
    /// It is over.
    Over,
}

impl Store {
    /// Writes a new backfill and the event that tells of it. Only one at a time tells the Network; `over` is one that
    /// stopped without a word.
    ///
    /// # Errors
    /// [`Error::BackfillRunning`] if another one is under way.
    pub async fn start_backfill(
        &self,
        (backfill, over): (&Backfill, Option<&BackfillId>),
        event: &Event,
        remember: Option<Remember>,
    ) -> Result<()> {
        let place = Item::from([
            ("list_pk".to_owned(), AttributeValue::S(keys::backfills(&backfill.brand))),
            ("list_sk".to_owned(), AttributeValue::S(backfill.id.to_string())),
        ]);
        let mut transaction = Transaction::new()
            .create_with(&keys::backfill(&backfill.brand, &backfill.id), backfill, place)?
            .create(&keys::event(event), event)?;
        if !backfill.dry_run {
            let free = match over {
                None => Condition::Absent("backfill"),
                Some(over) => {
                    Condition::Any(vec![Condition::Absent("backfill"), Condition::Is("backfill", attribute(over)?)])
                }
            };
            let update = Update::of(&keys::network(&backfill.brand))
                .set("backfill", attribute(&backfill.id)?)
                .set("last_backfill", attribute(&backfill.id)?);
            transaction = transaction.update(update.when(free));
        }
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::BackfillRunning))
    }

    /// Takes a backfill up for a while.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn claim_backfill(
        &self,
        (brand, id): (&BrandSlug, &BackfillId),
        claim: &Lease,
    ) -> Result<BackfillClaimed> {
        let key = keys::backfill(brand, id);
        let update = leased(Update::of(&key), claim, self.now()).when(Condition::Absent("ended_at"));
        match self.update(&key, update).await {
            Ok(backfill) => Ok(BackfillClaimed::Ours(Box::new(backfill))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.old(&key)? {
                Some(backfill) if backfill.ended_at.is_none() => BackfillClaimed::Theirs,
                Some(_) | None => BackfillClaimed::Over,
            }),
        }
    }

    /// Notes how far a backfill is and lets go of it; `false` if somebody else has taken it up.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn checkpoint_backfill(&self, backfill: &Backfill, claim: &Lease) -> Result<bool> {
        let key = keys::backfill(&backfill.brand, &backfill.id);
        let mut update = Update::of(&key)
            .set("touched_at", attribute(backfill.touched_at)?)
            .set("counts", attribute(&backfill.counts)?)
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Is("lease_by", attribute(&claim.by)?));
        update = set_or_remove(update, "not_reached_since", backfill.not_reached_since.as_ref())?;
        update = set_or_remove(update, "after", backfill.after.as_ref())?;
        self.update_if(&key, update).await
    }

    /// Ends a backfill, and lets the next one begin.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn end_backfill(&self, backfill: &Backfill, claim: &Lease) -> Result<()> {
        let key = keys::backfill(&backfill.brand, &backfill.id);
        let mut update = Update::of(&key)
            .set("touched_at", attribute(backfill.touched_at)?)
            .set("ended_at", attribute(backfill.ended_at)?)
            .set("counts", attribute(&backfill.counts)?)
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Is("lease_by", attribute(&claim.by)?));
        if let Some(failure) = &backfill.failure {
            update = update.set("failure", attribute(failure)?);
        }
        if !self.update_if(&key, update).await? || backfill.dry_run {
            return Ok(());
        }
        self.free_network(&backfill.brand, &backfill.id).await
    }

    /// Lets the next backfill begin, if `id` still is the one that is under way.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn free_network(&self, brand: &BrandSlug, id: &BackfillId) -> Result<()> {
        let network = keys::network(brand);
        let update = Update::of(&network).remove("backfill").when(Condition::Is("backfill", attribute(id)?));
        self.update_if::<NetworkConnection>(&network, update).await.map(drop)
    }

    /// Deletes what is kept of those of whom the Network could not be told, where it was told by now.
    ///
    /// # Errors
    /// If the table can't be read or written.
    pub async fn forget_push_failures(&self, connection: &NetworkConnection) -> Result<()> {
        let (brand, mut after) = (&connection.brand, None);
        loop {
            let failures = keys::push_failures(brand);
            let (page, more): (Vec<PushFailure>, bool) = self.newest(failures, after.as_ref(), FAILURES_READ).await?;
            let partners = self.read(page.iter().map(|failure| keys::partner(brand, &failure.partner).raw())).await?;
            for failure in &page {
                let partner = partners.get(&keys::partner(brand, &failure.partner))?;
                if partner.is_none_or(|partner| partner.at_network(connection) == NetworkStanding::Known) {
                    self.forget_push_failure(brand, failure).await?;
                }
            }
            match page.last() {
                Some(last) if more => after = Some(keys::push_failure(brand, &last.partner).raw()),
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// Keeps that the Network refused somebody. Once for each, however often it is refused.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_backfill_line(&self, (brand, id): (&BrandSlug, &BackfillId), line: &BackfillLine) -> Result<()> {
        self.put_whole(&keys::backfill_line(brand, id, &line.partner), line).await
    }

    /// The first of those whom the Network refused.
    ///
    /// # Errors
    /// If the table can't be read.
    pub async fn backfill_lines(&self, brand: &BrandSlug, id: &BackfillId) -> Result<Vec<BackfillLine>> {
        Ok(self.newest(keys::backfill_lines(brand, id), None, LINES_SHOWN).await?.0)
    }

    /// A brand's backfills, newest first.
    ///
    /// # Errors
    /// If the table can't be read.
    pub async fn backfills(&self, brand: &BrandSlug, limit: usize) -> Result<Vec<Backfill>> {
        let listed = self.listed(&keys::backfills(brand), None, limit).await?;
        let found = self.read(listed.iter().map(|(_, key)| key.clone())).await?;
        let backfills = listed.iter().map(|(_, key)| found.at(key)).collect::<Result<Vec<_>>>()?;
        Ok(backfills.into_iter().flatten().collect())
    }
}
