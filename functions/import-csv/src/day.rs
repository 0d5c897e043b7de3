//! Waiting: for the next day, if a brand may invite no more people today, and for chunks to end.

use std::time::Duration;

use jiff::Timestamp;
use shared::{
    Error,
    domain::Import,
    queue::RowsJob,
    store::{DAY_S, keys},
};

use crate::{
    dispatch::{Dispatch, TURN},
    outbox::people,
    reading::Stopped,
};

/// When it looks again whether people who were already here left room in the day's limit.
const ROOM_S: i32 = 5;

/// The longest that SQS delays a message.
const DELAY_MAX_S: i64 = 900;

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

    /// The day to whose limit their people were counted, `Some(None)` if nothing limits them; `None` if that is full.
    pub(crate) async fn day_for(&self, jobs: &[RowsJob]) -> Result<Option<Option<i64>>, Error> {
        let (people, limit) = (people(jobs), self.plan.daily_limit);
        if !self.import.invites() || people == 0 || limit == 0 || self.import.cancelled_at.is_some() {
            return Ok(Some(None));
        }
        Ok(self.app.store.take_of_today(&self.import.brand, people, limit).await?.map(Some))
    }

    /// The day's limit is full. Rows under way may leave room in it, if their people turn out to be here already.
    pub(crate) async fn no_room(&mut self) -> Result<Stopped, Error> {
        let key = keys::import(&self.import.brand, &self.import.id);
        if let Some(now) = self.app.store.get(&key).await?
            && now.chunks_done < now.chunks_sent
        {
            return Ok(Stopped::Later { import: Box::new(now), seconds: ROOM_S });
        }
        let day = self.app.now().as_second().div_euclid(DAY_S) + 1;
        let tomorrow = Timestamp::from_second(day.saturating_mul(DAY_S)).map_err(Error::internal)?;
        let left = self.rows.saturating_sub(self.import.rows_sent);
        self.import.days_left = Some(Import::days_for(left, self.plan.daily_limit));
        Ok(self.wait(tomorrow))
    }

    pub(crate) fn wait(&self, until: Timestamp) -> Stopped {
        let seconds = self.app.now().duration_until(until).as_secs().clamp(1, DELAY_MAX_S);
        let import = Import { resumes_at: Some(until), ..self.import.clone() };
        Stopped::Later { import: Box::new(import), seconds: i32::try_from(seconds).unwrap_or(1) }
    }
}
