//! Polls a queue for a function.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Map, Value, json};
use shared::ErrorChain;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

use super::{Busy, Run, State, Surroundings, failed_items, wait};
use crate::{
    cloud::queues::Message,
    template::{Queue, REGION, Source, queue_arn},
};

/// The interval of polls without a signal: messages that become visible as real time passes cause none.
const FALLBACK: Duration = Duration::from_millis(200);

pub(super) struct QueueSource {
    pub(super) around: Surroundings,
    pub(super) state: Arc<State>,
    pub(super) function: String,
    pub(super) source: Source,
    pub(super) queue: Queue,
    pub(super) concurrency_max: usize,
    /// The counts of changes and of moves of the clock at the last poll that received nothing.
    pub(super) drained: Mutex<Option<(u64, i64)>>,
}

impl QueueSource {
    /// Returns `true` if it polled after the last change and received nothing.
    pub(super) fn is_drained(&self) -> bool {
        let (changed, moved) = (self.around.queues.changed(), self.around.clock.moved());
        let now = (*changed.borrow(), *moved.borrow());
        self.state.holds(&self.function) || *self.drained.lock().unwrap_or_else(PoisonError::into_inner) == Some(now)
    }

    pub(super) async fn run(self: Arc<Self>, mut run: watch::Receiver<Run>) {
        let this = self;
        let permits = Arc::new(Semaphore::new(this.concurrency_max));
        let mut batches = JoinSet::new();
        let (mut changed, mut moved) = (this.around.queues.changed(), this.around.clock.moved());
        loop {
            while batches.try_join_next().is_some() {}
            let seen = (*changed.borrow_and_update(), *moved.borrow_and_update());
            let now = *run.borrow_and_update();
            if now == Run::Stopped {
                while batches.join_next().await.is_some() {}
                return;
            }
            // Without free concurrency nothing is received, so that no message waits invisibly for it.
            if now == Run::On
                && !this.state.holds(&this.function)
                && let Ok(permit) = Arc::clone(&permits).acquire_owned().await
            {
                let busy = this.state.busy();
                let queue = &this.queue.name;
                match this.around.queues.receive(queue, this.source.batch_max).await {
                    Ok(messages) if messages.is_empty() => {
                        *this.drained.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
                    }
                    Ok(messages) => {
                        busy.has_batch();
                        let this = Arc::clone(&this);
                        batches.spawn(async move {
                            this.batch(&messages, busy).await;
                            drop(permit);
                        });
                        continue;
                    }
                    Err(error) => tracing::error!("{queue} could not be read: {error}"),
                }
            }
            wait(&mut changed, &mut moved, &mut run, FALLBACK).await;
        }
    }

    /// Passes one batch to the function and deletes the messages that did not fail.
    async fn batch(&self, messages: &[Message], _busy: Busy) {
        if self.state.throttles(&self.function) {
            return;
        }
        let arn = queue_arn(&self.queue.name);
        let event = json!({"Records": messages.iter().map(|message| record(message, &arn)).collect::<Value>()});
        let failed = match self.around.functions.invoke(&self.function, event).await {
            Ok(answer) if self.source.partial => failed_items(&answer),
            Ok(_) => Some(Vec::new()),
            Err(error) => {
                tracing::warn!("{} failed: {}", self.function, ErrorChain(&error));
                None
            }
        };
        let Some(failed) = failed else { return };
        // AWS treats an ID that it did not send as a failure of the whole batch.
        if failed.iter().any(|id| messages.iter().all(|message| message.id != *id)) {
            tracing::warn!("{} says that messages failed that were not in its batch: {failed:?}", self.function);
            return;
        }
        let done: Vec<_> = messages.iter().filter(|message| !failed.contains(&message.id)).collect();
        if let Err(error) = self.around.queues.delete(&self.queue.name, &done).await {
            tracing::error!("Messages that were worked on could not be deleted and will come again: {error}");
        }
    }
}

/// Returns a message in the format that Lambda passes to a function.
fn record(message: &Message, arn: &str) -> Value {
    let attribute = |value: &Value| {
        json!({
            "dataType": value.get("DataType"),
            "stringValue": value.get("StringValue"),
            "binaryValue": value.get("BinaryValue"),
            "stringListValues": [],
            "binaryListValues": [],
        })
    };
    let part = |name: &str| message.json.get(name);
    let attributes = part("MessageAttributes").and_then(Value::as_object).into_iter().flatten();
    json!({
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": part("Body"),
        "attributes": part("Attributes"),
        "messageAttributes": attributes.map(|(name, value)| (name.clone(), attribute(value))).collect::<Map<_, _>>(),
        "md5OfBody": part("MD5OfBody"),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    })
}
