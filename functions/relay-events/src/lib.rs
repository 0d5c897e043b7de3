//! DynamoDB stream consumer that converts events to queue messages.
//!
//! It decides nothing and reads nothing. A record may arrive twice, and so may the messages that follow from
//! it. An unreadable record is stored in the bucket for inspection, and the stream continues. A failed send
//! is retried without limit.

mod follows;
mod mails;
mod network;

use serde::Serialize;
use shared::{
    App, Function, Result,
    domain::TraceId,
    needed,
    runtime::worker::{self, Record},
};

use crate::follows::Follows;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::stream(handle).with_queues().with_files().with_settings(&[
        "MAIL_NOW_QUEUE",
        "MAIL_BULK_QUEUE",
        "ERASURES_QUEUE",
        "EXPORTS_QUEUE",
        "OVERVIEWS_QUEUE",
        "IMPORT_FILES_QUEUE",
        "IMPORT_REPORTS_QUEUE",
        "PARTNERS_TO_SELECT_QUEUE",
        "PUSHES_QUEUE",
        "BACKFILLS_QUEUE",
        "WEBHOOKS_TO_PLAN_QUEUE",
        "DELIVERIES_QUEUE",
    ])
}

async fn handle(app: App, records: Vec<Record>) -> Result<Option<String>> {
    let (mut follows, mut sequences, mut traces) = (Follows::default(), Vec::new(), Vec::new());
    for (place, Record { sequence, row, trace, raw }) in records.into_iter().enumerate() {
        match row {
            Some(row) => follows.add(place, row),
            None => {
                tracing::error!(stream.sequence = sequence, "a record can't be read; it is kept in the bucket");
                app.archive()?.dead_letter("relay-events", &sequence, raw.to_string()).await?;
            }
        }
        sequences.push(sequence);
        traces.push(trace);
    }

    let config = &app.config;
    let refused = futures::try_join!(
        send((&app, &traces), "MAIL_NOW_QUEUE", &config.mail_now_queue, follows.mails_now),
        send((&app, &traces), "MAIL_BULK_QUEUE", &config.mail_bulk_queue, follows.mails_bulk),
        send((&app, &traces), "ERASURES_QUEUE", &config.erasures_queue, follows.erasures),
        send((&app, &traces), "EXPORTS_QUEUE", &config.exports_queue, follows.exports),
        send((&app, &traces), "OVERVIEWS_QUEUE", &config.overviews_queue, follows.overviews),
        send((&app, &traces), "IMPORT_FILES_QUEUE", &config.import_files_queue, follows.imports),
        send((&app, &traces), "IMPORT_REPORTS_QUEUE", &config.import_reports_queue, follows.reports),
        send((&app, &traces), "PARTNERS_TO_SELECT_QUEUE", &config.partners_to_select_queue, follows.selections),
        send((&app, &traces), "PUSHES_QUEUE", &config.pushes_queue, follows.pushes),
        send((&app, &traces), "BACKFILLS_QUEUE", &config.backfills_queue, follows.backfills),
        send((&app, &traces), "WEBHOOKS_TO_PLAN_QUEUE", &config.webhooks_to_plan_queue, follows.plans),
        send((&app, &traces), "DELIVERIES_QUEUE", &config.deliveries_queue, follows.turns),
    )?;
    // The stream is read again from the first record whose message a queue rejected; the records
    // after it are processed twice.
    let refused: [Option<usize>; 12] = refused.into();
    Ok(refused.into_iter().flatten().min().and_then(|first| sequences.into_iter().nth(first)))
}

/// Sends the messages of one queue, and returns the index of the first record whose message was rejected.
async fn send<J: Serialize>(
    (app, traces): (&App, &[Option<TraceId>]),
    setting: &'static str,
    queue: &Option<String>,
    jobs: Vec<(usize, J)>,
) -> Result<Option<usize>> {
    let queue = needed(queue, setting)?;
    let trace = |place: usize| traces.get(place).and_then(Option::as_ref);
    let (places, jobs): (Vec<_>, Vec<_>) = jobs.into_iter().map(|(place, job)| (place, (trace(place), job))).unzip();
    let refused = app.queues()?.send_traced(queue, &jobs).await?;
    Ok(refused.into_iter().min().and_then(|first| places.into_iter().nth(first)))
}
