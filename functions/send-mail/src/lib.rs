//! SQS consumer that sends each email once, with a sign-in link that is created at that moment.
//!
//! Emails of imports arrive in large batches: their common context is read once, and they are sent no faster than SES
//! allows, minus the share reserved for emails that someone is waiting for.
//!
//! An email is claimed, its token created, the email handed to SES, and the outcome recorded. If the
//! process crashes after SES accepts it and before that is recorded, the claim lapses and a second email is
//! sent: at worst two, never none.

mod address;
mod door;
mod ends;
mod known;
mod letters;
mod link;
mod one;
mod outcome;
mod outgoing;
mod pace;
mod sending;
mod team;
mod webhook;

use std::{collections::BTreeMap, sync::Arc};

use futures::StreamExt;
use jiff::SignedDuration;
use shared::{
    App, Error, ErrorChain, Function,
    jobs::MailJob,
    runtime::worker::{self, Message},
};

use crate::{known::Known, outgoing::Outgoing, pace::Pace};

/// Maximum time that an email may wait before an operator has to check.
const WAITS_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::batches(handle).with_queues().with_mail().with_settings(&[
        "MAIL_RATE",
        "MAIL_DAILY_QUOTA",
        "BULK_WORKERS",
        "SERVER_KEY",
        "MAIL_NOW_QUEUE",
        "MAIL_BULK_QUEUE",
    ])
}

async fn handle(app: App, messages: Vec<Message<MailJob>>) -> Vec<(String, Error)> {
    let waits = |message: &&Message<MailJob>| message.sent_at.is_some_and(|at| at + WAITS_FOR < app.now());
    if let Some(message) = messages.iter().find(waits) {
        // An alarm counts these log lines. SQS deletes a message after fourteen days, and its own metric of the oldest
        // message leaves out those that were received and returned.
        tracing::error!(alarm = "mail.waits", message.id, "an email has waited for days");
    }
    let mails: Vec<Message<MailJob>> = messages.iter().flat_map(one_by_one).collect();
    match Known::of(&app, &mails).await {
        Ok(known) => send(app, Arc::new(known), mails).await,
        Err(cause) => {
            tracing::warn!("a batch of mails could not be begun: {}", ErrorChain(&cause));
            mails.into_iter().map(|message| (message.id, Error::Busy)).collect()
        }
    }
}

async fn send(app: App, known: Arc<Known>, mails: Vec<Message<MailJob>>) -> Vec<(String, Error)> {
    let bulk = mails.iter().filter(|message| pace::is_bulk(&app.config, message)).map(|_| 1).sum();
    let pace = Arc::new(Pace::of(&app.config, bulk));
    let at_once = if bulk > 0 { pace.at_once() } else { AT_ONCE };
    let work = mails.into_iter().map(|message| {
        let id = message.id.clone();
        let outgoing = Outgoing::new(&app, &known, &pace, message);
        async move { Box::pin(one::send(outgoing)).await.err().map(|cause| (id, cause)) }
    });
    // If one email of a message fails, the whole message is redelivered; the emails already sent are recognized then.
    let failed = futures::stream::iter(work).buffer_unordered(at_once).filter_map(std::future::ready);
    let failed = failed.collect::<BTreeMap<_, _>>().await;
    pace.end(&app).await;
    failed.into_iter().collect()
}

/// Number of emails sent in parallel if none of them is a bulk email.
const AT_ONCE: usize = 20;

/// Splits a message into one message per email.
fn one_by_one(message: &Message<MailJob>) -> Vec<Message<MailJob>> {
    let jobs = message.job.clone().one_by_one().into_iter();
    jobs.map(|job| Message { job, ..message.clone() }).collect()
}
