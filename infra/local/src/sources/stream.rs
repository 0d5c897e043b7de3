//! Reads the stream of a table for a function.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use shared::ErrorChain;
use tokio::sync::watch;

use super::{Run, State, Surroundings, failed_items, wait};
use crate::{cloud::dynamodb::Stream, template::Pattern};

/// The interval of reads without a signal. Functions' writes signal it immediately.
const FALLBACK: Duration = Duration::from_millis(500);
/// The first and the longest wait after a failure. AWS waits up to a minute; a developer doesn't want to.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

pub(super) struct StreamSource {
    pub(super) around: Surroundings,
    pub(super) state: Arc<State>,
    pub(super) function: String,
    pub(super) batch_max: usize,
    pub(super) partial: bool,
    pub(super) filter: Option<Pattern>,
    pub(super) bisect: bool,
    pub(super) stream: Stream,
    /// The name of its checkpoint in the ledger: the number of the last record that needs no more work.
    pub(super) checkpoint: String,
}

impl StreamSource {
    pub(super) async fn run(self: Arc<Self>, mut run: watch::Receiver<Run>) {
        let (mut written, mut moved) = (self.around.wire.written(), self.around.clock.moved());
        let (mut limit, mut backoff) = (self.batch_max, BACKOFF.0);
        loop {
            written.mark_unchanged();
            moved.mark_unchanged();
            let now = *run.borrow_and_update();
            let outcome = match now {
                Run::Stopped => return,
                Run::Paused => Batch::Nothing,
                Run::On if self.state.holds(&self.function) => Batch::Nothing,
                Run::On => self.batch(limit).await,
            };
            match outcome {
                Batch::Done => (limit, backoff) = (self.batch_max, BACKOFF.0),
                Batch::Nothing => wait(&mut written, &mut moved, &mut run, FALLBACK).await,
                Batch::Failed(records) => {
                    limit = if self.bisect { (records / 2).max(1) } else { limit };
                    tokio::time::sleep(backoff).await;
                    backoff = (backoff * 2).min(BACKOFF.1);
                }
            }
        }
    }

    /// Returns `true` if no record is left after the checkpoint.
    pub(super) fn is_drained(&self) -> bool {
        self.state.holds(&self.function) || matches!(self.next(1).as_deref(), Ok([]))
    }

    fn next(&self, limit: usize) -> Result<Vec<Value>, String> {
        let after = self.around.ledger.fact(&self.checkpoint).map_err(|error| error.to_string())?;
        self.around.tables.records(&self.stream, after.as_deref(), limit).map_err(|error| error.to_string())
    }

    /// Processes one batch from where the last one ended.
    async fn batch(&self, limit: usize) -> Batch {
        let busy = self.state.busy();
        let records = match self.next(limit) {
            Ok(records) => records,
            Err(error) => {
                tracing::error!("{} could not be read: {error}", self.stream.arn);
                return Batch::Nothing;
            }
        };
        let Some(last) = records.last().map(number) else { return Batch::Nothing };
        busy.has_batch();
        let wanted: Vec<&Value> =
            records.iter().filter(|record| self.filter.as_ref().is_none_or(|filter| filter.matches(record))).collect();
        let failed = if wanted.is_empty() { Some(Vec::new()) } else { self.hand_over(&wanted).await };
        let done = match &failed {
            None => None,
            Some(failed) if failed.is_empty() => Some(last),
            // Everything before the first failure is done; it and everything after it are retried.
            Some(failed) => {
                let first = records.iter().position(|record| failed.contains(&number(record)));
                first.and_then(|first| first.checked_sub(1)).and_then(|before| records.get(before)).map(number)
            }
        };
        if let Some(done) = &done
            && let Err(error) = self.around.ledger.remember(&self.checkpoint, done)
        {
            tracing::error!("How far {} got could not be kept: {error}", self.function);
            return Batch::Failed(records.len());
        }
        match failed {
            Some(failed) if failed.is_empty() => Batch::Done,
            Some(_) => Batch::Failed(limit * 2),
            None => Batch::Failed(records.len()),
        }
    }

    /// Returns the numbers of the records that failed; `None` if the batch failed as a whole.
    async fn hand_over(&self, records: &[&Value]) -> Option<Vec<String>> {
        match self.around.functions.invoke(&self.function, json!({"Records": records})).await {
            Ok(answer) if self.partial => failed_items(&answer),
            Ok(_) => Some(Vec::new()),
            Err(error) => {
                tracing::warn!("{} failed and is tried again: {}", self.function, ErrorChain(&error));
                None
            }
        }
    }
}

/// The result of a batch.
enum Batch {
    Nothing,
    Done,
    /// The number of records that it was tried with.
    Failed(usize),
}

fn number(record: &Value) -> String {
    record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).unwrap_or_default().to_owned()
}
