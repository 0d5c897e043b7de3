//! The entry point of workers: batches from queues and from the table's stream, parts of which may fail.

use std::collections::BTreeSet;

use aws_lambda_events::{
    dynamodb::EventRecord,
    sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use futures::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tracing::{error, warn};

use crate::{
    App, Error, Function, Result,
    crypto::secret::Hash,
    domain::{Attempt, BrandSlug, Event, TraceId},
    error::ErrorChain,
    invocation,
    store::{Entity, keys},
};

/// The number of messages of a batch that are processed at the same time.
const AT_ONCE: usize = 10;

/// A message from a queue. It may be delivered twice, so processing it must be repeatable.
#[derive(Debug, Clone)]
pub struct Message<J> {
    /// The ID that SQS gave the message.
    pub id: String,
    /// The receipt handle, which identifies this delivery of it.
    pub receipt: String,
    /// The ARN of the queue.
    pub queue: String,
    /// The number of deliveries so far, including this one.
    pub deliveries: u32,
    /// The time at which it was sent.
    pub sent_at: Option<Timestamp>,
    /// The trace ID that it carries.
    pub trace: Option<TraceId>,
    /// The content.
    pub job: J,
}

impl<J> Message<J> {
    /// True if it comes from the queue with this URL.
    #[must_use]
    pub fn is_from(&self, queue: Option<&str>) -> bool {
        let name = self.queue.rsplit(':').next().unwrap_or_default();
        queue.is_some_and(|url| url.rsplit('/').next() == Some(name))
    }
}

/// Creates a function behind a queue: it processes the messages of each batch, and returns only those that failed.
pub fn queue<J, F>(handle: fn(App, Message<J>) -> F) -> Function
where
    J: DeserializeOwned + Send + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    Function::new(move |app, event| async move {
        let (messages, unread) = read(event)?;
        let work = messages.into_iter().map(|message| {
            let (app, id, trace) = (app.clone(), message.id.clone(), message.trace.clone());
            let work = async move { handle(app, message).await.err().map(|cause| (id, cause)) };
            invocation::following(trace, work)
        });
        let failed: Vec<_> =
            futures::stream::iter(work).buffer_unordered(AT_ONCE).filter_map(std::future::ready).collect().await;
        answer(unread.into_iter().chain(failed))
    })
}

/// Creates a function that processes a batch as a whole; `handle` returns the IDs of the messages that failed, and why.
pub fn batches<J, F>(handle: fn(App, Vec<Message<J>>) -> F) -> Function
where
    J: DeserializeOwned + Send + 'static,
    F: Future<Output = Vec<(String, Error)>> + Send + 'static,
{
    Function::new(move |app, event| async move {
        let (messages, unread) = read(event)?;
        let failed = handle(app, messages).await;
        answer(unread.into_iter().chain(failed))
    })
}

type Failed = Vec<(String, Error)>;

/// Parses the messages of a batch; those that can't be parsed are returned separately.
fn read<J: DeserializeOwned>(event: Value) -> Result<(Vec<Message<J>>, Failed)> {
    let batch: SqsEvent = serde_json::from_value(event).map_err(|error| Error::unreadable(&error))?;
    let (mut messages, mut unread) = (Vec::new(), Vec::new());
    let (mut brands, mut traces) = (BTreeSet::new(), BTreeSet::new());
    let count = batch.records.len();
    for record in batch.records {
        let id = record.message_id.unwrap_or_default();
        let deliveries = record.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok());
        let sent_at = record.attributes.get("SentTimestamp").and_then(|millis| millis.parse().ok());
        let trace = record.attributes.get("AWSTraceHeader").and_then(|header| TraceId::in_header(header));
        let body = record.body.unwrap_or_default();
        brands.insert(serde_json::from_str::<Whose>(&body).ok().map(|of| of.brand));
        traces.extend(trace.clone());
        match serde_json::from_str(&body) {
            Ok(job) => messages.push(Message {
                id,
                receipt: record.receipt_handle.unwrap_or_default(),
                queue: record.event_source_arn.unwrap_or_default(),
                deliveries: deliveries.unwrap_or(1),
                sent_at: sent_at.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
                trace,
                job,
            }),
            Err(cause) => unread.push((id, Error::unreadable(&cause))),
        }
    }
    log_batch(count, brands, traces);
    Ok((messages, unread))
}

