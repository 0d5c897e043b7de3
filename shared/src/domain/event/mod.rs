//! The record that something happened, written in the same transaction as the change it tells of.
//!
//! Events are the outbox too: mail, webhooks and the timeline follow from them and from nothing else.

mod kind;
mod subject;

pub use kind::EventKind;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, BrandSlug, EventId, ImportId, MailOutcome, Reason};

/// Something that happened in a brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Names it; sorts by time.
    pub id: EventId,
    /// Where it happened.
    pub brand: BrandSlug,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What happened, to whom.
    #[serde(flatten)]
    pub kind: EventKind,
    /// The job that did it to many, if one did: its mails wait behind those that somebody waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<ImportId>,
    /// What became of the mail that it asked for, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailOutcome>,
}

impl Event {
    /// What tells that `kind` happened.
    #[must_use]
    pub fn new(id: EventId, brand: &BrandSlug, actor: Actor, kind: EventKind, at: Timestamp) -> Self {
        Self { id, brand: brand.clone(), at, actor, kind, job: None, mail: None }
    }

    /// Whether it holds words that may be about somebody: what was said, what became of a mail, who did it. What may
    /// still hear of a mail counts too.
    #[must_use]
    pub fn holds_words(&self) -> bool {
        let erasure = matches!(self.kind, EventKind::PartnerErased { .. });
        !erasure && (!self.kind.is_never_mailed() || self.mail.is_some() || self.actor.person().is_some())
    }

    /// Why it was done, if somebody said.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        if let EventKind::PartnerRevoked { reason, .. } = &self.kind { reason.as_ref() } else { None }
    }
}
