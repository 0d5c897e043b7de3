//! SQS: rustack, on a thread of its own, with a clock that only we move.
//!
//! This is the one module that knows the library. It keeps messages in memory only: [`super::queues`] stands in front of it and makes
//! them survive. It takes the time from tokio, so its runtime stands still: nothing in it comes due before [`Library::pass`] says so.

use std::{io, sync::Arc, thread, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::{BodyExt, Collected};
use rustack_sqs_core::{config::SqsConfig, handler::RustackSqsHandler, provider::RustackSqs};
use rustack_sqs_http::{dispatch::SqsHandler, response::error_to_response, router::resolve_operation};
use serde_json::{Value, json};

use crate::template::{ACCOUNT, Queue, REGION, Redrive, queue_arn};

/// How long a FIFO queue knows again what it was sent before.
pub(super) const DEDUPLICATES_FOR: Duration = Duration::from_mins(5);

/// The queues themselves. Lives on the thread of [`start`].
pub(super) struct Library(RustackSqsHandler);

/// Runs `work` on a thread whose tokio clock stands still.
pub(super) fn start<F: Future<Output = ()>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> io::Result<thread::JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    thread::Builder::new().name("sqs".to_owned()).spawn(move || {
        runtime.block_on(async move {
            // An idle runtime whose clock stands would jump to its next timer. It does not while a blocking task is under way, so one is.
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

    /// Makes a queue, or says why it can't be made.
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

    /// Lets a queue give up what was received `receives_max` times.
    pub(super) async fn give_up_after(&self, url: &str, redrive: &Redrive, receives_max: u32) -> Result<(), String> {
        let attributes = json!({"RedrivePolicy": policy(redrive, receives_max)});
        self.ask("SetQueueAttributes", &json!({"QueueUrl": url, "Attributes": attributes})).await.map(drop)
    }

    /// Answers one call of the JSON protocol.
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

    /// The same for our own use: the output, or the text of the error.
    pub(super) async fn ask(&self, operation: &str, input: &Value) -> Result<Value, String> {
        let answer = self.call(operation, input).await;
        if !answer.status().is_success() {
            return Err(String::from_utf8_lossy(answer.body()).into_owned());
        }
        serde_json::from_slice(answer.body()).map_err(|error| error.to_string())
    }

    /// Lets time pass. Whatever comes due by it is there for the next call.
    pub(super) async fn pass(&self, span: Duration) {
        if !span.is_zero() {
            tokio::time::advance(span).await;
        }
    }
}

fn policy(redrive: &Redrive, receives_max: u32) -> String {
    json!({"deadLetterTargetArn": queue_arn(&redrive.queue), "maxReceiveCount": receives_max}).to_string()
}
