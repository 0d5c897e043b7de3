//! Imports: the worker's lease, the checkpoint, and the outcomes of the rows.
//!
//! A chunk is completed in one transaction that writes and counts its outcomes, so repeated deliveries count once.

mod results;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::{
    domain::{
        BrandSlug, Chunk, Counts, Event, EventId, EventKind, FILES_KEPT, Import, ImportFailure, ImportId, ImportPlan,
        RowOutcome,
    },
    error::{Error, Result},
    store::{
        Condition, IdempotencyRecord, Item, Lease, Store, Transaction, Update, WriteError, attribute, keys,
        mail::leased,
        quotas::{DISPATCHED, INVITES},
    },
};

/// The highest number of a chunk, which has at most six digits. The index lists in descending order, but problems are
/// shown from the first row on, so chunks are listed by this number minus their own.
const CHUNK_LAST: u64 = 999_999;

/// The outcome of claiming an import.
#[derive(Debug)]
pub enum ImportClaim {
    /// This worker continues it.
    Ours(Box<Import>),
    /// Another worker has the lease, and will continue unless it crashes.
    Theirs,
    /// There is nothing to do: it has ended, doesn't exist, or reads another version of its file.
    Over,
}

/// The number of chunks that may have been dispatched without being recorded: those of one call.
const UNNOTED_MAX: u64 = 10;

/// Identifies an import: its brand and its ID.
type Which<'a> = (&'a BrandSlug, &'a ImportId);

impl Store {
    /// Writes a new import, its event, and the response for repeated requests.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if it exists already.
    pub async fn start_import(
        &self,
        import: &Import,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        self.act(started(import, event)?, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Claims an import for the duration of the lease, to read the version of its file that has this `etag`.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_import(&self, which: Which<'_>, etag: Option<&str>, claim: &Lease) -> Result<ImportClaim> {
        let key = keys::import(which.0, which.1);
        let now = self.now();
        let mut update = leased(Update::of(&key), claim, now)
            .set_once("started_at", attribute(now)?)
            .add("attempts", 1)
            .when(Condition::Absent("ended_at"));
        update = match etag {
            None => update.when(Condition::Present("file.etag")),
            Some(etag) => {
                let is = Condition::Is("file.etag", attribute(etag)?);
                update
                    .set_once("file.etag", attribute(etag)?)
                    .when(Condition::Any(vec![Condition::Absent("file.etag"), is]))
            }
        };
        match self.update(&key, update).await {
            Ok(import) => Ok(ImportClaim::Ours(Box::new(import))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.old(&key)? {
                Some(import) if import.ended_at.is_none() && refusal.has(&key, "lease_until") => {
                    let same =
                        etag.is_none_or(|etag| import.file().and_then(|file| file.etag.as_deref()) == Some(etag));
                    if same { ImportClaim::Theirs } else { ImportClaim::Over }
                }
                Some(_) | None => ImportClaim::Over,
            }),
        }
    }

    /// Writes the number of rows in the file, and the programs as they are now, unless that has been done already.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn plan_import(&self, which: Which<'_>, rows: u64, plan: &ImportPlan) -> Result<()> {
        let key = keys::import(which.0, which.1);
        let update = Update::of(&key).set("rows", attribute(rows)?).when(Condition::Absent("rows"));
        let transaction = Transaction::new().update(update).create(&keys::import_plan(which.0, which.1), plan)?;
        match self.commit(transaction).await {
            // A refused write means that another worker did this before.
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Records the progress of the dispatch, and returns the import as it is now; `None` if another worker has claimed
    /// it or the dispatch is complete.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn checkpoint(&self, import: &Import, claim: &Lease) -> Result<Option<Import>> {
        let key = keys::import(&import.brand, &import.id);
        let update = leased(Update::of(&key), claim, self.now())
            .set("chunks_sent", attribute(import.chunks_sent)?)
            .set("rows_sent", attribute(import.rows_sent)?)
            .remove("attempts")
            .remove("resumes_at")
            .remove("days_left")
            .when(Condition::Is("all_sent", attribute(false)?))
            .when(Condition::Absent("ended_at"));
        self.mine(&key, update).await
    }

    /// Releases an import whose worker failed, so that the next one need not wait for the lease. The attempt counts.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn release_import(&self, (brand, id): Which<'_>, claim: &Lease) -> Result<()> {
        let key = keys::import(brand, id);
        self.update_if(&key, released(Update::of(&key), claim)?).await.map(drop)
    }

    /// Releases an import that continues later: at `resumes_at`, if it waits for another day.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn put_import_off(&self, import: &Import, claim: &Lease) -> Result<()> {
        let key = keys::import(&import.brand, &import.id);
        let mut update = released(Update::of(&key), claim)?.remove("attempts");
        if let (Some(at), Some(days)) = (import.resumes_at, import.days_left) {
            update = update.set("resumes_at", attribute(at)?).set("days_left", attribute(days)?);
        }
        self.update_if(&key, update).await.map(drop)
    }

