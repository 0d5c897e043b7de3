//! Event source mappings, which AWS runs between a queue or a stream and a function; and schedules.
//!
//! Each mapping polls, passes a batch to its function, and removes only what the function reports as done. Failures are
//! retried: those from a queue after its visibility timeout, those from a stream immediately and without limit.

mod queue;
mod schedule;
mod stream;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::SignedDuration;
use serde_json::Value;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    clock::LocalClock,
    cloud::{dynamodb::Tables, queues::Queues},
    functions::Functions,
    ledger::Ledger,
    template::{From, Template, TemplateError},
    wire::Wire,
};

/// The parts of the instance that every mapping works with.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) functions: Functions,
    pub(crate) queues: Queues,
    pub(crate) tables: Tables,
    pub(crate) ledger: Ledger,
    pub(crate) clock: LocalClock,
    pub(crate) wire: Wire,
    /// The maximum number of batches of one queue in progress at a time, whatever the template allows.
    pub(crate) concurrency_max: Option<usize>,
}

/// All mappings of a template.
pub(crate) struct Sources {
    state: Arc<State>,
    functions: Functions,
    polled: Vec<Arc<queue::QueueSource>>,
    streams: Vec<Arc<stream::StreamSource>>,
    schedules: Vec<Arc<schedule::ScheduleSource>>,
    run: watch::Sender<Run>,
}

/// The state in which mappings should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    On,
    Paused,
    Stopped,
}

/// The state from which it follows whether work is in progress.
#[derive(Default)]
struct State {
    /// The number of mappings that are receiving or have a batch in progress.
    busy: AtomicUsize,
    /// Increases with every batch.
    batches: AtomicU64,
    /// The functions that receive no batches for now.
    held: Mutex<BTreeSet<String>>,
    /// Decides which invocations are throttled.
    throttle: Mutex<Option<Throttle>>,
}

type Throttle = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl State {
    fn holds(&self, function: &str) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains(function)
    }

    /// Returns `true` if there is no concurrency for invoking a function with a batch that was received.
    fn throttles(&self, function: &str) -> bool {
        let throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner).clone();
        throttle.is_some_and(|throttle| throttle(function))
    }

    fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(self))
    }
}

/// Counts a mapping as busy for as long as it lives.
struct Busy(Arc<State>);

