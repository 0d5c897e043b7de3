//! A word on an application that waits on the Network.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, ApplicationId, Reason};

/// That somebody decided here on an application that waits on the Network. What came of it is what the Network says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkDecision {
    /// The application.
    pub id: ApplicationId,
    /// Whether it was approved.
    pub approve: bool,
    /// What was said to the creator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reason>,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Whose application it is, as the page showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Whether the Network took it; `None` while that isn't known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<bool>,
    /// What the Network said, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Until when it is kept.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}
