//! What travels through queues, and the door to SQS.
//!
//! No message holds a token, an address or a name: consumers read the current state.

use aws_config::SdkConfig;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{AdminId, BrandSlug, EventId, ExportId, PartnerId},
    error::{Error, Result},
    secret::Hash,
};

/// How many messages one call sends.
const BATCH_MAX: usize = 10;

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum MailJob {
    /// Invites a partner, who must still be in the epoch of the event.
    Invitation {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Mails an active partner a link to sign in.
    SignInLink {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Tells a partner that access was taken back, if it still is.
    Revocation {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Welcomes an admin, who must still be in the epoch of the event.
    Welcome {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        admin: AdminId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Answers a sign-in attempt, if its address is known.
    SignIn {
        /// The attempt, by the hash of the browser's cookie.
        attempt: Hash,
    },
}

/// An export to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportJob {
    /// Where.
    pub brand: BrandSlug,
    /// Which.
    pub export: ExportId,
}

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
        Self { client: aws_sdk_sqs::Client::new(aws) }
    }

    /// Sends messages, ten to a call, and gives back the positions of those that were not taken.
    ///
    /// # Errors
    /// If SQS can't be reached; then some may have been taken.
    pub async fn send<T: Serialize>(&self, queue: &str, messages: &[T]) -> Result<Vec<usize>> {
        let mut refused = Vec::new();
        for (batch, messages) in messages.chunks(BATCH_MAX).enumerate() {
            let entries = messages.iter().enumerate().map(|(index, message)| {
                let body = serde_json::to_string(message).map_err(Error::internal)?;
                let entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body);
                entry.build().map_err(Error::internal)
            });
            let entries = entries.collect::<Result<Vec<_>>>()?;
            let request = self.client.send_message_batch().queue_url(queue).set_entries(Some(entries));
            let answer = request.send().await.map_err(Error::internal)?;
            let failed = answer.failed.iter().filter_map(|entry| entry.id.parse::<usize>().ok());
            refused.extend(failed.map(|index| batch * BATCH_MAX + index));
        }
        Ok(refused)
    }

    /// Lets a message that is being worked on come back in `seconds` instead of after its queue's usual time.
    ///
    /// # Errors
    /// If SQS can't be reached.
    pub async fn later(&self, queue: &str, receipt: &str, seconds: i32) -> Result<()> {
        let request = self.client.change_message_visibility().queue_url(queue).receipt_handle(receipt);
        request.visibility_timeout(seconds).send().await.map_err(Error::internal)?;
        Ok(())
    }
}
