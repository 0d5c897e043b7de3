//! What becomes of a mail that SES took, or didn't.

use shared::{
    App, Chain, Error, Result,
    domain::{EventId, Partner, Undeliverable},
    mail::NotSent,
    queue::MailJob,
    store::Claimed,
    worker::Message,
};

use crate::pace::is_bulk;

/// What came of trying to send a mail.
pub(crate) enum Tried {
    /// It was handed to SES, which took it under a name, or didn't.
    Handed(Result<String, NotSent>),
    /// Its address refused mail before, so nobody tried.
    HeldBack(Undeliverable),
}

/// A throttled mail comes back after a minute, one over the day's quota after an hour.
const THROTTLED_S: i32 = 60;
const OVER_QUOTA_S: i32 = 3_600;

/// One that somebody waits for, and SES refused or did not answer, comes back after so many seconds.
const REFUSED_S: i32 = 60;

/// One that got no turn comes back after so many seconds, and a few more by chance.
const NO_TURN_S: i32 = 2;

/// Notes what came of a partner's mail, and acknowledges it or lets it come back.
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

/// What the roster shall show of it.
pub(crate) fn noted(sent: &Result<String, NotSent>) -> Result<&str, Option<&str>> {
    match sent {
        Ok(message) => Ok(message),
        Err(reason) => Err(reason.in_words()),
    }
}

/// Acknowledges a mail that went out; lets one that didn't come back, later each time.
pub(crate) async fn settle(app: &App, message: &Message<MailJob>, sent: Result<String, NotSent>) -> Result<()> {
    let Err(reason) = sent else { return Ok(()) };
    // By chance apart, so that those who were throttled together don't come back together.
    let [chance] = app.entropy::<1>();
    let seconds = match &reason {
        NotSent::Throttled => THROTTLED_S + i32::from(chance % 30),
        NotSent::OverQuota => OVER_QUOTA_S,
        // Somebody waits for an email of the other queue, whose link is good for minutes; and a message may have been received
        // often without a worker that tried.
        NotSent::Refused(_) | NotSent::Unanswered if !is_bulk(&app.config, message) => REFUSED_S,
        NotSent::Refused(_) | NotSent::Unanswered => {
            THROTTLED_S.saturating_mul(1 << message.deliveries.saturating_sub(1).min(6)).min(OVER_QUOTA_S)
        }
    };
    come_back(app, message, seconds).await;
    // SES's words may name the address; the roster has them, the log need not.
    let word = match reason {
        NotSent::Throttled => "throttled",
        NotSent::OverQuota => "over the quota",
        NotSent::Refused(_) => "refused",
        NotSent::Unanswered => "not answered",
    };
    Err(Error::internal(format!("a mail was {word} and waits for {seconds} seconds")))
}

/// Returns an email that got no turn in its batch to the queue. It waited for nothing but its turn, so it comes back as
/// soon as a batch may have ended.
pub(crate) async fn without_turn(app: &App, message: &Message<MailJob>) -> Result<()> {
    let [chance] = app.entropy::<1>();
    come_back(app, message, NO_TURN_S + i32::from(chance % 8)).await;
    Err(Error::Busy)
}

/// Returns an email to the queue for an hour: imports have emailed what they may today.
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
        // Then it comes back after the queue's usual time.
        tracing::warn!("a mail's return could not be set: {}", Chain(&error));
    }
}

/// What was claimed, `None` if there is nothing left to do; somebody else's claim brings the message back.
pub(crate) fn ours<E>(claimed: Claimed<E>) -> Result<Option<Box<E>>> {
    match claimed {
        Claimed::Ours(recipient) => Ok(Some(recipient)),
        Claimed::Sent | Claimed::Superseded => Ok(None),
        Claimed::Later => Err(Error::Busy),
    }
}
