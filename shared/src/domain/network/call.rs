//! Records of calls between the Network and us, and of syncs that failed.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{NetworkCallId, PartnerId};

/// Direction of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    /// From the Network to us.
    In,
    /// From us to the Network.
    Out,
}

/// Record of a call between the Network and us, stored for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkCall {
    /// Identifies the call; sorts by time.
    pub id: NetworkCallId,
    /// Time of the call.
    pub at: Timestamp,
    /// Direction of the call.
    pub way: CallDirection,
    /// Subject of the call, in a few words.
    pub what: String,
    /// Partner it was about, if it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// True if the call succeeded.
    pub good: bool,
    /// The response, as a sentence.
    pub said: String,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// Number of days for which calls are stored.
pub const CALLS_KEPT_DAYS: i64 = 14;

/// A sync of a partner that failed for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushFailure {
    /// Partner who could not be synced.
    pub partner: PartnerId,
    /// Time at which it failed.
    pub at: Timestamp,
    /// Reason, as a sentence.
    pub said: String,
}