impl Busy {
    /// Counts a batch as well.
    fn has_batch(&self) {
        self.0.batches.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Sources {
    /// Starts every mapping as a task of `tasks`.
    pub(crate) fn start(
        template: &Template,
        around: &Surroundings,
        tasks: &mut JoinSet<()>,
    ) -> Result<Self, TemplateError> {
        let state = Arc::new(State::default());
        let (run, _) = watch::channel(Run::On);
        let (mut polled, mut streams, mut schedules) = (Vec::new(), Vec::new(), Vec::new());
        for function in &template.functions {
            for source in &function.sources {
                match &source.from {
                    From::Queue { name, concurrency_max } => {
                        let queue = around.queues.get(name).cloned();
                        let queue = queue.ok_or_else(|| {
                            TemplateError::new(format!("{}: there is no queue {name}", function.name))
                        })?;
                        let concurrency_max = around.concurrency_max.unwrap_or(*concurrency_max).min(*concurrency_max);
                        let mapping = Arc::new(queue::QueueSource {
                            around: around.clone(),
                            state: Arc::clone(&state),
                            function: function.name.clone(),
                            source: source.clone(),
                            queue,
                            concurrency_max,
                            drained: Mutex::default(),
                        });
                        polled.push(Arc::clone(&mapping));
                        tasks.spawn(mapping.run(run.subscribe()));
                    }
                    From::Schedule(every) => {
                        let every = SignedDuration::try_from(*every).unwrap_or(SignedDuration::MAX);
                        let mapping = Arc::new(schedule::ScheduleSource {
                            around: around.clone(),
                            state: Arc::clone(&state),
                            function: function.name.clone(),
                            every,
                            next: Mutex::new(schedule::after(around.clock.now(), every)),
                        });
                        schedules.push(Arc::clone(&mapping));
                        tasks.spawn(mapping.run(run.subscribe()));
                    }
                    From::Stream { table, filter, bisect } => {
                        let stream =
                            around.tables.stream(table).map_err(|error| TemplateError::new(error.to_string()))?;
                        let stream = stream
                            .ok_or_else(|| TemplateError::new(format!("{}: {table} has no stream", function.name)))?;
                        let mapping = Arc::new(stream::StreamSource {
                            around: around.clone(),
                            state: Arc::clone(&state),
                            function: function.name.clone(),
                            batch_max: source.batch_max,
                            partial: source.partial,
                            filter: filter.clone(),
                            bisect: *bisect,
                            stream,
                            checkpoint: format!("stream/{table}/{}", function.name),
                        });
                        streams.push(Arc::clone(&mapping));
                        tasks.spawn(mapping.run(run.subscribe()));
                    }
                }
            }
        }
        let functions = around.functions.clone();
        Ok(Self { state, functions, polled, streams, schedules, run })
    }

    /// Stops handing out batches. Those in progress continue.
    pub(crate) fn pause(&self) {
        self.run.send_replace(Run::Paused);
    }

    /// Hands out batches again.
    pub(crate) fn resume(&self) {
        self.run.send_replace(Run::On);
    }

    /// Hands no batches to one function, while others continue.
    pub(crate) fn hold(&self, function: &str) {
        self.state.held.lock().unwrap_or_else(PoisonError::into_inner).insert(function.to_owned());
    }

    /// Hands batches to a function again.
    pub(crate) fn release(&self, function: &str) {
        self.state.held.lock().unwrap_or_else(PoisonError::into_inner).remove(function);
        // Wakes every mapping; nothing else changes.
        self.run.send_modify(|_| {});
    }

    /// Throttles invocations for which `throttle` returns `true`: as on AWS, their messages were received, and return
    /// after their visibility timeout.
    pub(crate) fn throttle(&self, throttle: Option<Throttle>) {
        *self.state.throttle.lock().unwrap_or_else(PoisonError::into_inner) = throttle;
    }

    /// Lets every mapping finish its batches and end.
    pub(crate) fn stop(&self) {
        self.run.send_replace(Run::Stopped);
    }

    /// Waits until nothing is left to do: streams are read to their ends, nothing can be received, nothing is in
    /// progress. Messages that wait for their visibility timeout count as settled. While paused, it waits only for work
    /// in progress. Returns `false` if that takes too long.
    pub(crate) async fn settled(&self) -> bool {
        let patience = Duration::from_secs(600);
        let settled = async {
            while !self.is_settled() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(patience, settled).await.is_ok()
    }

    /// Waits until no batch is in progress, for one second at most.
    pub(crate) async fn settled_batches(&self) {
        let none = async {
            while self.state.busy.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(1), none).await.is_err() {
            tracing::debug!("A batch was cut off; its messages come again.");
        }
    }

    fn is_settled(&self) -> bool {
        let still = || self.state.busy.load(Ordering::SeqCst) == 0 && self.functions.under_way() == 0;
        let batches = || self.state.batches.load(Ordering::SeqCst);
        // Checked twice: a mapping may begin a batch between the checks, which the number of batches then shows.
        let before = batches();
        if !still() {
            return false;
        }
        let paused = *self.run.borrow() != Run::On;
        let nothing_left = || {
            self.polled.iter().all(|queue| queue.is_drained())
                && self.streams.iter().all(|stream| stream.is_drained())
                && self.schedules.iter().all(|schedule| schedule.is_drained())
        };
        (paused || nothing_left()) && still() && before == batches()
    }
}

/// Returns the IDs of failed items in a function's result. A result of another shape is a failure of the whole batch,
/// as on AWS.
fn failed_items(answer: &Value) -> Option<Vec<String>> {
    match answer.get("batchItemFailures") {
        None | Some(Value::Null) => answer.is_object().then(Vec::new).or_else(|| answer.is_null().then(Vec::new)),
        Some(Value::Array(failures)) => {
            let id = |failure: &Value| failure.get("itemIdentifier").and_then(Value::as_str).map(str::to_owned);
            failures.iter().map(id).collect()
        }
        Some(_) => None,
    }
}

/// Waits for the first of: a change, a move of the clock, a signal of the instance, or `fallback`.
async fn wait<T>(
    changed: &mut watch::Receiver<T>,
    moved: &mut watch::Receiver<i64>,
    run: &mut watch::Receiver<Run>,
    fallback: Duration,
) {
    let long = || std::future::pending::<()>();
    tokio::select! {
        // If a sender is gone, the instance is ending, and signals that through `run`.
        gone = changed.changed() => if gone.is_err() { long().await },
        gone = moved.changed() => if gone.is_err() { long().await },
        _ = run.changed() => {}
        () = tokio::time::sleep(fallback) => {}
    }
}
