//! How fast mails of imports go out.

use std::time::Duration;

use shared::{App, Config, Error, Result, queue::MailJob, worker::Message};
use tokio::time::Instant;

/// What mails of imports leave of the rate of SES to those that somebody waits for: one in so many.
const LEFT_ONE_IN: u32 = 5;

/// Whose turn comes later than this comes back instead: this function has thirty seconds.
const TURNS: Duration = Duration::from_secs(20);

/// Whether the mails of imports in a batch still fit into what SES takes today, less what is left to others. If so,
/// they are counted.
pub(crate) async fn fit_into_today(app: &App, messages: &[Message<MailJob>]) -> Result<bool> {
    let Some(quota) = app.config.mail_daily_quota.map(u64::from) else { return Ok(true) };
    let bulk = messages.iter().filter(|message| is_bulk(&app.config, message)).map(|_| 1).sum();
    let most = quota - quota / u64::from(LEFT_ONE_IN);
    Ok(bulk == 0 || app.store.take_mails_of_today(bulk, most).await?)
}

/// Whether a mail is one of an import.
pub(crate) fn is_bulk(config: &Config, message: &Message<MailJob>) -> bool {
    message.is_from(config.mail_bulk_queue.as_deref())
}

/// When a batch began, and how far apart its mails are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    began: Instant,
    apart: Duration,
}

impl Pace {
    /// A batch that begins now, its mails as far apart as the settings demand: several workers share the rate.
    pub(crate) fn of(config: &Config) -> Self {
        let apart = match (config.mail_rate, config.bulk_workers) {
            (Some(rate), Some(workers)) => Duration::from_secs(1) * workers * LEFT_ONE_IN / (rate * (LEFT_ONE_IN - 1)),
            (_, _) => Duration::ZERO,
        };
        Self { began: Instant::now(), apart }
    }

    /// Waits for the turn of the mail at `place` in its batch, if it is one of an import.
    pub(crate) async fn turn(self, config: &Config, message: &Message<MailJob>, place: usize) -> Result<()> {
        if !is_bulk(config, message) {
            return Ok(());
        }
        let wait = self.apart * u32::try_from(place).map_err(Error::internal)?;
        if wait > TURNS {
            return Err(Error::Busy);
        }
        // From when the batch began: a mail that was taken up late is not made later by that.
        tokio::time::sleep_until(self.began + wait).await;
        Ok(())
    }
}
