//! Dispatches rows as far as the daily limit allows, until all are dispatched, the import is cancelled,
//! or the time slice is over.

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, Error,
    domain::{Import, ImportPlan, RowOutcome},
    jobs::RowsJob,
    needed,
    store::{Lease, keys},
};

use crate::{
    day,
    duplicates::Seen,
    outbox::Outbox,
    reading::{Reading, Stopped},
    rows::{self, Programs},
    survey,
};

/// Time slice after which the function hands over to another invocation. The timeout is 120 seconds,
/// and a call may take a few.
pub(crate) const TURN: SignedDuration = SignedDuration::from_secs(80);

/// An import that is being dispatched.
pub(crate) struct Dispatch<'a> {
    pub(crate) app: &'a App,
    claim: &'a Lease,
    pub(crate) import: Import,
    pub(crate) plan: ImportPlan,
    pub(crate) rows: u64,
    pub(crate) began: Timestamp,
    pub(crate) looks: u32,
}

/// Dispatches the rows that weren't dispatched yet.
pub(crate) async fn go_on(app: &App, import: Import, claim: &Lease) -> Result<(), Stopped> {
    let began = app.now();
    let (rows, mut plan) = survey::of(app, &import).await?;
    // The brand's current limit applies, since it may have been raised. It is never below a chunk,
    // which has to fit into a day.
    if let Some(brand) = app.store.get(&keys::brand(&import.brand)).await? {
        plan.daily_limit = brand.daily_invites.max(plan.chunk_rows.min(plan.daily_limit));
    }
    let mut dispatch = Dispatch { app, claim, import, plan, rows, began, looks: 0 };
    // A cancelled import dispatches one more time: the previous worker may have crashed before it recorded what it
    // sent, and chunks that are sent twice are counted once.
    if let Some(seconds) = dispatch.import.waits_s(began) {
        return Err(Stopped::Later { import: Box::new(dispatch.import), seconds });
    }
    dispatch.send_all().await
}

impl Dispatch<'_> {
    async fn send_all(&mut self) -> Result<(), Stopped> {
        let programs = self.app.store.list(keys::programs(&self.import.brand)).await?;
        let programs = Programs::new(&self.plan, &programs);
        let (mut seen, mut outbox) = (Seen::new(), Outbox::new(self.plan.chunk_rows));
        let mut reading = Reading::begin(self.app, &self.import).await?;
        let retries = self.import.file().is_some_and(|file| file.only_failed);
        // Rows that were dispatched before are read only for their email addresses, to find duplicates.
        let mut skip = self.import.rows_sent;
        while reading.more().await? {
            while let Some((row, counts)) = reading.next()? {
                if !counts {
                    continue;
                }
                let job = rows::work(&row, retries, &programs, &mut seen);
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                outbox.put(job);
                if outbox.is_full() && !self.send(outbox.take(&self.import)).await? {
                    return self.close().await;
                }
            }
        }
        outbox.end();
        self.send(outbox.take(&self.import)).await?;
        self.close().await
    }

    /// Sends chunks, all in one call if the daily limit has room for them; `false` if the import was cancelled.
    async fn send(&mut self, jobs: Vec<RowsJob>) -> Result<bool, Stopped> {
        if jobs.is_empty() {
            return Ok(true);
        }
        match self.day_for(&jobs).await? {
            Some(day) => self.send_now(jobs, day).await,
            None => {
                for job in jobs {
                    let one = vec![job];
                    let Some(day) = self.day_for(&one).await? else { return Err(self.no_room().await?) };
                    if !self.send_now(one, day).await? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    async fn send_now(&mut self, mut jobs: Vec<RowsJob>, day: Option<i64>) -> Result<bool, Stopped> {
        for job in &mut jobs {
            job.day = day;
        }
        let queue = needed(&self.app.config.import_rows_queue, "IMPORT_ROWS_QUEUE")?;
        if !self.app.queues()?.send(queue, &jobs).await?.is_empty() {
            return Err(Error::internal("SQS did not take every chunk").into());
        }
        self.import.chunks_sent += jobs.iter().map(|_| 1).sum::<u64>();
        self.import.rows_sent += jobs.iter().flat_map(|job| &job.rows).map(|_| 1).sum::<u64>();
        let noted = self.app.store.checkpoint(&self.import, self.claim).await?;
        self.import = noted.ok_or(Stopped::TakenOver)?;
        self.let_others_by().await?;
        if self.import.cancelled_at.is_some() {
            return Ok(false);
        }
        let over = self.began + TURN <= self.app.now() || self.looks >= day::LOOKS_MAX;
        if over && self.import.rows_sent < self.rows {
            return Err(Stopped::Later { import: Box::new(self.import.clone()), seconds: 0 });
        }
        Ok(true)
    }

    /// Ends dispatching, and counts the rows that a cancellation left over.
    async fn close(&self) -> Result<(), Stopped> {
        let left = self.rows.saturating_sub(self.import.rows_sent);
        Ok(self.app.store.close_import(&self.import, (RowOutcome::Cancelled, left)).await?)
    }
}
