//! Restores the messages of the journal into the emulator, with the same calls that brought them into their state.
//!
//! Received messages are received again as often, so the emulator itself knows when to move them to the dead-letter
//! queue. Messages of a dead-letter queue go through their source queue, so the emulator knows where they came from.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use super::{
    Message, QueuesError,
    front::put,
    journal::{Entry, Journal, window_ms},
    messages, span,
};
use crate::{
    cloud::sqs::{DEDUPLICATES_FOR, Library},
    template::{Queue, queue_url},
};

/// Longer than the restore takes: hidden messages must not become visible before it ends.
const HELD_S: i64 = 43_200;
/// The maximum number of checks for the arrival of a message in its dead-letter queue. Nothing but our own calls is
/// running.
const LOOKS_MAX: usize = 1000;

type Result<T> = std::result::Result<T, QueuesError>;

/// Message IDs that the emulator will return for repeats of recent messages, with the original IDs of those messages.
pub(super) type Repeats = HashMap<String, String>;

/// Fills the emulator, whose queues exist and are empty.
pub(super) async fn restore(
    library: &Library,
    journal: &Journal,
    queues: &BTreeMap<String, Queue>,
    now_ms: i64,
) -> Result<Repeats> {
    let mut restore = Restore { library, journal, queues, now_ms, entered: HashSet::new() };
    let mut repeats = Repeats::new();
    // FIFO queues come first, because restoring them moves the time.
    for fifo in [true, false] {
        let mut held = Vec::new();
        for queue in ends_first(queues).into_iter().filter(|queue| queue.fifo == fifo) {
            restore.refill(queue, &mut held).await?;
        }
        if fifo && queues.values().any(|queue| queue.fifo) {
            repeats = restore.reopen_windows().await?;
        }
        for (entry, receipt) in held {
            restore.hide(&entry.queue, &receipt, entry.visible_ms).await?;
        }
    }
    Ok(repeats)
}

/// Returns all queues, each after its dead-letter queue: a queue is still empty while messages pass through it to its
/// dead-letter queue.
fn ends_first(queues: &BTreeMap<String, Queue>) -> Vec<&Queue> {
    let next = |queue: &&Queue| queues.get(&queue.redrive.as_ref()?.queue);
    let mut ordered: Vec<&Queue> = queues.values().collect();
    ordered.sort_by_key(|queue| std::iter::successors(queues.get(&queue.name), next).take(queues.len()).count());
    ordered
}

struct Restore<'a> {
    library: &'a Library,
    journal: &'a Journal,
    queues: &'a BTreeMap<String, Queue>,
    now_ms: i64,
    /// The IDs of the messages in the emulator.
    entered: HashSet<String>,
}

