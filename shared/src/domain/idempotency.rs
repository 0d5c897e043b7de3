//! Stored responses to requests with an idempotency key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::crypto::secret::Hash;

/// The response to a request with an idempotency key. Errors are not stored: the next attempt may succeed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredResponse {
    /// The hash of the request.
    pub request: Hash,
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: String,
    /// The time at which it expires.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}
