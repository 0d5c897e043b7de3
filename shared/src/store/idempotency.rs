//! Answers that are kept, so that a repeated request gets the same one and has no second effect.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Store, Transaction};
use crate::{
    error::{Error, Result},
    secret::Hash,
};

/// An answer that was given under an idempotency key. Refusals are not kept: they may turn out differently next time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The hash of the request it answered.
    pub request: Hash,
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: String,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// An answer to be kept in the transaction that it tells of.
#[derive(Debug, Clone)]
pub struct Remember {
    /// Where: the hash of the key and of whom it belongs to.
    pub key: Hash,
    /// What.
    pub answer: StoredAnswer,
}

impl Store {
    /// Keeps the answer of a request that wrote nothing else, if it came with a key.
    ///
    /// # Errors
    /// If the table can't be written; [`Error::Answered`] if the same request was answered meanwhile.
    pub async fn remember(&self, remember: Option<Remember>) -> Result<()> {
        if remember.is_none() {
            return Ok(());
        }
        self.act(Transaction::new(), remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }
}

impl StoredAnswer {
    /// The id of what it told of, if it told of one thing.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        body.get("id")?.as_str().map(str::to_owned)
    }

    /// What a `request` under the same key gets: this answer, if it is the same request.
    #[must_use]
    pub fn repeat(self, request: &Hash) -> Error {
        if self.request == *request { Error::Answered(Box::new(self)) } else { Error::IdempotencyKeyReused }
    }
}