impl Restore<'_> {
    /// Restores the messages of `queue`. Those that were received before are hidden, so that each receive returns the
    /// right message.
    async fn refill(&mut self, queue: &Queue, held: &mut Vec<(Entry, String)>) -> Result<()> {
        let entries = self.journal.entries(&queue.name)?;
        let (fresh, received): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.receives == 0);
        for entry in received {
            self.enter(&entry).await?;
            let max = queue.redrive.as_ref().map_or(u32::MAX, |redrive| redrive.receives_max);
            let mut last = None;
            for time in (0..entry.receives.min(max)).rev() {
                let hidden_s = if time == 0 { HELD_S } else { 0 };
                last = self.receive(&queue.name, hidden_s).await?;
            }
            if let Some(message) = last {
                held.push((entry, message.receipt));
            }
        }
        for entry in fresh {
            self.enter(&entry).await?;
        }
        Ok(())
    }

    /// Sends a message again.
    async fn enter(&mut self, entry: &Entry) -> Result<()> {
        let source = entry.came_from.as_ref().and_then(|name| self.queues.get(name));
        let through = source.and_then(|source| {
            let redrive = source.redrive.as_ref()?;
            (redrive.queue == entry.queue).then_some((source, redrive))
        });
        let door = through.map_or(entry.queue.as_str(), |(source, _)| source.name.as_str());
        let waits = through.is_none() && entry.receives == 0;
        let delay_s = if waits { self.seconds_until(entry.visible_ms) } else { 0 };
        let id = loop {
            let id = self.send(door, &entry.request, delay_s).await?;
            if self.entered.insert(id.clone()) {
                break id;
            }
            // The same message was sent twice, far enough apart not to be a duplicate. The same time has to pass here.
            self.library.pass(DEDUPLICATES_FOR).await;
        };
        if let Some((source, redrive)) = through {
            let url = queue_url(&source.name);
            self.library.give_up_after(&url, redrive, 1).await.map_err(QueuesError::Lost)?;
            for _ in 0..2 {
                self.receive(&source.name, 0).await?;
            }
            self.arrived(&url).await?;
            let receives_max = redrive.receives_max;
            self.library.give_up_after(&url, redrive, receives_max).await.map_err(QueuesError::Lost)?;
        }
        self.journal.renamed(entry, &id)?;
        Ok(())
    }

    /// Waits until no message is in transit from a queue to its dead-letter queue.
    async fn arrived(&self, url: &str) -> Result<()> {
        let name = "ApproximateNumberOfMessagesNotVisible";
        for _ in 0..LOOKS_MAX {
            let input = json!({"QueueUrl": url, "AttributeNames": [name]});
            let output = self.ask("GetQueueAttributes", &input).await?;
            if output.pointer("/Attributes").and_then(|all| all.get(name)) == Some(&json!("0")) {
                return Ok(());
            }
        }
        Err(QueuesError::Lost(format!("a dead letter of {url} does not arrive")))
    }

    /// Makes FIFO queues recognize duplicates of messages sent in the last minutes, for as long as they would have.
    ///
    /// A copy of each message is sent and received at its original time. It has a group that no caller can use and that
    /// the emulator checks first.
    async fn reopen_windows(&mut self) -> Result<Repeats> {
        self.library.pass(DEDUPLICATES_FOR).await;
        let mut at_ms = self.now_ms - window_ms();
        let mut repeats = Repeats::new();
        for entry in self.journal.recent(self.now_ms)? {
            let queue = entry.came_from.as_ref().unwrap_or(&entry.queue);
            if !self.queues.get(queue).is_some_and(|queue| queue.fifo) {
                continue;
            }
            let sent_ms = entry.sent_ms.min(self.now_ms);
            self.library.pass(span(sent_ms - at_ms)).await;
            at_ms = sent_ms;
            let mut request = entry.request.clone();
            put(&mut request, "MessageGroupId", json!(""));
            let id = self.send(queue, &request, 0).await?;
            if repeats.insert(id, entry.id).is_some() {
                continue;
            }
            if let Some(copy) = self.receive(queue, HELD_S).await? {
                let input = json!({"QueueUrl": queue_url(queue), "ReceiptHandle": copy.receipt});
                self.ask("DeleteMessage", &input).await?;
            }
        }
        self.library.pass(span(self.now_ms - at_ms)).await;
        Ok(repeats)
    }

    async fn send(&self, queue: &str, request: &Value, delay_s: i64) -> Result<String> {
        let mut input = request.clone();
        put(&mut input, "QueueUrl", json!(queue_url(queue)));
        put(&mut input, "DelaySeconds", json!(delay_s));
        let output = self.ask("SendMessage", &input).await?;
        Ok(output.get("MessageId").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    async fn receive(&self, queue: &str, hidden_s: i64) -> Result<Option<Message>> {
        let input = json!({"QueueUrl": queue_url(queue), "VisibilityTimeout": hidden_s});
        Ok(messages(&mut self.ask("ReceiveMessage", &input).await?).pop())
    }

    async fn hide(&self, queue: &str, receipt: &str, until_ms: i64) -> Result<()> {
        let input = json!({
            "QueueUrl": queue_url(queue),
            "ReceiptHandle": receipt,
            "VisibilityTimeout": self.seconds_until(until_ms),
        });
        self.ask("ChangeMessageVisibility", &input).await.map(drop)
    }

    async fn ask(&self, operation: &str, input: &Value) -> Result<Value> {
        self.library.ask(operation, input).await.map_err(QueuesError::Lost)
    }

    /// Returns whole seconds, as the emulator requires, rounded up so that nothing becomes visible too early.
    fn seconds_until(&self, ms: i64) -> i64 {
        (ms - self.now_ms + 999).max(0) / 1000
    }
}
