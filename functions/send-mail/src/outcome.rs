//! Handles the outcome of sending an email.

use shared::{
    App, Error, ErrorChain, Result,
    domain::{EventId, Partner, Suppression},
    jobs::MailJob,
    mail::SendError,
    runtime::worker::Message,
    store::Claimed,
};

use crate::pace::is_bulk;

/// Outcome of an attempt to send an email.
pub(crate) enum Tried {
    /// Handed to SES, which returned a message ID or an error.
    Handed(Result<String, SendError>),
    /// Not sent, because the email address is suppressed.
    HeldBack(Suppression),
}

/// Delay in seconds of a throttled email, and of one over the daily quota.
const THROTTLED_S: i32 = 60;
const OVER_QUOTA_S: i32 = 3_600;

/// Delay in seconds of an email that someone is waiting for, after SES rejected it or didn't respond.
const REFUSED_S: i32 = 60;

/// Delay in seconds of an email without a sending slot, plus a few random seconds.
const NO_TURN_S: i32 = 2;

/// Records the outcome of an email to a partner, and acknowledges the message or returns it to the queue.
pub(crate) async fn of_partner(
    app: &App,
    message: &Message<MailJob>,
    (partner, event): (&Partner, &EventId),
    tried: Tried,
) -> Result<()> {
    let whose = (&partner.brand, &partner.id);
    match tried {
        Tried::HeldBack(refused) => app.store.note_held_back(whose, event, &refused).await,
        Tried::Handed(sent) => {
            app.store.note_partner_mail(whose, event, noted(&sent)).await?;
            settle(app, message, sent).await
        }
    }
}

/// Returns the outcome as the roster shows it.
pub(crate) fn noted(sent: &Result<String, SendError>) -> Result<&str, Option<&str>> {
    match sent {
        Ok(message) => Ok(message),
        Err(reason) => Err(reason.in_words()),
    }
}

/// Acknowledges a sent email, or returns it to the queue with a growing delay.
pub(crate) async fn settle(app: &App, message: &Message<MailJob>, sent: Result<String, SendError>) -> Result<()> {
    let Err(reason) = sent else { return Ok(()) };
    // Jitter, so that emails that were throttled together don't come back together.
    let [chance] = app.entropy::<1>();
    let seconds = match &reason {
        SendError::Throttled => THROTTLED_S + i32::from(chance % 30),
        SendError::OverQuota => OVER_QUOTA_S,
        // Someone is waiting for an email of the other queue, whose link is valid for minutes. Besides, a message may
        // have been received often without a worker that tried to send it.
        SendError::Refused(_) | SendError::Unanswered if !is_bulk(&app.config, message) => REFUSED_S,
        SendError::Refused(_) | SendError::Unanswered => {
            THROTTLED_S.saturating_mul(1 << message.deliveries.saturating_sub(1).min(6)).min(OVER_QUOTA_S)
        }
    };
    come_back(app, message, seconds).await;
    // SES's message may contain the email address; the roster shows it, the log needn't.
    let word = match reason {
        SendError::Throttled => "throttled",
        SendError::OverQuota => "over the quota",
        SendError::Refused(_) => "refused",
        SendError::Unanswered => "not answered",
    };
    Err(Error::internal(format!("a mail was {word} and waits for {seconds} seconds")))
}

/// Returns an email without a sending slot in its batch to the queue. A slot is all it waits for, so it comes back as
/// soon as a batch may have ended.
pub(crate) async fn without_turn(app: &App, message: &Message<MailJob>) -> Result<()> {
    let [chance] = app.entropy::<1>();
    come_back(app, message, NO_TURN_S + i32::from(chance % 8)).await;
    Err(Error::Busy)
}

/// Returns an email to the queue for an hour, because the daily limit of bulk emails is reached.
pub(crate) async fn over_the_day(app: &App, message: &Message<MailJob>) -> Result<()> {
    come_back(app, message, OVER_QUOTA_S).await;
    Err(Error::Busy)
}

async fn come_back(app: &App, message: &Message<MailJob>, seconds: i32) {
    let queues = [&app.config.mail_now_queue, &app.config.mail_bulk_queue];
    let queue = queues.into_iter().flatten().find(|url| message.is_from(Some(url)));
    let later = async {
        let Some(queue) = queue else { return Ok(()) };
        app.queues()?.later(queue, &message.receipt, seconds).await
    };
    if let Err(error) = later.await {
        // It then comes back after the queue's visibility timeout.
        tracing::warn!("a mail's return could not be set: {}", ErrorChain(&error));
    }
}

/// Returns the claimed item, or `None` if there is nothing left to do. If another worker holds the claim, the message
/// is returned to the queue.
pub(crate) fn ours<E>(claimed: Claimed<E>) -> Result<Option<Box<E>>> {
    match claimed {
        Claimed::Ours(recipient) => Ok(Some(recipient)),
        Claimed::Sent | Claimed::Superseded => Ok(None),
        Claimed::Later => Err(Error::Busy),
    }
}
