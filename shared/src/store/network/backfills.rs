//! Backfills: the worker's lease, the checkpoint, and the counts.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{Backfill, BackfillId, BackfillLine, BrandSlug, Event, NetworkConnection, PushFailure, SyncStatus},
    error::{Error, Result},
    store::{
        Condition, IdempotencyRecord, Item, Lease, Store, Transaction, Update, WriteError, attribute, keys,
        mail::leased, webhook::set_or_remove,
    },
};

/// The number of lines that are shown.
const LINES_SHOWN: usize = 200;

/// The number of failures that are read in one step.
const FAILURES_READ: usize = 100;

/// The outcome of claiming a backfill.
#[derive(Debug)]
pub enum BackfillClaim {
    /// This worker continues it.
    Ours(Box<Backfill>),
    /// Another worker has the lease.
    Theirs,
    /// It has ended.
    Over,
}

impl Store {
    /// Writes a new backfill and its event. Only one backfill at a time sends partners to the Network; `over` is an
    /// earlier one that stopped without ending.
    ///
    /// # Errors
    /// [`Error::BackfillRunning`] if another one is in progress.
    pub async fn start_backfill(
        &self,
        (backfill, over): (&Backfill, Option<&BackfillId>),
        event: &Event,
        remember: Option<IdempotencyRecord>,
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

    /// Claims a backfill for the duration of the lease.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_backfill(&self, (brand, id): (&BrandSlug, &BackfillId), claim: &Lease) -> Result<BackfillClaim> {
        let key = keys::backfill(brand, id);
        let update = leased(Update::of(&key), claim, self.now()).when(Condition::Absent("ended_at"));
        match self.update(&key, update).await {
            Ok(backfill) => Ok(BackfillClaim::Ours(Box::new(backfill))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.old(&key)? {
                Some(backfill) if backfill.ended_at.is_none() => BackfillClaim::Theirs,
                Some(_) | None => BackfillClaim::Over,
            }),
        }
    }

    /// Records a backfill's checkpoint and releases it; `false` if another worker has claimed it.
    ///
    /// # Errors
    /// Fails if the table can't be written.
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

    /// Ends a backfill, so that the next one can begin.
    ///
    /// # Errors
    /// Fails if the table can't be written.
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

    /// Lets the next backfill begin, if `id` is still the one in progress.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn free_network(&self, brand: &BrandSlug, id: &BackfillId) -> Result<()> {
        let network = keys::network(brand);
        let update = Update::of(&network).remove("backfill").when(Condition::Is("backfill", attribute(id)?));
        self.update_if::<NetworkConnection>(&network, update).await.map(drop)
    }

    /// Deletes the records of partners that couldn't be sent to the Network, for those who have been synced since.
    ///
    /// # Errors
    /// Fails if the table can't be read or written.
    pub async fn forget_push_failures(&self, connection: &NetworkConnection) -> Result<()> {
        let (brand, mut after) = (&connection.brand, None);
        loop {
            let failures = keys::push_failures(brand);
            let (page, more): (Vec<PushFailure>, bool) = self.newest(failures, after.as_ref(), FAILURES_READ).await?;
            let partners = self.read(page.iter().map(|failure| keys::partner(brand, &failure.partner).raw())).await?;
            for failure in &page {
                let partner = partners.get(&keys::partner(brand, &failure.partner))?;
                if partner.is_none_or(|partner| partner.at_network(connection) == SyncStatus::Known) {
                    self.forget_push_failure(brand, failure).await?;
                }
            }
            match page.last() {
                Some(last) if more => after = Some(keys::push_failure(brand, &last.partner).raw()),
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// Records that the Network rejected a partner. Each partner is recorded once, however often they are rejected.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_backfill_line(&self, (brand, id): (&BrandSlug, &BackfillId), line: &BackfillLine) -> Result<()> {
        self.put_whole(&keys::backfill_line(brand, id, &line.partner), line).await
    }

    /// Lists the first of the partners that the Network rejected.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn backfill_lines(&self, brand: &BrandSlug, id: &BackfillId) -> Result<Vec<BackfillLine>> {
        Ok(self.newest(keys::backfill_lines(brand, id), None, LINES_SHOWN).await?.0)
    }

    /// Lists a brand's backfills, newest first.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn backfills(&self, brand: &BrandSlug, limit: usize) -> Result<Vec<Backfill>> {
        let listed = self.listed(&keys::backfills(brand), None, limit).await?;
        let found = self.read(listed.iter().map(|(_, key)| key.clone())).await?;
        let backfills = listed.iter().map(|(_, key)| found.at(key)).collect::<Result<Vec<_>>>()?;
        Ok(backfills.into_iter().flatten().collect())
    }
}
