//! Paces the emails of imports and bulk jobs: how fast they go out, and how many a day.
//!
//! A turn and a unit of the day's quota belong to an email that is about to be handed to SES, not to one that was
//! received. An email that was sent before, or is held back, uses up neither, so a message of ten emails always gets
//! through, however few of them fit into one batch.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use shared::{App, Chain, Config, Result, domain::Pacing, queue::MailJob, store::QuotaTaken, worker::Message};
use tokio::{sync::Mutex, time::Instant};

/// A turn that begins later than this after the batch did is not given: this function has 30 seconds, and SES may take
/// six of them to answer.
const TURNS: Duration = Duration::from_secs(20);

/// Whether an email is one of an import or a bulk job.
pub(crate) fn is_bulk(config: &Config, message: &Message<MailJob>) -> bool {
    message.is_from(config.mail_bulk_queue.as_deref())
}

/// When a batch of emails began, how far apart they go out, and what was taken of the day's quota for them.
#[derive(Debug)]
pub(crate) struct Pace {
    began: Instant,
    pacing: Pacing,
    /// How many turns were taken.
    turns: AtomicU32,
    /// How many emails all imports and bulk jobs together may send a day; `None` if nothing limits them.
    daily: Option<u64>,
    quota: Mutex<Quota>,
}

#[derive(Debug)]
struct Quota {
    /// How many emails of the batch may yet want a unit.
    wanted: u64,
    /// Units that were taken and are not used yet, with the day they are of.
    taken: Option<QuotaTaken>,
    /// The day has no more.
    exhausted: bool,
}

impl Pace {
    /// The pace of a batch that begins now, with so many `emails` of imports and bulk jobs.
    pub(crate) fn of(config: &Config, emails: u64) -> Self {
        Self {
            began: Instant::now(),
            pacing: Pacing::of(config.bulk_share_of_rate(), config.bulk_workers.unwrap_or(1)),
            turns: AtomicU32::new(0),
            daily: config.bulk_emails_a_day(),
            quota: Mutex::new(Quota { wanted: emails, taken: None, exhausted: false }),
        }
    }

    /// How many emails of the batch are under way at once.
    pub(crate) fn at_once(&self) -> usize {
        usize::try_from(self.pacing.at_once()).unwrap_or(1)
    }

    /// Whether another email could get a turn in this batch.
    pub(crate) fn has_turns(&self) -> bool {
        self.turns_left() > 0
    }

    /// Whether the day's quota had no more when an email of this batch asked.
    pub(crate) async fn is_exhausted(&self) -> bool {
        self.quota.lock().await.exhausted
    }

    /// Takes one unit of the day's quota; `false` if there is none left.
    pub(crate) async fn take_unit(&self, app: &App) -> Result<bool> {
        let Some(most) = self.daily else { return Ok(true) };
        let mut quota = self.quota.lock().await;
        if quota.taken.is_none_or(|taken| taken.emails == 0) && !quota.exhausted {
            // For as many as the batch may yet send, so that most batches write the day's counter once.
            let wanted = quota.wanted.min(self.turns_left()).max(1);
            match app.store.take_bulk_emails(wanted, most).await? {
                Some(taken) => quota.taken = Some(taken),
                // Units that are in use may yet be given back, to the day that they are of.
                None => quota.exhausted = true,
            }
        }
        let Some(taken) = quota.taken.as_mut().filter(|taken| taken.emails > 0) else { return Ok(false) };
        taken.emails -= 1;
        quota.wanted = quota.wanted.saturating_sub(1);
        Ok(true)
    }

    /// Notes that SES takes no more emails today, whatever our own count says: its day is the last 24 hours.
    pub(crate) async fn exhaust(&self) {
        self.quota.lock().await.exhausted = true;
    }

    /// Gives back the unit of an email that SES did not take.
    pub(crate) async fn give_unit_back(&self) {
        if let Some(taken) = &mut self.quota.lock().await.taken {
            taken.emails += 1;
        }
    }

    /// Gives what the batch did not use back to the day. If the process dies before that, the day is short of it.
    pub(crate) async fn end(&self, app: &App) {
        let Some(unused) = self.quota.lock().await.taken.take().filter(|taken| taken.emails > 0) else { return };
        if let Err(error) = app.store.give_bulk_emails_back(unused).await {
            tracing::warn!("unused emails could not be given back to the day: {}", Chain(&error));
        }
    }

    /// Takes the next turn, and waits for it.
    pub(crate) async fn turn(&self) {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        // Counted from when the batch began, so one late email doesn't make the next ones later.
        tokio::time::sleep_until(self.began + self.pacing.after(turn)).await;
    }

    fn turns_left(&self) -> u64 {
        self.pacing.turns_within(TURNS).saturating_sub(self.turns.load(Ordering::Relaxed).into())
    }
}
