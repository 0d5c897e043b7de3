//! The layer between callers and the emulator. It runs on the emulator's thread and handles one call after the other,
//! so time doesn't pass during a call, and journal and emulator always agree on which messages are hidden.

use std::{collections::BTreeMap, collections::HashMap, sync::Arc};

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    Message, QueuesError,
    journal::{Journal, Known, Sent, window_ms},
    limits, messages, millis, output, refusal, respond, restore, span,
};
use crate::{clock::LocalClock, cloud::sqs::Library, template::Queue};

/// A receipt that was never given to a caller.
const STALE: &str = "stale";

type Answer = Response<Bytes>;

pub(super) struct Front {
    library: Library,
    queues: Arc<BTreeMap<String, Queue>>,
    journal: Journal,
    clock: LocalClock,
    /// The current time in the emulator.
    now_ms: i64,
    changed: watch::Sender<u64>,
    /// Message IDs that the emulator returns for repeats of messages from before the last start, with the original IDs
    /// of those messages.
    repeats: HashMap<String, String>,
}

impl Front {
    pub(super) async fn new(
        queues: Arc<BTreeMap<String, Queue>>,
        journal: Journal,
        clock: LocalClock,
        changed: watch::Sender<u64>,
    ) -> Result<Self, QueuesError> {
        let library = Library::new();
        for queue in queues.values() {
            library.create(queue).await.map_err(|reason| QueuesError::Refused { queue: queue.name.clone(), reason })?;
        }
        let now_ms = clock.now().as_millisecond();
        let repeats = restore::restore(&library, &journal, &queues, now_ms).await?;
        Ok(Self { library, queues, journal, clock, now_ms, changed, repeats })
    }

    /// Handles one call.
    pub(super) async fn answer(&mut self, operation: &str, mut input: Value) -> Answer {
        self.follow_the_clock().await;
        if let Some(refusal) = limits::refused(operation, &input) {
            return refusal;
        }
        let Some(queue) = self.queue(&input) else {
            return self.library.call(operation, &input).await;
        };
        let answered = match operation {
            "SendMessage" | "SendMessageBatch" => self.send(&queue, operation, &input).await,
            "ReceiveMessage" => self.receive(&queue, &mut input).await,
            "DeleteMessage" | "DeleteMessageBatch" => self.delete(&queue, operation, &mut input).await,
            "ChangeMessageVisibility" | "ChangeMessageVisibilityBatch" => {
                self.hide(&queue, operation, &mut input).await
            }
            "PurgeQueue" => self.purge(&queue, &input).await,
            _ => Ok(self.library.call(operation, &input).await),
        };
        answered.unwrap_or_else(|error| {
            tracing::error!("{operation} could not be written down: {error}");
            refusal(500, "InternalError", &error.to_string())
        })
    }

    /// Moves the emulator's time forward to the local clock's.
    async fn follow_the_clock(&mut self) {
        let before_ms = self.now_ms;
        let now_ms = self.clock.now().as_millisecond().max(before_ms);
        self.now_ms = now_ms;
        let mut moved_ms = now_ms - before_ms;
        if moved_ms > window_ms() {
            // Every queue of the emulator does some work for each second that passes: after a month, that kept a core
            // busy for more than three seconds. Once the last message is visible again and the last deduplication ID is
            // forgotten, more time makes no difference.
            let last_ms = self.journal.last_ms().ok().flatten().unwrap_or(before_ms);
            moved_ms = moved_ms.min((last_ms - before_ms).max(window_ms()));
        }
        self.library.pass(span(moved_ms)).await;
    }

    async fn send(&self, queue: &Queue, operation: &str, input: &Value) -> rusqlite::Result<Answer> {
        let answer = self.library.call(operation, input).await;
        let Some(mut output) = output(&answer) else { return Ok(answer) };
        let mut sent = Vec::new();
        let mut renamed = false;
        match output.get_mut("Successful").and_then(Value::as_array_mut) {
            Some(successful) => {
                let entries = input.get("Entries").and_then(Value::as_array);
                for taken in successful {
                    let request = entries.into_iter().flatten().find(|entry| entry.get("Id") == taken.get("Id"));
                    renamed |= self.note(queue, request.unwrap_or(&Value::Null), taken, &mut sent);
                }
            }
            None => renamed = self.note(queue, input, &mut output, &mut sent),
        }
        self.journal.add(queue, &sent, self.now_ms)?;
        self.wake();
        Ok(if renamed { with_output(&answer, &output) } else { answer })
    }

    /// Records a message that the emulator accepted. Returns `true` if it recognized a repeat of a message from before
    /// the last start; `taken` then has the original ID.
    fn note(&self, queue: &Queue, request: &Value, taken: &mut Value, sent: &mut Vec<Sent>) -> bool {
        let library_id = taken.get("MessageId").and_then(Value::as_str).unwrap_or_default();
        if let Some(id) = self.repeats.get(library_id) {
            put(taken, "MessageId", json!(id));
            return true;
        }
        let delay_ms = request.get("DelaySeconds").and_then(Value::as_i64);
        let delay_ms = delay_ms.map_or(millis(queue.delay), |seconds| seconds * 1000);
        sent.push(Sent {
            library_id: library_id.to_owned(),
            request: request.clone(),
            visible_ms: self.now_ms + delay_ms,
        });
        false
    }

