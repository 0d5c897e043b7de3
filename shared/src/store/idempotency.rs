//! Stored responses: a repeated request gets the same response and has no second effect.

use super::{Store, Transaction};
use crate::{
    crypto::secret::Hash,
    domain::StoredResponse,
    error::{Error, Result},
};

/// A response to be stored in the transaction whose result it describes.
#[derive(Debug, Clone)]
pub struct IdempotencyRecord {
    /// The hash of the idempotency key and its owner, under which the response is stored.
    pub key: Hash,
    /// The response.
    pub answer: StoredResponse,
}

impl Store {
    /// Stores the response to a request that writes nothing else, if it came with an idempotency key.
    ///
    /// # Errors
    /// Fails if the table can't be written; [`Error::Answered`] if the same request got a response in the meantime.
    pub async fn remember(&self, remember: Option<IdempotencyRecord>) -> Result<()> {
        if remember.is_none() {
            return Ok(());
        }
        self.act(Transaction::new(), remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }
}

impl StoredResponse {
    /// Returns the ID of the object in the response, if it contains one.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        body.get("id")?.as_str().map(str::to_owned)
    }

    /// Returns the outcome of `request` under the same key: this response, if it is the same request.
    #[must_use]
    pub fn repeat(self, request: &Hash) -> Error {
        if self.request == *request { Error::Answered(Box::new(self)) } else { Error::IdempotencyKeyReused }
    }
}
