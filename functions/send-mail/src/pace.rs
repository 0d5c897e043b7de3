//! Paces the emails of imports and bulk jobs: how fast they are sent, and how many per day.
//!
//! A sending slot and a unit of the daily quota are used by an email that is about to be handed to SES, not by one that
//! was received. An email that was sent before, or is suppressed, uses neither, so a message of ten emails always gets
//! through, however few of them fit into one batch.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use shared::{
    App, Config, ErrorChain, Result, domain::Pacing, jobs::MailJob, runtime::worker::Message, store::QuotaTaken,
};
use tokio::{sync::Mutex, time::Instant};

/// Time after the start of a batch at which no further slot begins: this function has 30 seconds, and SES may
/// take six of them to respond.
const TURNS: Duration = Duration::from_secs(20);

/// True if the email belongs to an import or a bulk job.
pub(crate) fn is_bulk(config: &Config, message: &Message<MailJob>) -> bool {
    message.is_from(config.mail_bulk_queue.as_deref())
}

/// The pace of a batch of emails: its start, the interval between emails, and the quota reserved for it.
#[derive(Debug)]
pub(crate) struct Pace {
    began: Instant,
    pacing: Pacing,
    /// Number of slots that were used.
    turns: AtomicU32,
    /// Number of emails that all imports and bulk jobs together may send per day; `None` if there is no limit.
    daily: Option<u64>,
    quota: Mutex<Quota>,
}

#[derive(Debug)]
struct Quota {
    /// Number of emails of the batch that may still need a unit.
    wanted: u64,
    /// Units that are reserved and not used yet, with their day.
    taken: Option<QuotaTaken>,
    /// True if the day has no units left.
    exhausted: bool,
}

impl Pace {
    /// Creates the pace of a batch that starts now and has this many bulk emails.
    pub(crate) fn of(config: &Config, emails: u64) -> Self {
        Self {
            began: Instant::now(),
            pacing: Pacing::of(config.bulk_share_of_rate(), config.bulk_workers.unwrap_or(1)),
            turns: AtomicU32::new(0),
            daily: config.bulk_emails_a_day(),
            quota: Mutex::new(Quota { wanted: emails, taken: None, exhausted: false }),
        }
    }

    /// Returns the number of emails of the batch that are sent in parallel.
    pub(crate) fn at_once(&self) -> usize {
        usize::try_from(self.pacing.at_once()).unwrap_or(1)
    }

    /// True if another email can get a slot in this batch.
    pub(crate) fn has_turns(&self) -> bool {
        self.turns_left() > 0
    }

    /// True if the daily quota was used up when an email of this batch needed a unit.
    pub(crate) async fn is_exhausted(&self) -> bool {
        self.quota.lock().await.exhausted
    }

    /// Takes one unit of the daily quota; `false` if there is none left.
    pub(crate) async fn take_unit(&self, app: &App) -> Result<bool> {
        let Some(most) = self.daily else { return Ok(true) };
        let mut quota = self.quota.lock().await;
        if quota.taken.is_none_or(|taken| taken.emails == 0) && !quota.exhausted {
            // Reserves units for all emails that the batch may still send, so that most batches
            // write the day's counter once.
            let wanted = quota.wanted.min(self.turns_left()).max(1);
            match app.store.take_bulk_emails(wanted, most).await? {
                Some(taken) => quota.taken = Some(taken),
                // Units in use may still be returned, to their own day.
                None => quota.exhausted = true,
            }
        }
        let Some(taken) = quota.taken.as_mut().filter(|taken| taken.emails > 0) else { return Ok(false) };
        taken.emails -= 1;
        quota.wanted = quota.wanted.saturating_sub(1);
        Ok(true)
    }

    /// Records that SES accepts no more emails, whatever our own count is: its day is the last 24 hours.
    pub(crate) async fn exhaust(&self) {
        self.quota.lock().await.exhausted = true;
    }

    /// Returns the unit of an email that SES didn't accept.
    pub(crate) async fn give_unit_back(&self) {
        if let Some(taken) = &mut self.quota.lock().await.taken {
            taken.emails += 1;
        }
    }

    /// Returns unused units to the day. If the process crashes before that, they are lost for the day.
    pub(crate) async fn end(&self, app: &App) {
        let Some(unused) = self.quota.lock().await.taken.take().filter(|taken| taken.emails > 0) else { return };
        if let Err(error) = app.store.give_bulk_emails_back(unused).await {
            tracing::warn!("unused emails could not be given back to the day: {}", ErrorChain(&error));
        }
    }

    /// Takes the next slot, and waits for it.
    pub(crate) async fn turn(&self) {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        // Counted from the start of the batch, so that one late email doesn't delay the next ones.
        tokio::time::sleep_until(self.began + self.pacing.after(turn)).await;
    }

    fn turns_left(&self) -> u64 {
        self.pacing.turns_within(TURNS).saturating_sub(self.turns.load(Ordering::Relaxed).into())
    }
}