    /// Records that no more rows will be dispatched, and once counts those that a cancellation `left` over.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn close_import(&self, import: &Import, (counted, left): (RowOutcome, u64)) -> Result<()> {
        let key = keys::import(&import.brand, &import.id);
        let mut update = Update::of(&key)
            .set("all_sent", attribute(true)?)
            .remove("lease_until")
            .remove("lease_by")
            .remove("resumes_at")
            .remove("days_left")
            .when(Condition::Is("all_sent", attribute(false)?))
            .when(Condition::Is("chunks_sent", attribute(import.chunks_sent)?));
        if left > 0 {
            update = update.add(counted.counter(), i64::try_from(left).map_err(Error::internal)?);
        }
        self.update_if(&key, update).await.map(drop)
    }

    /// Counts another attempt at a chunk that was delivered before, and returns the number of these attempts.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn count_chunk_attempt(&self, which: Which<'_>, number: u64) -> Result<u32> {
        let key = keys::import_chunk_attempts(which.0, which.1, number);
        let forgotten = attribute((self.now() + FILES_KEPT).as_second())?;
        let update = Update::of_any(&key).add("n", 1).set("expires_at", forgotten);
        match self.update(&key, update).await {
            Ok(count) => Ok(u32::try_from(count.n).unwrap_or(u32::MAX)),
            Err(error) => Err(error.or(|_| Error::ChangedMeanwhile)),
        }
    }

    /// Completes a chunk: stores and counts the outcomes of its rows, and returns the unused part of a day's limit to
    /// the counters. `false` if it was completed before.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn end_chunk(
        &self,
        (brand, id): Which<'_>,
        (number, chunk): (u64, &Chunk),
        counts: &Counts,
        unused: Option<(i64, u64)>,
    ) -> Result<bool> {
        let key = keys::import_chunk(brand, id, number);
        let mut place = Item::new();
        if !chunk.problems.is_empty() {
            let list = keys::chunks_with_problems(brand, id);
            let number = CHUNK_LAST.saturating_sub(number);
            place.insert("list_pk".to_owned(), AttributeValue::S(list));
            place.insert("list_sk".to_owned(), AttributeValue::S(format!("{number:06}")));
        }
        let signed = |rows: u64| i64::try_from(rows).map_err(Error::internal);
        // Once dispatch is complete, chunks that were dispatched without being recorded aren't waited for.
        let waited_for =
            vec![Condition::Is("all_sent", attribute(false)?), Condition::Above("chunks_sent", attribute(number)?)];
        let import = keys::import(brand, id);
        let mut update = Update::of(&import).add("chunks_done", 1).when(Condition::Any(waited_for));
        for (outcome, rows) in counts.counted() {
            update = update.add(outcome.counter(), signed(rows)?);
        }
        let mut transaction = Transaction::new().create_with(&key, chunk, place)?.update(update);
        let today = self.today();
        // Reservations for a day that is over are of no use any more.
        if let Some((_, people)) = unused.filter(|(day, people)| *day == today && *people > 0) {
            for count in [keys::rate(INVITES, &[brand.as_str()], today), keys::rate(DISPATCHED, &[], today)] {
                // The counter may not exist: a function that doesn't know the deployment's quota reserved nothing from
                // it.
                transaction = transaction.update(Update::of_any(&count).add("n", -signed(people)?));
            }
        }
        match self.commit(transaction).await {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(refusal)) if refusal.is_of(&key) || refusal.is_of(&import) => Ok(false),
            Err(error) => Err(error.or(|_| Error::ChangedMeanwhile)),
        }
    }

    /// Ends an import that can't be read, with its event. Has no effect the second time. Rows that were never
    /// dispatched count as failed.
    ///
    /// # Errors
    /// Fails if the table can't be written; [`Error::Busy`] if a chunk was completed at the same moment.
    pub async fn fail_import(&self, import: &Import, failure: &ImportFailure, event: &Event) -> Result<()> {
        // A crashed worker may have dispatched chunks without recording them; those that were completed are counted
        // already.
        let which = (&import.brand, &import.id);
        let unnoted = self.chunks(which, import.chunks_sent..import.chunks_sent + UNNOTED_MAX).await?;
        let unnoted: Vec<Chunk> = unnoted.into_iter().flatten().collect();
        let ended: u64 = unnoted.iter().flat_map(|chunk| chunk.outcomes.chars()).map(|_| 1).sum();
        let left = import.rows.unwrap_or_default().saturating_sub(import.rows_sent + ended);
        let done = i64::try_from(unnoted.len()).map_err(Error::internal)?;
        let mut update = Update::of(&keys::import(&import.brand, &import.id))
            .set("all_sent", attribute(true)?)
            .set("ended_at", attribute(event.at)?)
            .set("failure", attribute(failure)?)
            .remove("lease_until")
            .remove("lease_by")
            .remove("resumes_at")
            .remove("days_left")
            .when(Condition::Absent("ended_at"))
            .when(Condition::Is("all_sent", attribute(false)?))
            .when(Condition::Is("chunks_sent", attribute(import.chunks_sent)?))
            .when(Condition::Is("chunks_done", attribute(import.chunks_done)?))
            .add("chunks_done", -done);
        if left > 0 {
            update = update.add(RowOutcome::Failed.counter(), i64::try_from(left).map_err(Error::internal)?);
        }
        let key = keys::import(&import.brand, &import.id);
        match self.commit(Transaction::new().update(update).create(&keys::event(event), event)?).await {
            Ok(()) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => match refusal.old(&key)? {
                Some(now) if now.ended_at.is_none() && !now.all_sent => Err(Error::Busy),
                Some(_) | None => Ok(()),
            },
        }
    }

    /// Cancels an import as [`Import::cancel`] describes, with the event that informs the worker that reads its file.
    ///
    /// # Errors
    /// [`Error::ImportOver`] if it ended or was cancelled in the meantime.
    pub async fn cancel_import(
        &self,
        import: &Import,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let key = keys::import(&import.brand, &import.id);
        let mut update = Update::of(&key)
            .set("cancelled_at", attribute(event.at)?)
            .remove("resumes_at")
            .remove("days_left")
            .when(Condition::Absent("ended_at"))
            .when(Condition::Absent("cancelled_at"));
        if import.ended_at.is_some() {
            // No worker has begun to read it, and none will.
            update = update.set("ended_at", attribute(event.at)?).when(Condition::Absent("started_at"));
        }
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| {
            error.or(|refusal| match refusal.old(&key) {
                Ok(Some(now)) if now.ended_at.is_none() && now.cancelled_at.is_none() => Error::ChangedMeanwhile,
                Ok(Some(_) | None) => Error::ImportOver,
                Err(error) => error,
            })
        })
    }

    /// Ends an import if all of its rows are done. Called after each completed chunk, and when dispatch is complete.
    ///
    /// # Errors
    /// Fails if the table can't be read or written.
    pub async fn finish_import(&self, which: Which<'_>, (event, at): (EventId, Timestamp)) -> Result<()> {
        let Some(import) = self.get(&keys::import(which.0, which.1)).await? else { return Ok(()) };
        if !import.is_done() || import.ended_at.is_some() {
            return Ok(());
        }
        let kind = EventKind::ImportCompleted { import: import.id.clone() };
        let event = Event::new(event, &import.brand, import.asked_by.clone(), kind, at);
        let update = Update::of(&keys::import(which.0, which.1))
            .set("ended_at", attribute(event.at)?)
            .when(Condition::Absent("ended_at"));
        self.once(Transaction::new().update(update).create(&keys::event(&event), &event)?).await
    }

    /// Commits a transaction that has an effect only once: if it was committed before, that is no error.
    async fn once(&self, transaction: Transaction) -> Result<()> {
        match self.commit(transaction).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    async fn mine(&self, key: &crate::store::Key<Import>, update: Update) -> Result<Option<Import>> {
        match self.update(key, update).await {
            Ok(import) => Ok(Some(import)),
            Err(WriteError::Refused(_)) => Ok(None),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }
}

/// Returns the writes that start an import: the import with its position in the list, and its event.
pub(super) fn started(import: &Import, event: &Event) -> Result<Transaction> {
    let place = Item::from([
        ("list_pk".to_owned(), AttributeValue::S(keys::imports(&import.brand))),
        ("list_sk".to_owned(), AttributeValue::S(import.id.to_string())),
    ]);
    let key = keys::import(&import.brand, &import.id);
    Transaction::new().create_with(&key, import, place)?.create(&keys::event(event), event)
}

/// Ends the lease, if this worker still has it.
fn released(update: Update, claim: &Lease) -> Result<Update> {
    let update = update.remove("lease_until").remove("lease_by");
    Ok(update.when(Condition::Is("lease_by", attribute(&claim.by)?)))
}
