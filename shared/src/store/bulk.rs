//! Bulk jobs: the selection of their partners, and the worker's lease on it.
//!
//! Each step writes the selected partners together with the position that the selection has reached. So no partner is
//! selected twice or skipped, even if a worker crashes; and the action begins only after all partners are selected.

use super::{
    Condition, IdempotencyRecord, ImportClaim, Lease, Store, Update, WriteError, attribute, keys, mail::leased,
};
use crate::{
    domain::{BrandSlug, Event, Import, ImportId, Selection},
    error::{Error, Result},
};

/// Identifies an import: its brand and its ID.
type Which<'a> = (&'a BrandSlug, &'a ImportId);

impl Store {
    /// Writes a bulk job, the partners that were chosen for it, the event that starts it, and the response for repeated
    /// requests.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if it exists already.
    pub async fn start_bulk(
        &self,
        import: &Import,
        chosen: &[Selection],
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let mut transaction = super::import::started(import, event)?;
        for (number, selection) in (0..).zip(chosen) {
            transaction = transaction.create(&keys::import_selection(&import.brand, &import.id, number), selection)?;
        }
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Claims a bulk job for the duration of the lease.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_bulk(&self, which: Which<'_>, claim: &Lease) -> Result<ImportClaim> {
        let key = keys::import(which.0, which.1);
        let now = self.now();
        let update = leased(Update::of(&key), claim, now)
            .set_once("started_at", attribute(now)?)
            .add("attempts", 1)
            .when(Condition::Absent("ended_at"))
            .when(Condition::Present("bulk"));
        match self.update(&key, update).await {
            Ok(import) => Ok(ImportClaim::Ours(Box::new(import))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.old(&key)? {
                Some(import) if import.ended_at.is_none() && refusal.has(&key, "lease_until") => ImportClaim::Theirs,
                Some(_) | None => ImportClaim::Over,
            }),
        }
    }

    /// Writes further selected partners and the position that the selection has reached: `rows` is their total number,
    /// once it is known. `false` if another worker has claimed the job.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_selected(&self, import: &Import, further: &[Selection], claim: &Lease) -> Result<bool> {
        let (key, bulk) = (keys::import(&import.brand, &import.id), import.bulk().ok_or(Error::NotFound("import"))?);
        let chunks = further.iter().map(|_| 1).sum::<u64>();
        let first = bulk.chunks.saturating_sub(chunks);
        let mut update = leased(Update::of(&key), claim, self.now())
            .set("bulk.selected", attribute(bulk.selected)?)
            .set("bulk.chunks", attribute(bulk.chunks)?)
            .remove("attempts")
            .when(Condition::Is("bulk.chunks", attribute(first)?))
            .when(Condition::Absent("rows"))
            .when(Condition::Absent("ended_at"));
        update = match &bulk.after {
            Some(after) => update.set("bulk.after", attribute(after)?),
            None => update.remove("bulk.after"),
        };
        if let Some(rows) = import.rows {
            update = update.set("rows", attribute(rows)?);
        }
        let mut transaction = super::Transaction::new().update(update);
        for (number, selection) in (first..).zip(further) {
            transaction = transaction.create(&keys::import_selection(&import.brand, &import.id, number), selection)?;
        }
        match self.commit(transaction).await {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Reads the selected partners of some chunks in one step.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn selections(&self, which: Which<'_>, numbers: std::ops::Range<u64>) -> Result<Vec<Selection>> {
        let keys: Vec<_> = numbers.map(|number| keys::import_selection(which.0, which.1, number)).collect();
        let found = self.read(keys.iter().map(super::Key::raw)).await?;
        keys.iter().map(|key| found.get(key)?.ok_or(Error::NotFound("selection"))).collect()
    }
}
