//! Exports: the request, the worker's lease, and the progress of the file.

use super::{
    Condition, IdempotencyRecord, Lease, Store, Transaction, Update, WriteError, attribute, keys, mail::leased,
};
use crate::{
    domain::{BrandSlug, Event, Export, ExportId, ExportState, FileProgress},
    error::{Error, Result},
};

/// Identifies an export: its brand and its ID.
type Which<'a> = (&'a BrandSlug, &'a ExportId);

/// The outcome of claiming an export.
#[derive(Debug)]
pub enum ExportClaim {
    /// This worker creates the file.
    Ours(Box<Export>),
    /// Another worker is creating the file.
    Theirs,
    /// There is nothing left to create.
    Over,
}

impl Store {
    /// Writes a new export, the event that starts it, and the response for repeated requests.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn start_export(
        &self,
        export: &Export,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let transaction = Transaction::new()
            .create(&keys::export(&export.brand, &export.id), export)?
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Claims an export for the duration of the lease, and counts the attempt.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_export(&self, which: Which<'_>, claim: &Lease) -> Result<ExportClaim> {
        let key = keys::export(which.0, which.1);
        let now = self.now();
        let update = leased(Update::of(&key), claim, now)
            .add("attempts", 1)
            .when(Condition::Absent("rows"))
            .when(Condition::Absent("failed_at"));
        let running = |export: &Export| export.state(now) == ExportState::Running;
        match self.update(&key, update).await {
            Ok(export) if running(&export) => Ok(ExportClaim::Ours(Box::new(export))),
            Ok(_) => Ok(ExportClaim::Over),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => match refusal.old(&key)? {
                Some(export) if running(&export) => Ok(ExportClaim::Theirs),
                Some(_) | None => Ok(ExportClaim::Over),
            },
        }
    }

    /// Stores the progress of an export's file; `false` if another worker has claimed it.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn keep_export_progress(&self, which: Which<'_>, progress: &FileProgress, claim: &Lease) -> Result<bool> {
        let now = self.now();
        let key = keys::export(which.0, which.1);
        let grew = leased(Update::of(&key), claim, now).set("grew_at", attribute(now)?).remove("attempts");
        let kept = Transaction::new().update(grew.when(Condition::Absent("rows")));
        match self.commit(kept.put_with(&keys::export_progress(which.0, which.1), progress, super::Item::new())?).await
        {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Releases an export, so that another worker can continue it.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn release_export(&self, which: Which<'_>, claim: &Lease) -> Result<()> {
        let key = keys::export(which.0, which.1);
        let update = Update::of(&key).remove("lease_until").remove("lease_by");
        self.update_if(&key, update.when(Condition::Is("lease_by", attribute(&claim.by)?))).await.map(drop)
    }

    /// Records that the file of an export is complete, and the number of partners in it.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn complete_export(&self, which: Which<'_>, rows: u64) -> Result<()> {
        let key = keys::export(which.0, which.1);
        let update = Update::of(&key).set("rows", attribute(rows)?).remove("lease_until").remove("lease_by");
        self.update_if(&key, update).await.map(drop)
    }

    /// Records that an export failed for good, unless its file is complete.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn give_export_up(&self, which: Which<'_>) -> Result<()> {
        let key = keys::export(which.0, which.1);
        let update = Update::of(&key).set("failed_at", attribute(self.now())?).when(Condition::Absent("rows"));
        self.update_if(&key, update).await.map(drop)
    }
}
