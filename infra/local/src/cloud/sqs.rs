//! SQS: `rustack` on a separate thread, with a clock that only we move.
//!
//! This is the only module that knows the emulator. It stores messages in memory only: [`super::queues`] stands in
//! front of it and makes them durable. It takes the time from tokio, whose clock is paused in its runtime: nothing
//! becomes due before [`Library::pass`] moves it.

use std::{io, sync::Arc, thread, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::{BodyExt, Collected};
use rustack_sqs_core::{config::SqsConfig, handler::RustackSqsHandler, provider::RustackSqs};
use rustack_sqs_http::{dispatch::SqsHandler, response::error_to_response, router::resolve_operation};
use serde_json::{Value, json};

use crate::template::{ACCOUNT, Queue, REGION, Redrive, queue_arn};

/// The time within which a FIFO queue recognizes duplicates.
pub(super) const DEDUPLICATES_FOR: Duration = Duration::from_mins(5);

/// The queues of the emulator. Lives on the thread of [`start`].
pub(super) struct Library(RustackSqsHandler);

/// Runs `work` on a thread whose tokio clock is paused.
pub(super) fn start<F: Future<Output = ()>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> io::Result<thread::JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    thread::Builder::new().name("sqs".to_owned()).spawn(move || {
        runtime.block_on(async move {
            // An idle runtime whose clock is paused would jump to its next timer, except while a blocking task runs; so
            // one does.
            let (working, until_dropped) = std::sync::mpsc::channel::<()>();
            let blocking = tokio::task::spawn_blocking(move || until_dropped.recv().is_err());
            work().await;
            drop(working);
            drop(blocking.await);
        });
    })
}

impl Library {
    pub(super) fn new() -> Self {
        let config = SqsConfig {
            skip_signature_validation: true,
            default_region: REGION.to_owned(),
            account_id: ACCOUNT.to_owned(),
            host: "sqs.localhost".to_owned(),
            port: 80,
        };
        Self(RustackSqsHandler::new(Arc::new(RustackSqs::new(config))))
    }

    /// Creates a queue, or returns the reason why it can't be created.
    pub(super) async fn create(&self, queue: &Queue) -> Result<(), String> {
        let mut attributes = serde_json::Map::new();
        let mut set = |name: &str, value: String| attributes.insert(name.to_owned(), value.into());
        set("DelaySeconds", queue.delay.as_secs().to_string());
        set("MessageRetentionPeriod", queue.retention.as_secs().to_string());
        set("VisibilityTimeout", queue.visibility.as_secs().to_string());
        if queue.fifo {
            set("FifoQueue", true.to_string());
            set("ContentBasedDeduplication", queue.deduplicates_by_content.to_string());
        }
        if let Some(redrive) = &queue.redrive {
            set("RedrivePolicy", policy(redrive, redrive.receives_max));
        }
        self.ask("CreateQueue", &json!({"QueueName": queue.name, "Attributes": attributes})).await.map(drop)
    }

    /// Makes a queue move messages to its dead-letter queue after `receives_max` receives.
    pub(super) async fn give_up_after(&self, url: &str, redrive: &Redrive, receives_max: u32) -> Result<(), String> {
        let attributes = json!({"RedrivePolicy": policy(redrive, receives_max)});
        self.ask("SetQueueAttributes", &json!({"QueueUrl": url, "Attributes": attributes})).await.map(drop)
    }

    /// Handles one call of the JSON protocol.
    pub(super) async fn call(&self, operation: &str, input: &Value) -> Response<Bytes> {
        let mut headers = HeaderMap::new();
        if let Ok(target) = HeaderValue::try_from(format!("AmazonSQS.{operation}")) {
            headers.insert("x-amz-target", target);
        }
        let result = match resolve_operation(&headers) {
            Ok(operation) => self.0.handle_operation(operation, Bytes::from(input.to_string())).await,
            Err(error) => Err(error),
        };
        let (parts, body) = result.unwrap_or_else(|error| error_to_response(&error, "local")).into_parts();
        let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
        Response::from_parts(parts, body)
    }

    /// Makes a call for our own use. Returns the output, or the text of the error.
    pub(super) async fn ask(&self, operation: &str, input: &Value) -> Result<Value, String> {
        let answer = self.call(operation, input).await;
        if !answer.status().is_success() {
            return Err(String::from_utf8_lossy(answer.body()).into_owned());
        }
        serde_json::from_slice(answer.body()).map_err(|error| error.to_string())
    }

    /// Moves the time forward. Everything that becomes due is available to the next call.
    pub(super) async fn pass(&self, span: Duration) {
        if !span.is_zero() {
            tokio::time::advance(span).await;
        }
    }
}

fn policy(redrive: &Redrive, receives_max: u32) -> String {
    json!({"deadLetterTargetArn": queue_arn(&redrive.queue), "maxReceiveCount": receives_max}).to_string()
}
