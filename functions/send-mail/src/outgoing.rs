//! An email on its way to SES.

use std::sync::Arc;

use shared::{
    App, Result,
    domain::{Brand, EmailAddress},
    mail::{About, NotSent, Rendered},
    queue::MailJob,
    worker::Message,
};

use crate::{
    known::Known,
    outcome,
    pace::{Pace, is_bulk},
};

/// An email that is to be sent, with what the emails of its batch share.
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

    /// Returns an email to the queue, before anything is written for it, if its batch has no turns left, or the day no
    /// quota.
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

    /// Hands an email to SES: one of an import or a bulk job when it is its turn, and if the day has quota for it.
    pub(crate) async fn hand_over(
        &self,
        brand: &Brand,
        to: &EmailAddress,
        mail: Rendered,
        about: About<'_>,
    ) -> Result<Result<String, NotSent>> {
        if !is_bulk(&self.app.config, &self.message) {
            return self.app.mailer()?.send(brand, to, mail, about).await;
        }
        if !self.pace.take_unit(&self.app).await? {
            return Ok(Err(NotSent::OverQuota));
        }
        self.pace.turn().await;
        let sent = self.app.mailer()?.send(brand, to, mail, about).await;
        match &sent {
            // What was not answered may have been sent.
            Ok(Ok(_) | Err(NotSent::Unanswered)) => {}
            Ok(Err(NotSent::OverQuota)) => {
                self.pace.give_unit_back().await;
                self.pace.exhaust().await;
            }
            Ok(Err(NotSent::Throttled | NotSent::Refused(_))) | Err(_) => self.pace.give_unit_back().await,
        }
        sent
    }
}
