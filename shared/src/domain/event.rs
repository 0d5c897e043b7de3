//! The record that something happened, written in the same transaction as the change it tells of.
//!
//! Events are the outbox too: mail, webhooks and the timeline follow from them and from nothing else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AdminId, BrandSlug, EventId, MailOutcome, Name, PartnerId, ProgramId, Reason};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// What kind of actor it was.
    pub kind: ActorKind,
    /// Its id: an admin's, a key's, a partner's; `operator` for an operator.
    pub id: String,
    /// What people call it, as it was at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

impl Actor {
    /// Somebody with the rights of the AWS account, who invoked a function directly.
    #[must_use]
    pub fn operator() -> Self {
        Self { kind: ActorKind::Operator, id: "operator".to_owned(), name: None }
    }

    /// The partner, acting for themselves.
    #[must_use]
    pub fn partner(id: &PartnerId) -> Self {
        Self { kind: ActorKind::Partner, id: id.to_string(), name: None }
    }

    /// The name of the person behind it, if it was a person.
    #[must_use]
    pub fn person(&self) -> Option<&Name> {
        if self.kind == ActorKind::Admin { self.name.as_ref() } else { None }
    }
}

/// The kinds of actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person who manages the brand.
    Admin,
    /// A program with a key.
    ApiKey,
    /// The partner.
    Partner,
    /// Somebody with the rights of the AWS account.
    Operator,
}

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
    /// What became of the mail that it asked for, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailOutcome>,
}

impl Event {
    /// Why it was done, if somebody said.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        if let EventKind::PartnerRevoked { reason, .. } = &self.kind { reason.as_ref() } else { None }
    }
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventKind {
    /// A partner was invited; a mail follows, if the partner is still in this epoch.
    #[serde(rename = "partner.invited")]
    PartnerInvited {
        /// Who.
        partner: PartnerId,
        /// The epoch the invitation belongs to.
        epoch: u64,
    },
    /// A partner was added and is active at once; no mail follows.
    #[serde(rename = "partner.added")]
    PartnerAdded {
        /// Who.
        partner: PartnerId,
    },
    /// Access was taken back; a mail follows, if the admin wanted one.
    #[serde(rename = "partner.revoked")]
    PartnerRevoked {
        /// Whose.
        partner: PartnerId,
        /// The epoch that begins with it.
        epoch: u64,
        /// Whether a mail follows.
        notify: bool,
        /// Why, for that mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Access was given back.
    #[serde(rename = "partner.reinstated")]
    PartnerReinstated {
        /// To whom.
        partner: PartnerId,
    },
    /// A partner signed in for the first time.
    #[serde(rename = "partner.activated")]
    PartnerActivated {
        /// Who.
        partner: PartnerId,
    },
    /// A partner signed in again.
    #[serde(rename = "partner.signed_in")]
    PartnerSignedIn {
        /// Who.
        partner: PartnerId,
    },
    /// A brand was created or brought up to date.
    #[serde(rename = "brand.set_up")]
    BrandSetUp,
    /// A program was created.
    #[serde(rename = "program.created")]
    ProgramCreated {
        /// Which.
        program: ProgramId,
    },
    /// A program was changed.
    #[serde(rename = "program.edited")]
    ProgramEdited {
        /// Which.
        program: ProgramId,
    },
    /// A program was archived.
    #[serde(rename = "program.archived")]
    ProgramArchived {
        /// Which.
        program: ProgramId,
    },
    /// An archived program was brought back.
    #[serde(rename = "program.restored")]
    ProgramRestored {
        /// Which.
        program: ProgramId,
    },
    /// An admin was added; a welcome mail follows.
    #[serde(rename = "admin.invited")]
    AdminInvited {
        /// Who.
        admin: AdminId,
        /// The epoch the mail belongs to.
        epoch: u64,
    },
    /// An admin signed in.
    #[serde(rename = "admin.signed_in")]
    AdminSignedIn {
        /// Who.
        admin: AdminId,
    },
}