/// The brand of a message, which most messages name.
#[derive(Deserialize)]
struct Whose {
    brand: BrandSlug,
}

fn log_batch(messages: usize, mut brands: BTreeSet<Option<BrandSlug>>, traces: BTreeSet<TraceId>) {
    invocation::add_fields(|fields| {
        fields.messages = Some(messages);
        fields.messages_back = Some(messages);
        fields.brand = brands.pop_first().filter(|_| brands.is_empty()).flatten();
        fields.traces = traces;
    });
}

fn log_failures(failed: usize) {
    invocation::add_fields(|fields| {
        fields.messages_back = Some(failed);
        fields.outcome = (failed > 0).then_some("came_back");
    });
}

fn answer(failed: impl Iterator<Item = (String, Error)>) -> Result<Value> {
    let mut response = SqsBatchResponse::default();
    for (id, cause) in failed {
        warn!(message.id = id, "a message comes back: {}", ErrorChain(&cause));
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    log_failures(response.batch_item_failures.len());
    serde_json::to_value(response).map_err(Error::internal)
}

/// A row of the outbox, as it arrives in the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum OutboxRecord {
    /// An event.
    Event(Box<Event>),
    /// A request for a sign-in email, identified by the hash of the browser's cookie.
    Attempt(Hash, Box<Attempt>),
}

impl OutboxRecord {
    fn brand(&self) -> &BrandSlug {
        match self {
            Self::Event(event) => &event.brand,
            Self::Attempt(_, attempt) => &attempt.brand,
        }
    }
}

/// A record of the stream.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its sequence number in the stream.
    pub sequence: String,
    /// The row, or `None` if it can't be read.
    pub row: Option<OutboxRecord>,
    /// The trace ID that it carries.
    pub trace: Option<TraceId>,
    /// The complete record.
    pub raw: Value,
}

/// Creates a function behind the table's stream: `handle` processes a batch in order and returns the first sequence
/// number that failed; the stream continues from there.
pub fn stream<F>(handle: fn(App, Vec<Record>) -> F) -> Function
where
    F: Future<Output = Result<Option<String>>> + Send + 'static,
{
    Function::new(move |app, event| async move {
        // An event without records doesn't come from the stream, and must not be reported as processed.
        let records = event.get("Records").and_then(Value::as_array).cloned();
        let records = records.ok_or_else(|| Error::internal("an event without records"))?;
        let records: Vec<_> = records.into_iter().map(record).collect();
        let traces = records.iter().filter_map(|record| record.trace.clone()).collect();
        let brands = records.iter().map(|record| record.row.as_ref().map(OutboxRecord::brand).cloned()).collect();
        log_batch(records.len(), brands, traces);
        let sequences: Vec<_> = records.iter().map(|record| record.sequence.clone()).collect();
        let failed = handle(app, records).await?;
        let mut response = DynamoDbEventResponse::default();
        let back = failed.as_ref().and_then(|failed| sequences.iter().position(|sequence| sequence == failed));
        log_failures(back.map_or(0, |first| sequences.len() - first));
        if let Some(sequence) = failed {
            error!(stream.sequence = sequence, "the stream is taken up again from here");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(sequence);
            response.batch_item_failures.push(failure);
        }
        serde_json::to_value(response).map_err(Error::internal)
    })
}

fn record(raw: Value) -> Record {
    let sequence = raw.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).unwrap_or_default().to_owned();
    let trace = raw.pointer("/dynamodb/NewImage/trace/S").and_then(Value::as_str).and_then(TraceId::parse);
    Record { sequence, row: row(raw.clone()), trace, raw }
}

fn row(raw: Value) -> Option<OutboxRecord> {
    let record: EventRecord = serde_json::from_value(raw).ok()?;
    let item = record.change.new_image;
    let text = |name: &str| match item.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => Some(text.clone()),
        _ => None,
    };
    let kind = text("kind")?;
    if kind == Event::KIND {
        serde_dynamo::from_item(item).ok().map(|event| OutboxRecord::Event(Box::new(event)))
    } else if kind == Attempt::KIND {
        let hash = keys::hash_of_attempt(&text("pk")?)?;
        serde_dynamo::from_item(item).ok().map(|attempt| OutboxRecord::Attempt(hash, Box::new(attempt)))
    } else {
        None
    }
}
