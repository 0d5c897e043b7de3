//! What travels through queues, and the door to SQS.
//!
//! No message holds a token. Only the rows of an import hold addresses and names, which nobody else has yet; whoever
//! gets any other message reads the current state. Beside what it says, each carries the trace that it is of.

mod jobs;

use aws_config::SdkConfig;
use aws_sdk_sqs::types::{
    MessageSystemAttributeNameForSends, MessageSystemAttributeValue, SendMessageBatchRequestEntry,
};
use futures::{StreamExt, TryStreamExt};
use serde::Serialize;

pub use jobs::*;

use crate::{
    domain::TraceId,
    error::{Chain, Error, Result},
    invocation::{self, CountCalls},
};

/// How many messages one call sends.
const BATCH_MAX: usize = 10;

/// How many calls are under way at once.
const CALLS_AT_ONCE: usize = 10;

/// The longest that a message can be hidden, in seconds. SQS counts its twelve hours from when the message was received, so
/// the whole of them can't be set on one that was received a moment ago.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
const VISIBILITY_MAX_S: i32 = 42_900;

/// The door to SQS.
#[derive(Debug, Clone)]
pub struct Queues {
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to SQS")]
    client: aws_sdk_sqs::Client,
}

impl Queues {
    /// Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to SQS")]
    pub fn new(aws: &SdkConfig) -> Self {
        let config = aws_sdk_sqs::config::Builder::from(aws).interceptor(CountCalls).build();
        Self { client: aws_sdk_sqs::Client::from_conf(config) }
    }

    /// Sends messages, ten to a call, and gives back the positions of those that were not taken. They carry the trace of
    /// whatever is under way.
    ///
    /// # Errors
    /// If SQS can't be reached; then some may have been taken.
    pub async fn send<T: Serialize>(&self, queue: &str, messages: &[T]) -> Result<Vec<usize>> {
        let trace = invocation::trace();
        let traced: Vec<_> = messages.iter().map(|message| (trace.as_ref(), message)).collect();
        self.send_traced(queue, &traced).await
    }

    /// The same for messages that each have a trace of their own.
    ///
    /// # Errors
    /// If SQS can't be reached; then some may have been taken.
    pub async fn send_traced<T: Serialize>(
        &self,
        queue: &str,
        messages: &[(Option<&TraceId>, T)],
    ) -> Result<Vec<usize>> {
        let batches = messages.chunks(BATCH_MAX).map(|messages| entries(messages, 0)).collect::<Result<Vec<_>>>()?;
        // Side by side: a full batch of the stream is ten calls, and behind it somebody may wait for their mail.
        let calls = futures::stream::iter(batches).map(|entries| self.send_entries(queue, entries));
        let refused: Vec<_> = calls.buffered(CALLS_AT_ONCE).try_collect().await?;
        let placed = refused.into_iter().enumerate();
        Ok(placed.flat_map(|(batch, refused)| refused.into_iter().map(move |at| batch * BATCH_MAX + at)).collect())
    }

    /// Sends one message that nobody gets before `seconds` are over, at most 900.
    ///
    /// # Errors
    /// If SQS can't be reached or does not take it.
    pub async fn send_later<T: Serialize>(&self, queue: &str, message: &T, seconds: i32) -> Result<()> {
        let trace = invocation::trace();
        let refused = self.send_entries(queue, entries(&[(trace.as_ref(), message)], seconds)?).await?;
        if refused.is_empty() { Ok(()) } else { Err(Error::internal("SQS did not take a message")) }
    }

    async fn send_entries(&self, queue: &str, entries: Vec<SendMessageBatchRequestEntry>) -> Result<Vec<usize>> {
        let request = self.client.send_message_batch().queue_url(queue).set_entries(Some(entries));
        let answer = request.send().await.map_err(Error::internal)?;
        Ok(answer.failed.iter().filter_map(|entry| entry.id.parse().ok()).collect())
    }

    /// Lets a message that is being worked on come back in `seconds` instead of after its queue's usual time.
    ///
    /// # Errors
    /// If SQS can't be reached.
    pub async fn later(&self, queue: &str, receipt: &str, seconds: i32) -> Result<()> {
        let seconds = seconds.clamp(0, VISIBILITY_MAX_S);
        let request = self.client.change_message_visibility().queue_url(queue).receipt_handle(receipt);
        request.visibility_timeout(seconds).send().await.map_err(Error::internal)?;
        Ok(())
    }

    /// The same, with the answer of a worker that can't go on with the message now. At the queue's usual time it comes
    /// back in any case.
    ///
    /// # Errors
    /// Always [`Error::Busy`].
    pub async fn come_back<T>(&self, queue: &str, receipt: &str, seconds: i64) -> Result<T> {
        let seconds = i32::try_from(seconds).unwrap_or(VISIBILITY_MAX_S).min(VISIBILITY_MAX_S);
        if let Err(cause) = self.later(queue, receipt, seconds).await {
            tracing::warn!("a message comes back at its queue's own time: {}", Chain(&cause));
        }
        Err(Error::Busy)
    }
}

/// Messages of one call, each named by its place, that nobody gets before `seconds` are over.
fn entries<T: Serialize>(
    messages: &[(Option<&TraceId>, T)],
    seconds: i32,
) -> Result<Vec<SendMessageBatchRequestEntry>> {
    let entries = messages.iter().enumerate().map(|(index, (trace, message))| {
        let body = serde_json::to_string(message).map_err(Error::internal)?;
        let mut entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body);
        if let Some(trace) = trace {
            let value = MessageSystemAttributeValue::builder().data_type("String").string_value(trace.header());
            let value = value.build().map_err(Error::internal)?;
            entry = entry.message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value);
        }
        entry.set_delay_seconds((seconds > 0).then_some(seconds)).build().map_err(Error::internal)
    });
    entries.collect()
}
