//! An email that is being sent.

use std::sync::Arc;

use shared::{
    App, Result,
    domain::{Brand, EmailAddress},
    jobs::MailJob,
    mail::{About, Rendered, SendError},
    runtime::worker::Message,
};

use crate::{
    known::Known,
    outcome,
    pace::{Pace, is_bulk},
};

/// An email to send, with the context that the emails of its batch share.
pub(crate) struct Outgoing {
    pub(crate) app: App,
    pub(crate) known: Arc<Known>,
    pub(crate) message: Message<MailJob>,
    pace: Arc<Pace>,
}

impl Outgoing {
    pub(crate) fn new(app: &App, known: &Arc<Known>, pace: &Arc<Pace>, message: Message<MailJob>) -> Self {
        Self { app: app.clone(), known: Arc::clone(known), message, pace: Arc::clone(pace) }
    }

    /// Returns a bulk email to the queue, before anything is written for it, if its batch has no sending slots
    /// left or the day has no quota.
    pub(crate) async fn admit(&self) -> Result<()> {
        if !is_bulk(&self.app.config, &self.message) {
            Ok(())
        } else if self.pace.is_exhausted().await {
            outcome::over_the_day(&self.app, &self.message).await
        } else if self.pace.has_turns() {
            Ok(())
        } else {
            outcome::without_turn(&self.app, &self.message).await
        }
    }

    /// Hands an email to SES. A bulk email waits for its sending slot, and needs a unit of the daily quota.
    pub(crate) async fn hand_over(
        &self,
        brand: &Brand,
        to: &EmailAddress,
        mail: Rendered,
        about: About<'_>,
    ) -> Result<Result<String, SendError>> {
        if !is_bulk(&self.app.config, &self.message) {
            return self.app.mailer()?.send(brand, to, mail, about).await;
        }
        if !self.pace.take_unit(&self.app).await? {
            return Ok(Err(SendError::OverQuota));
        }
        self.pace.turn().await;
        let sent = self.app.mailer()?.send(brand, to, mail, about).await;
        match &sent {
            // Without a response, the email may have been sent.
            Ok(Ok(_) | Err(SendError::Unanswered)) => {}
            Ok(Err(SendError::OverQuota)) => {
                self.pace.give_unit_back().await;
                self.pace.exhaust().await;
            }
            Ok(Err(SendError::Throttled | SendError::Refused(_))) | Err(_) => self.pace.give_unit_back().await,
        }
        sent
    }
}
