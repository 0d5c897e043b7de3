//! Waiting: for the next day, if a brand may invite no more people today, and for chunks to end.

use std::time::Duration;

use shared::{Error, domain::Import, queue::RowsJob, store::keys};

use crate::{
    dispatch::{Dispatch, TURN},
    outbox::people,
    reading::Stopped,
};

/// How many chunks of one import are in the queue at once, so that a small file never waits behind all of a large one.
const OUT_MAX: u64 = 40;

/// How often it looks whether chunks have ended, and how often in one turn.
const LOOK: Duration = Duration::from_millis(400);
pub(crate) const LOOKS_MAX: u32 = 150;

impl Dispatch<'_> {
    /// Waits until there are few enough of its chunks in the queue, or its turn is over.
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

    /// The day to whose limits their people were counted, `Some(None)` if nothing limits them; `None` if it is full.
    pub(crate) async fn day_for(&self, jobs: &[RowsJob]) -> Result<Option<Option<i64>>, Error> {
        let (people, limit) = (people(jobs), self.plan.daily_limit);
        if !self.import.invites() || people == 0 || limit == 0 || self.import.cancelled_at.is_some() {
            return Ok(Some(None));
        }
        // A chunk that was cut for a larger day still goes out: the deployment's may have been made smaller since.
        let deployment = self.app.config.bulk_emails_a_day().map(|most| most.max(self.plan.chunk_rows));
        let limits = (limit, deployment);
        Ok(self.app.store.take_of_today(&self.import.brand, people, limits).await?.map(Some))
    }

    /// How many people a day takes, of all that the brand may invite and the deployment may email.
    fn people_a_day(&self) -> u64 {
        Import::people_a_day(self.plan.daily_limit, self.app.config.bulk_emails_a_day())
    }

    /// The day is full. Rows under way may leave room in it, if their people turn out to be here already.
    pub(crate) async fn no_room(&self) -> Result<Stopped, Error> {
        let key = keys::import(&self.import.brand, &self.import.id);
        let import = self.app.store.get(&key).await?.ok_or(Error::NotFound("import"))?;
        let (import, seconds) = import.without_room(self.people_a_day(), self.app.now());
        Ok(Stopped::Later { import: Box::new(import), seconds })
    }
}
