//! Event source mappings: what AWS runs between a queue or a stream and a function; and schedules.
//!
//! Each mapping polls, hands a batch to its function, and takes back only what the function says is done. What fails comes again: from
//! a queue after its visibility timeout, from a stream at once and without end.

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

/// What every mapping works with.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) functions: Functions,
    pub(crate) queues: Queues,
    pub(crate) tables: Tables,
    pub(crate) ledger: Ledger,
    pub(crate) clock: LocalClock,
    pub(crate) wire: Wire,
    /// Caps how many batches of one queue are under way at once, whatever the template allows.
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

/// Whether mappings should work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    On,
    Paused,
    Stopped,
}

/// What tells whether anything is going on.
#[derive(Default)]
struct State {
    /// Mappings that are receiving or have a batch under way.
    busy: AtomicUsize,
    /// Goes up with every batch.
    batches: AtomicU64,
    /// The functions that get nothing for now.
    held: Mutex<BTreeSet<String>>,
    /// Says which invocations are throttled.
    throttle: Mutex<Option<Throttle>>,
}

type Throttle = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl State {
    fn holds(&self, function: &str) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains(function)
    }

    /// Whether an invocation of a function, for a batch that was received, finds no concurrency.
    fn throttles(&self, function: &str) -> bool {
        let throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner).clone();
        throttle.is_some_and(|throttle| throttle(function))
    }

    fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(self))
    }
}

/// Says that something is going on, for as long as it lives.
struct Busy(Arc<State>);

impl Busy {
    /// Says that it is a batch, too.
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
    /// Starts every mapping, as a task of `tasks`.
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

    /// Stops handing out batches. Those under way go on.
    pub(crate) fn pause(&self) {
        self.run.send_replace(Run::Paused);
    }

    /// Hands out batches again.
    pub(crate) fn resume(&self) {
        self.run.send_replace(Run::On);
    }

    /// Hands a function no batches, while others go on.
    pub(crate) fn hold(&self, function: &str) {
        self.state.held.lock().unwrap_or_else(PoisonError::into_inner).insert(function.to_owned());
    }

    /// Hands a function batches again.
    pub(crate) fn release(&self, function: &str) {
        self.state.held.lock().unwrap_or_else(PoisonError::into_inner).remove(function);
        // Wakes everybody up; nothing else changes.
        self.run.send_modify(|_| {});
    }

    /// Throttles invocations of which `throttle` says so: as on AWS, their messages were received, and come back after their
    /// visibility timeout.
    pub(crate) fn throttle(&self, throttle: Option<Throttle>) {
        *self.state.throttle.lock().unwrap_or_else(PoisonError::into_inner) = throttle;
    }

    /// Lets every mapping finish its batches and end.
    pub(crate) fn stop(&self) {
        self.run.send_replace(Run::Stopped);
    }

    /// Waits until nothing is left to do: streams read to their ends, nothing to receive, nothing under way. What waits for its
    /// visibility timeout counts as settled. While paused, it waits only for what is under way. False if that takes too long.
    pub(crate) async fn settled(&self) -> bool {
        let patience = Duration::from_secs(600);
        let settled = async {
            while !self.is_settled() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(patience, settled).await.is_ok()
    }

    /// Waits until no batch is under way, but not for long.
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
        // Looked at twice: a mapping may take a batch up between the looks, and then the number of batches says so.
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

/// The ids in a function's answer that it wants to see again. An answer of another shape is a failure of the whole batch, as on AWS.
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

/// Waits for whichever comes first: a change, a move of the clock, a word from the instance, or `fallback`.
async fn wait<T>(
    changed: &mut watch::Receiver<T>,
    moved: &mut watch::Receiver<i64>,
    run: &mut watch::Receiver<Run>,
    fallback: Duration,
) {
    let long = || std::future::pending::<()>();
    tokio::select! {
        // A sender that is gone means that the instance is going, and says so through `run`.
        gone = changed.changed() => if gone.is_err() { long().await },
        gone = moved.changed() => if gone.is_err() { long().await },
        _ = run.changed() => {}
        () = tokio::time::sleep(fallback) => {}
    }
}
