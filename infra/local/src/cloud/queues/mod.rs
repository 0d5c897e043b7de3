//! Queues that survive a kill and follow the local clock: the emulator of [`super::sqs`] with a journal in front.
//!
//! | module | what it is |
//! |---|---|
//! | `front` | handles calls one after the other: sets the emulator's clock, calls it, records the outcome |
//! | `journal` | the messages in the queues, stored in the ledger |
//! | `restore` | puts the messages of the journal into the emulator at the start |
//! | `limits` | rejects what AWS rejects and the emulator doesn't |

mod front;
mod journal;
mod limits;
mod restore;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};

use self::{front::Front, journal::Journal};
use super::sqs;
use crate::{
    clock::LocalClock,
    ledger::Ledger,
    template::{Queue, queue_url},
};

/// The maximum number of messages that one call sends or receives.
const BATCH_MAX: usize = 10;

/// All queues of a template. Clones share the same queues.
#[derive(Clone)]
pub(crate) struct Queues(Arc<Inner>);

struct Inner {
    queues: Arc<BTreeMap<String, Queue>>,
    journal: Journal,
    changed: watch::Sender<u64>,
    running: Mutex<Option<Running>>,
}

/// The emulator's thread and the channel to it.
struct Running {
    calls: mpsc::UnboundedSender<Call>,
    thread: JoinHandle<()>,
}

struct Call {
    operation: String,
    input: Value,
    answer: oneshot::Sender<Response<Bytes>>,
}

/// A message as it is received.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) receipt: String,
    /// The message in the API's JSON.
    pub(crate) json: Value,
}

/// A failure to open or use the queues.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QueuesError {
    #[error("the queue {queue} can't be made: {reason}")]
    Refused { queue: String, reason: String },
    #[error("queued messages can't be put back: {0}")]
    Lost(String),
    #[error(transparent)]
    Ledger(#[from] rusqlite::Error),
    #[error(transparent)]
    Thread(#[from] std::io::Error),
}

impl Queues {
    /// Opens the queues of a template with the messages that were in them.
    pub(crate) async fn open(queues: &[Queue], ledger: Ledger, clock: LocalClock) -> Result<Self, QueuesError> {
        let queues = queues.iter().map(|queue| (queue.name.clone(), queue.clone()));
        let queues = Arc::new(queues.collect::<BTreeMap<_, _>>());
        let journal = Journal(ledger);
        let (changed, _) = watch::channel(0);
        let (calls, mut called) = mpsc::unbounded_channel::<Call>();
        let (ready, is_ready) = oneshot::channel();
        let thread = {
            let (queues, journal, changed) = (Arc::clone(&queues), journal.clone(), changed.clone());
            sqs::start(async move || match Front::new(queues, journal, clock, changed).await {
                Ok(mut front) => {
                    drop(ready.send(Ok(())));
                    while let Some(Call { operation, input, answer }) = called.recv().await {
                        // The caller may have been cancelled and no longer wait for the response; the call itself is
                        // done.
                        drop(answer.send(front.answer(&operation, input).await));
                    }
                }
                Err(error) => drop(ready.send(Err(error))),
            })?
        };
        let running = Mutex::new(Some(Running { calls, thread }));
        let inner = Inner { queues, journal, changed, running };
        is_ready.await.map_err(|_ended| QueuesError::Lost("their thread ended".to_owned()))??;
        Ok(Self(Arc::new(inner)))
    }

    /// Returns a queue by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Queue> {
        self.0.queues.get(name)
    }

    /// Returns a receiver that changes whenever there may be something to receive.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Handles one call of the API. Sent messages are stored when it returns.
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Response<Bytes> {
        let (answer, answered) = oneshot::channel();
        let call = Call { operation: operation.to_owned(), input, answer };
        if let Some(running) = &*self.0.running() {
            // If no receiver takes the call, no response comes either.
            drop(running.calls.send(call));
        }
        let gone = |_| refusal(500, "InternalError", "The queues are gone.");
        answered.await.unwrap_or_else(gone)
    }

    /// Receives up to `max` messages and hides them for the queue's visibility timeout.
    pub(crate) async fn receive(&self, queue: &str, max: usize) -> Result<Vec<Message>, String> {
        let input = json!({
            "QueueUrl": queue_url(queue),
            "MaxNumberOfMessages": max.min(BATCH_MAX),
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer = self.call("ReceiveMessage", input).await;
        output(&answer).map(|mut output| messages(&mut output)).ok_or_else(|| text(&answer))
    }

    /// Deletes messages that were received.
    pub(crate) async fn delete(&self, queue: &str, messages: &[&Message]) -> Result<(), String> {
        for batch in messages.chunks(BATCH_MAX) {
            let entries = batch
                .iter()
                .enumerate()
                .map(|(index, message)| json!({"Id": index.to_string(), "ReceiptHandle": message.receipt}));
            let input = json!({"QueueUrl": queue_url(queue), "Entries": entries.collect::<Value>()});
            let answer = self.call("DeleteMessageBatch", input).await;
            let failed = output(&answer).map(|output| output.get("Failed").is_some());
            if failed != Some(false) {
                return Err(text(&answer));
            }
        }
        Ok(())
    }

    /// Ends the emulator's thread. Another instance that opens the same ledger next has it to itself, though clones of
    /// these queues may live on for a moment.
    pub(crate) fn end(&self) {
        self.0.end();
    }

    /// Returns the bodies of all messages in a queue, oldest first, without receiving them.
    pub(crate) fn bodies(&self, queue: &str) -> rusqlite::Result<Vec<String>> {
        self.0.journal.bodies(queue)
    }
}

impl Inner {
    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        let running = self.running().take();
        if let Some(Running { calls, thread }) = running {
            drop(calls);
            drop(thread.join());
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

/// Returns the output of a call that succeeded.
fn output(answer: &Response<Bytes>) -> Option<Value> {
    let output = answer.status().is_success().then(|| serde_json::from_slice(answer.body()));
    output.and_then(Result::ok)
}

/// Takes the messages out of the output of `ReceiveMessage`.
fn messages(output: &mut Value) -> Vec<Message> {
    let text = |json: &Value, name| json.get(name).and_then(Value::as_str).map(str::to_owned);
    let message = |json: Value| {
        let (id, receipt) = (text(&json, "MessageId"), text(&json, "ReceiptHandle"));
        Some(Message { id: id?, receipt: receipt?, json })
    };
    match output.get_mut("Messages").map(Value::take) {
        Some(Value::Array(messages)) => messages.into_iter().filter_map(message).collect(),
        _ => Vec::new(),
    }
}

fn text(answer: &Response<Bytes>) -> String {
    String::from_utf8_lossy(answer.body()).into_owned()
}

/// Returns an error in the same format as the emulator's own.
fn refusal(status: u16, code: &str, message: &str) -> Response<Bytes> {
    let fault = if status < 500 { "Sender" } else { "Receiver" };
    let headers =
        [("content-type", "application/x-amz-json-1.0".to_owned()), ("x-amzn-query-error", format!("{code};{fault}"))];
    respond(status, &headers, &json!({"__type": code, "message": message}))
}

fn respond(status: u16, headers: &[(&str, String)], body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(*name), http::HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}

/// Converts milliseconds to a duration, which is zero if they are negative.
fn span(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}
