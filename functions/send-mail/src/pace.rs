//! How fast mails of imports go out.

use std::time::Duration;

use shared::{Config, Error, Result, queue::MailJob, worker::Message};

/// What mails of imports leave of the rate of SES to those that somebody waits for: one in so many.
const LEFT_ONE_IN: u32 = 5;

/// Whose turn comes later than this comes back instead: this function has thirty seconds.
const TURNS: Duration = Duration::from_secs(20);

/// How far apart the mails of one worker are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    apart: Duration,
}

impl Pace {
    /// As far apart as the settings demand: several workers share the rate.
    pub(crate) fn of(config: &Config) -> Self {
        let (Some(rate), Some(workers)) = (config.mail_rate, config.bulk_workers) else {
            return Self { apart: Duration::ZERO };
        };
        Self { apart: Duration::from_secs(1) * workers * LEFT_ONE_IN / (rate * (LEFT_ONE_IN - 1)) }
    }

    /// Waits for the turn of the mail at `place` in its batch, if it is one of an import.
    pub(crate) async fn turn(self, config: &Config, message: &Message<MailJob>, place: usize) -> Result<()> {
        if !message.is_from(config.mail_bulk_queue.as_deref()) {
            return Ok(());
        }
        let wait = self.apart * u32::try_from(place).map_err(Error::internal)?;
        if wait > TURNS {
            return Err(Error::Busy);
        }
        tokio::time::sleep(wait).await;
        Ok(())
    }
}
