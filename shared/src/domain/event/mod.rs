//! Events: records of what happened, written in the same transaction as the change.
//!
//! Events are also the outbox: emails, webhooks and the timeline follow from them and from nothing else.

mod kind;
mod subject;

pub use kind::EventKind;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, BrandSlug, EventId, ImportId, MailResult, Reason};

/// A recorded event of a brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Identifies the event; sorts by time.
    pub id: EventId,
    /// Brand in which it happened.
    pub brand: BrandSlug,
    /// Time at which it happened.
    pub at: Timestamp,
    /// Actor who caused it.
    pub actor: Actor,
    /// Kind of the event, with its details.
    #[serde(flatten)]
    pub kind: EventKind,
    /// Bulk job that caused it, if one did: its emails are sent after those that a person waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<ImportId>,
    /// Outcome of the email that it caused, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailResult>,
}

impl Event {
    /// Creates an event of this `kind`.
    #[must_use]
    pub fn new(id: EventId, brand: &BrandSlug, actor: Actor, kind: EventKind, at: Timestamp) -> Self {
        Self { id, brand: brand.clone(), at, actor, kind, job: None, mail: None }
    }

    /// Returns `true` if it contains text that may be about a person: a reason, the outcome of an email, a name. An
    /// event to which the outcome of an email may still be added counts too.
    #[must_use]
    pub fn holds_words(&self) -> bool {
        let erasure = matches!(self.kind, EventKind::PartnerErased { .. });
        !erasure && (!self.kind.is_never_mailed() || self.mail.is_some() || self.actor.person().is_some())
    }

    /// Returns the reason, if one was given.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        if let EventKind::PartnerRevoked { reason, .. } = &self.kind { reason.as_ref() } else { None }
    }
}
