//! One invocation of a function: it logs one line when it ends, and everything that follows from it carries its trace
//! ID. An invocation that is cut off logs none; Lambda's own log and its metric `Errors` show those.
//!
//! The line is in `CloudWatch`'s embedded metric format, so that it is log and metrics in one. It holds IDs, codes and
//! counts, and no personal data: no name, no email address, no token. Metrics have no dimensions, since each dimension
//! costs money every month; query the log lines for the figures of one action or brand.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextRef, dyn_dispatch_hint},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tracing::Instrument;

use crate::{
    domain::{BrandSlug, TraceId},
    error::Error,
};

tokio::task_local! {
    static CURRENT: Invocation;
}

/// One invocation. Clones share its state.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The trace ID for everything that follows from it.
    trace: Option<TraceId>,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    action: String,
    id: String,
    /// Calls to AWS that got a response, including repetitions by the SDK.
    calls: AtomicU32,
    fields: Mutex<Told>,
}

/// Fields that the edges of a function add to the log line during an invocation.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Told {
    /// API Gateway's ID of the request, as in its access log and on our error pages.
    #[serde(rename = "request.id", skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<String>,
    #[serde(rename = "trace.ids", skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) traces: BTreeSet<TraceId>,
    /// The brand, if the event names one; absent if a batch contains several brands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) brand: Option<BrandSlug>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// The number of messages or records in a batch, and how many of them are retried: all, until it is known better.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) messages: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) messages_back: Option<usize>,
    /// `done`, unless a code of the error table is more specific.
    #[serde(skip)]
    pub(crate) outcome: Option<&'static str>,
}

impl Invocation {
    /// Creates the invocation of `action` with the AWS request ID `id`; `trace` applies unless its event names another
    /// one.
    #[must_use]
    pub fn new(action: &str, id: &str, trace: Option<TraceId>) -> Self {
        let fields = Told { traces: trace.iter().cloned().collect(), ..Told::default() };
        let (action, id) = (action.to_owned(), id.to_owned());
        Self { trace, inner: Arc::new(Inner { action, id, calls: AtomicU32::new(0), fields: Mutex::new(fields) }) }
    }

    /// Uses the trace ID in the headers of `event`, if it is a request that has one.
    pub(crate) fn of(self, event: &Value) -> Self {
        let header = event.pointer("/headers/x-amzn-trace-id").and_then(Value::as_str);
        match header.and_then(TraceId::in_header) {
            Some(trace) => Self::new(&self.inner.action, &self.inner.id, Some(trace)),
            None => self,
        }
    }

    /// Runs `work` as this invocation.
    pub(crate) async fn run<F: Future>(&self, work: F) -> F::Output {
        let span = tracing::info_span!("invocation", action = self.inner.action, invocation.id = self.inner.id);
        CURRENT.scope(self.clone(), work).instrument(span).await
    }

    /// Returns the log line of the finished invocation.
    pub(crate) fn line(&self, answer: &Result<Value, Error>, started: Timestamp, ended: Timestamp) -> String {
        let fields = self.inner.fields.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = answer.as_ref().err().map(|error| error.status_and_code().1);
        let outcome = failure.or(fields.outcome).unwrap_or("done");
        let line = Line {
            aws: metrics(ended, fields.messages.is_some()),
            level: "INFO",
            message: "invocation",
            action: &self.inner.action,
            id: &self.inner.id,
            told: &fields,
            outcome,
            duration_ms: u64::try_from(started.duration_until(ended).as_millis()).unwrap_or(0),
            aws_calls: self.inner.calls.load(Ordering::Relaxed),
            failures: u32::from(ours(answer) || fields.status.is_some_and(|status| status >= 500)),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// True if an error is a server error, not one of the caller.
fn ours(answer: &Result<Value, Error>) -> bool {
    answer.as_ref().is_err_and(|error| error.status_and_code().0.is_server_error())
}

/// Runs `work` so that everything it causes carries `trace`, if given, even if the invocation has other trace IDs too.
pub async fn following<F: Future>(trace: Option<TraceId>, work: F) -> F::Output {
    match CURRENT.try_with(Clone::clone) {
        Ok(current) => {
            add_fields(|fields| fields.traces.extend(trace.clone()));
            CURRENT.scope(Invocation { trace: trace.or(current.trace), ..current }, work).await
        }
        Err(_none) => work.await,
    }
}

/// Returns the trace ID of the current invocation.
pub(crate) fn trace() -> Option<TraceId> {
    CURRENT.try_with(|current| current.trace.clone()).ok().flatten()
}

/// Adds fields to the log line of the current invocation, if there is one.
pub(crate) fn add_fields(add: impl FnOnce(&mut Told)) {
    let added = CURRENT.try_with(|current| {
        add(&mut current.inner.fields.lock().unwrap_or_else(PoisonError::into_inner));
    });
    if added.is_err() {
        tracing::debug!("nothing is told of work that no invocation does");
    }
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "_aws")]
    aws: Value,
    level: &'static str,
    message: &'static str,
    action: &'a str,
    #[serde(rename = "invocation.id")]
    id: &'a str,
    #[serde(flatten)]
    told: &'a Told,
    outcome: &'a str,
    duration_ms: u64,
    aws_calls: u32,
    failures: u32,
}

fn metrics(at: Timestamp, of_a_batch: bool) -> Value {
    let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
    let mut all =
        vec![metric("duration_ms", "Milliseconds"), metric("aws_calls", "Count"), metric("failures", "Count")];
    if of_a_batch {
        all.extend([metric("messages", "Count"), metric("messages_back", "Count")]);
    }
    json!({
        "Timestamp": at.as_millisecond(),
        "CloudWatchMetrics": [{"Namespace": "PartnerInvites", "Dimensions": [[]], "Metrics": all}],
    })
}

/// Counts the calls of the client that uses it, each time a response arrives. Signing a URL doesn't count.
#[derive(Debug)]
pub(crate) struct CallCounter;

#[dyn_dispatch_hint]
impl Intercept for CallCounter {
    fn name(&self) -> &'static str {
        "CallCounter"
    }

    fn read_after_transmit(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let counted = CURRENT.try_with(|current| current.inner.calls.fetch_add(1, Ordering::Relaxed));
        if counted.is_err() {
            tracing::debug!("a call that no invocation makes");
        }
        Ok(())
    }
}