    async fn receive(&self, queue: &Queue, input: &mut Value) -> rusqlite::Result<Answer> {
        // AWS too may end a long poll early, and no other caller is served during one.
        put(input, "WaitTimeSeconds", json!(0));
        let visibility_ms = input.get("VisibilityTimeout").and_then(Value::as_i64);
        let visible_ms = self.now_ms + visibility_ms.map_or(millis(queue.visibility), |seconds| seconds * 1000);
        loop {
            let answer = self.library.call("ReceiveMessage", input).await;
            let Some(mut output) = output(&answer) else { return Ok(answer) };
            let received = messages(&mut output);
            let (known, gave_up) = self.journal.received(queue, &received, self.now_ms, visible_ms)?;
            if gave_up {
                self.wake();
            }
            let nothing = received.is_empty();
            let mut kept = Vec::new();
            for (message, known) in received.into_iter().zip(known) {
                let Some(known) = known else {
                    kept.push(message.json);
                    continue;
                };
                if known.sent_ms + millis(queue.retention) <= self.now_ms {
                    self.expire(queue, &message, input).await?;
                    continue;
                }
                kept.push(as_it_was(message, &known));
            }
            if nothing || !kept.is_empty() {
                put(&mut output, "Messages", Value::Array(kept));
                return Ok(with_output(&answer, &output));
            }
        }
    }

    /// Deletes a message whose retention period has ended, which the emulator doesn't track.
    async fn expire(&self, queue: &Queue, message: &Message, input: &Value) -> rusqlite::Result<()> {
        let input = json!({"QueueUrl": input.get("QueueUrl"), "ReceiptHandle": message.receipt});
        self.library.call("DeleteMessage", &input).await;
        self.journal.delete(queue, &message.receipt, self.now_ms)
    }

    async fn delete(&self, queue: &Queue, operation: &str, input: &mut Value) -> rusqlite::Result<Answer> {
        let receipts = self.in_flight(queue, input)?;
        let answer = self.library.call(operation, input).await;
        if let Some(output) = output(&answer) {
            for (id, receipt, _) in receipts {
                if succeeded(&output, id.as_ref()) {
                    self.journal.delete(queue, &receipt, self.now_ms)?;
                }
            }
            if queue.fifo {
                // The next message of its group may be delivered.
                self.wake();
            }
        }
        Ok(answer)
    }

    async fn hide(&self, queue: &Queue, operation: &str, input: &mut Value) -> rusqlite::Result<Answer> {
        let receipts = self.in_flight(queue, input)?;
        let answer = self.library.call(operation, input).await;
        if let Some(output) = output(&answer) {
            for (id, receipt, seconds) in receipts {
                if succeeded(&output, id.as_ref()) {
                    self.journal.hide(&receipt, self.now_ms + seconds * 1000)?;
                }
            }
            self.wake();
        }
        Ok(answer)
    }

    async fn purge(&self, queue: &Queue, input: &Value) -> rusqlite::Result<Answer> {
        let answer = self.library.call("PurgeQueue", input).await;
        if answer.status().is_success() {
            self.journal.purge(queue)?;
        }
        Ok(answer)
    }

    /// Returns the receipts in `input` that still hide a message, each with the ID of its entry and its visibility
    /// timeout.
    ///
    /// All others are replaced by an invalid one: once a message is visible again, the emulator may or may not still
    /// know its receipt, and with this its response is the same in both cases.
    fn in_flight(&self, queue: &Queue, input: &mut Value) -> rusqlite::Result<Vec<(Option<Value>, String, i64)>> {
        let mut found = Vec::new();
        let parts = match input.get("Entries").is_some() {
            true => input.get_mut("Entries").and_then(Value::as_array_mut).into_iter().flatten().collect(),
            false => vec![input],
        };
        for part in parts {
            let Some(receipt) = part.get("ReceiptHandle").and_then(Value::as_str) else { continue };
            if self.journal.is_in_flight(queue, receipt, self.now_ms)? {
                let seconds = part.get("VisibilityTimeout").and_then(Value::as_i64);
                found.push((part.get("Id").cloned(), receipt.to_owned(), seconds.unwrap_or(0)));
            } else {
                put(part, "ReceiptHandle", json!(STALE));
            }
        }
        Ok(found)
    }

    fn queue(&self, input: &Value) -> Option<Queue> {
        let url = input.get("QueueUrl")?.as_str()?;
        self.queues.get(url.rsplit('/').next()?).cloned()
    }

    fn wake(&self) {
        self.changed.send_modify(|changes| *changes += 1);
    }
}

/// Returns `true` if the entry with this ID in a batch succeeded; without an ID, if the whole call did.
fn succeeded(output: &Value, id: Option<&Value>) -> bool {
    let successful = output.get("Successful").and_then(Value::as_array);
    id.is_none_or(|id| successful.is_some_and(|entries| entries.iter().any(|entry| entry.get("Id") == Some(id))))
}

/// Returns a message with the ID that its sender received, with times of the local clock and with its trace header.
fn as_it_was(message: Message, known: &Known) -> Value {
    let mut json = message.json;
    put(&mut json, "MessageId", json!(known.id));
    if let Some(attributes) = json.get_mut("Attributes") {
        // The emulator loses it.
        if let Some(trace) = &known.trace {
            put(attributes, "AWSTraceHeader", json!(trace));
        }
        let moments = [("SentTimestamp", known.sent_ms), ("ApproximateFirstReceiveTimestamp", known.first_received_ms)];
        for (name, ms) in moments {
            if attributes.get(name).is_some() {
                put(attributes, name, json!(ms.to_string()));
            }
        }
    }
    json
}

/// Returns `answer` with another output. Its checksum is left out, since it belongs to the old output.
fn with_output(answer: &Answer, output: &Value) -> Answer {
    respond(answer.status().as_u16(), &[("content-type", "application/x-amz-json-1.0".to_owned())], output)
}

/// Sets a value of an object.
pub(super) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
