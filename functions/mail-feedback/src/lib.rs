//! SQS consumer that records the delivery status of emails from SES events.
//!
//! It writes where the status is displayed and checked: to the partner, to the event that caused the email, and to the
//! email address, which is suppressed after a bounce or complaint. Events about emails of other systems are dropped.

mod news;
mod ses;

use shared::{
    App, Function, Result,
    domain::Suppression,
    runtime::worker::{self, Message},
};

use crate::{news::News, ses::Envelope};

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle)
}

async fn handle(app: App, message: Message<Envelope>) -> Result<()> {
    let Some(News { brand, address, partner, event, feedback }) = message.job.news() else {
        tracing::info!(message.id, "news of a mail that is none of ours, or no news");
        return Ok(());
    };
    if let Some(why) = feedback.refusal {
        let refused = Suppression { why, at: feedback.outcome.at, detail: feedback.outcome.detail.clone() };
        let known = (&refused, feedback.sent_at);
        if !app.store.note_refusal((&brand, &address), partner.as_ref(), known).await? {
            tracing::warn!(message.id, "news of a mail to a partner whom the brand doesn't have");
            return Ok(());
        }
    }
    let (Some(partner), Some(event)) = (partner, event) else { return Ok(()) };
    app.store.note_feedback((&brand, &partner), &event, &feedback).await
}
