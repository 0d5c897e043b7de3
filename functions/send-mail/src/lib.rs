//! Behind the mail queues: sends each mail once, with a link that is made at this moment.
//!
//! Mails of imports come in large batches: what they have in common is read once, and they go out no faster than SES
//! takes them, less what is left to mails that somebody waits for.
//!
//! A mail is claimed, its token minted, the mail handed to SES, and the outcome noted. If the process dies between
//! SES's yes and our note, the claim lapses and a second mail goes out: at worst two, never none.

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
    App, Chain, Error, Function,
    queue::MailJob,
    worker::{self, Message},
};

use crate::{known::Known, outgoing::Outgoing, pace::Pace};

/// How long an email may wait before somebody has to look.
const WAITS_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The function.
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
        // An alarm counts these lines. SQS deletes a message after fourteen days, and its own metric of the oldest leaves out
        // those that came back.
        tracing::error!(alarm = "mail.waits", message.id, "an email has waited for days");
    }
    let mails: Vec<Message<MailJob>> = messages.iter().flat_map(one_by_one).collect();
    match Known::of(&app, &mails).await {
        Ok(known) => send(app, Arc::new(known), mails).await,
        Err(cause) => {
            tracing::warn!("a batch of mails could not be begun: {}", Chain(&cause));
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
    // A message of which one mail failed comes back whole; what was sent is known by then.
    let failed = futures::stream::iter(work).buffer_unordered(at_once).filter_map(std::future::ready);
    let failed = failed.collect::<BTreeMap<_, _>>().await;
    pace.end(&app).await;
    failed.into_iter().collect()
}

/// How many emails that somebody waits for are under way at once.
const AT_ONCE: usize = 20;

/// The mails of a message, each as if it had come alone.
fn one_by_one(message: &Message<MailJob>) -> Vec<Message<MailJob>> {
    let jobs = message.job.clone().one_by_one().into_iter();
    jobs.map(|job| Message { job, ..message.clone() }).collect()
}
