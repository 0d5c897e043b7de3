//! Decisions about applications that are pending on the Network.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, ApplicationId, Reason};

/// An admin's decision about an application that is pending on the Network. The Network has the final say on its
/// outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkDecision {
    /// ID of the application.
    pub id: ApplicationId,
    /// True if the admin approved it.
    pub approve: bool,
    /// Note to the creator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reason>,
    /// Time of the decision.
    pub at: Timestamp,
    /// Actor who decided.
    pub by: Actor,
    /// The creator's name, as the page showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// True if the Network accepted the decision; `None` while that isn't known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<bool>,
    /// The Network's response, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}
