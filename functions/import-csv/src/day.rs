//! Pauses dispatching: until the next day if the daily limit is reached, and until enough chunks are done.

use std::time::Duration;

use shared::{Error, domain::Import, jobs::RowsJob, store::keys};

use crate::{
    dispatch::{Dispatch, TURN},
    outbox::people,
    reading::Stopped,
};

/// Maximum number of one import's chunks in the queue, so that a small file never waits behind all of a large one.
const OUT_MAX: u64 = 40;

/// Interval between checks of the number of finished chunks, and the number of checks per time slice.
const LOOK: Duration = Duration::from_millis(400);
pub(crate) const LOOKS_MAX: u32 = 150;

impl Dispatch<'_> {
    /// Waits until few enough of the import's chunks are in the queue, or the time slice is over.
    pub(crate) async fn let_others_by(&mut self) -> Result<(), Error> {
        while self.import.chunks_sent - self.import.chunks_done.min(self.import.chunks_sent) > OUT_MAX
            && self.import.cancelled_at.is_none()
            && self.began + TURN > self.app.now()
            && self.looks < LOOKS_MAX
        {
            self.looks += 1;
            tokio::time::sleep(LOOK).await;
            let key = keys::import(&self.import.brand, &self.import.id);
            self.import = self.app.store.get(&key).await?.ok_or(Error::NotFound("import"))?;
        }
        Ok(())
    }

    /// Reserves room in the daily limits for the people in these chunks. Returns the day, `Some(None)` if no limit
    /// applies, or `None` if the day is full.
    pub(crate) async fn day_for(&self, jobs: &[RowsJob]) -> Result<Option<Option<i64>>, Error> {
        let (people, limit) = (people(jobs), self.plan.daily_limit);
        if !self.import.invites() || people == 0 || limit == 0 || self.import.cancelled_at.is_some() {
            return Ok(Some(None));
        }
        // A chunk that was cut for a larger daily limit is still dispatched: the deployment's limit
        // may have been lowered since.
        let deployment = self.app.config.bulk_emails_a_day().map(|most| most.max(self.plan.chunk_rows));
        let limits = (limit, deployment);
        Ok(self.app.store.take_of_today(&self.import.brand, people, limits).await?.map(Some))
    }

    /// Returns how many people a day has room for, given the limits of the brand and of the deployment.
    fn people_a_day(&self) -> u64 {
        Import::people_a_day(self.plan.daily_limit, self.app.config.bulk_emails_a_day())
    }

    /// Stops until the next day, since the daily limit is reached. Chunks in progress may still return room to the day,
    /// if their people turn out to be partners already.
    pub(crate) async fn no_room(&self) -> Result<Stopped, Error> {
        let key = keys::import(&self.import.brand, &self.import.id);
        let import = self.app.store.get(&key).await?.ok_or(Error::NotFound("import"))?;
        let (import, seconds) = import.without_room(self.people_a_day(), self.app.now());
        Ok(Stopped::Later { import: Box::new(import), seconds })
    }
}
