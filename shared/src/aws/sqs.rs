//! The messages in the queues, and the SQS client.
//!
//! No message contains a token. Only the rows of an import contain email addresses and names, which aren't stored
//! anywhere else yet; workers that receive any other message read the current state. Each message also carries its
//! trace ID.

use aws_config::SdkConfig;
use aws_sdk_sqs::types::{
    MessageSystemAttributeNameForSends, MessageSystemAttributeValue, SendMessageBatchRequestEntry,
};
use futures::{StreamExt, TryStreamExt};
use serde::Serialize;

use crate::{
    domain::TraceId,
    error::{Error, ErrorChain, Result},
    invocation::{self, CallCounter},
};

/// The number of messages that one call sends.
const BATCH_MAX: usize = 10;

/// The number of calls in progress at the same time.
const CALLS_AT_ONCE: usize = 10;

/// The longest time for which a message can be hidden, in seconds. SQS counts its twelve hours from the moment at which
/// the message was received, so the full twelve hours can't be set for a message that was received a moment ago.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
const VISIBILITY_MAX_S: i32 = 42_900;

/// The SQS client.
#[derive(Debug, Clone)]
pub struct Queues {
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to SQS")]
    client: aws_sdk_sqs::Client,
}

impl Queues {
    /// Creates a client. Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to SQS")]
    pub fn new(aws: &SdkConfig) -> Self {
        let config = aws_sdk_sqs::config::Builder::from(aws).interceptor(CallCounter).build();
        Self { client: aws_sdk_sqs::Client::from_conf(config) }
    }

    /// Sends messages, ten to a call, and returns the positions of those that SQS did not accept. They carry the trace
    /// ID of the current invocation.
    ///
    /// # Errors
    /// Fails if SQS can't be reached; then some may have been accepted.
    pub async fn send<T: Serialize>(&self, queue: &str, messages: &[T]) -> Result<Vec<usize>> {
        let trace = invocation::trace();
        let traced: Vec<_> = messages.iter().map(|message| (trace.as_ref(), message)).collect();
        self.send_traced(queue, &traced).await
    }

    /// Sends messages that each have their own trace ID, as [`Queues::send`] does.
    ///
    /// # Errors
    /// Fails if SQS can't be reached; then some may have been accepted.
    pub async fn send_traced<T: Serialize>(
        &self,
        queue: &str,
        messages: &[(Option<&TraceId>, T)],
    ) -> Result<Vec<usize>> {
        let batches = messages.chunks(BATCH_MAX).map(|messages| entries(messages, 0)).collect::<Result<Vec<_>>>()?;
        // In parallel: a full batch of the stream is ten calls, and people may be waiting for the emails behind it.
        let calls = futures::stream::iter(batches).map(|entries| self.send_entries(queue, entries));
        let refused: Vec<_> = calls.buffered(CALLS_AT_ONCE).try_collect().await?;
        let placed = refused.into_iter().enumerate();
        Ok(placed.flat_map(|(batch, refused)| refused.into_iter().map(move |at| batch * BATCH_MAX + at)).collect())
    }

    /// Sends one message that no worker receives before `seconds` have passed, at most 900.
    ///
    /// # Errors
    /// Fails if SQS can't be reached or does not accept the message.
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

    /// Makes a message that is being processed visible again after `seconds`, instead of its queue's usual time.
    ///
    /// # Errors
    /// Fails if SQS can't be reached.
    pub async fn later(&self, queue: &str, receipt: &str, seconds: i32) -> Result<()> {
        let seconds = seconds.clamp(0, VISIBILITY_MAX_S);
        let request = self.client.change_message_visibility().queue_url(queue).receipt_handle(receipt);
        request.visibility_timeout(seconds).send().await.map_err(Error::internal)?;
        Ok(())
    }

    /// Postpones a message with [`Queues::later`], and returns the error of a worker that can't process it now.
    /// Whatever happens, the message becomes visible again after its queue's usual time.
    ///
    /// # Errors
    /// Always [`Error::Busy`].
    pub async fn come_back<T>(&self, queue: &str, receipt: &str, seconds: i64) -> Result<T> {
        let seconds = i32::try_from(seconds).unwrap_or(VISIBILITY_MAX_S).min(VISIBILITY_MAX_S);
        if let Err(cause) = self.later(queue, receipt, seconds).await {
            tracing::warn!("a message comes back at its queue's own time: {}", ErrorChain(&cause));
        }
        Err(Error::Busy)
    }
}

/// Returns the entries of one call, each with its index as ID, that no worker receives before `seconds` have passed.
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
