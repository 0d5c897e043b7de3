//! Approvals on the Network. An approval creates a partner, or adds programs to one: only those of its offering.
//!
//! An approval can't undo a revocation: for a revoked partner it is held until an admin decides.

use std::cmp::Reverse;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Access, Actor, ApplicationId, BrandSlug, CallDirection, CommissionTerms, Counters, EmailAddress, Event, EventId,
    EventKind, Fresh, Grant, GrantSource, LinkKey, MailKind, MailStatus, Metadata, Name, NetworkCall, NetworkCallId,
    NetworkConnection, NetworkPartner, NetworkSync, NewPartner, Partner, PartnerId, ProgramId, ShareLink,
};

/// Content of an approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The Network's ID of the application; `None` if it came without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ApplicationId>,
    /// Host of the Network that approved; `None` if an API key acted in the Network's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The Network's ID of the creator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// The creator's name.
    pub name: Name,
    /// The creator's email address.
    pub email: EmailAddress,
    /// The creator's handle on the Network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Programs they were approved for.
    pub programs: Vec<ProgramId>,
    /// Link key that they would like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// Note of the Network's staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Commission terms of this grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<CommissionTerms>,
    /// True if they are emailed a sign-in link.
    pub send_invite: bool,
}

/// Status of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// The partner has the programs.
    Accepted,
    /// The partner is revoked; an admin decides.
    Held,
    /// An admin dismissed it.
    Dismissed,
}

impl ApprovalState {
    /// Returns the status as it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Held => "held",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A received approval, from which repeated deliveries of it are answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// The Network's ID of the application.
    pub id: ApplicationId,
    /// Brand it is for.
    pub brand: BrandSlug,
    /// Status of the approval.
    pub state: ApprovalState,
    /// Time of receipt.
    pub at: Timestamp,
    /// Content as the Network sent it.
    pub application: Application,
    /// The partner it created or changed, or for which it is held.
    pub partner: PartnerId,
    /// Key of the link that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkKey>,
    /// The admin who decided, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Actor>,
    /// Time of that decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
}

/// A partner created or changed by an approval, ready to be written.
#[derive(Debug, Clone)]
pub struct Approved {
    /// The partner after the change.
    pub partner: Partner,
    /// The partner before the change; `None` for a new partner.
    pub before: Option<Box<Partner>>,
    /// Their new link.
    pub link: Option<ShareLink>,
    /// Record of the approval.
    pub approval: Option<Approval>,
    /// Event that records it.
    pub event: Event,
    /// Metadata of the caller for a new partner.
    pub metadata: Option<Metadata>,
}

/// A held approval, or one that an admin dismissed, ready to be written.
#[derive(Debug, Clone)]
pub struct ApprovalDecision {
    /// The approval.
    pub approval: Approval,
    /// Event that records it.
    pub event: Event,
}

/// Share link that comes with an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalLink<'a> {
    /// No link is requested.
    None,
    /// A link is created with this key.
    New(&'a LinkKey),
    /// The partner has this link already.
    Has(&'a LinkKey),
}

impl<'a> ApprovalLink<'a> {
    pub(in crate::domain) fn key(self) -> Option<&'a LinkKey> {
        match self {
            Self::None => None,
            Self::New(key) | Self::Has(key) => Some(key),
        }
    }

    fn made(self) -> Option<&'a LinkKey> {
        match self {
            Self::New(key) => Some(key),
            Self::None | Self::Has(_) => None,
        }
    }
}

/// New IDs, the actor and the time of a change.
#[derive(Debug, Clone)]
pub struct ApprovalAct {
    /// ID for a new partner.
    pub partner: PartnerId,
    /// ID of the event.
    pub event: EventId,
    /// Actor of the change.
    pub by: Actor,
    /// Time of the change.
    pub now: Timestamp,
}

impl Application {
    /// Creates a partner. They are active immediately, since the Network has verified their email address.
    #[must_use]
    pub fn bring_in(
        &self,
        brand: &BrandSlug,
        metadata: Option<Metadata>,
        link: ApprovalLink<'_>,
        act: ApprovalAct,
    ) -> Approved {
        let new = NewPartner {
            id: act.partner.clone(),
            event: act.event.clone(),
            brand: brand.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            programs: self.programs.clone(),
            source: GrantSource::Network,
            commission: self.commission,
            access: Access::AtOnce,
            metadata: None,
            note: None,
            import: None,
        };
        let partner = new.bring_in(&act.by, act.now).partner;
        let mark = NetworkPartner::of(&partner, false).mark();
        let note = NetworkSync { told: Some(mark), told_at: Some(act.now), ..self.note() };
        let partner = Partner { network: Some(note), ..partner };
        Approved { metadata, ..self.approved(partner, None, link, act) }
    }

    /// Adds the programs to an existing partner. An invited partner becomes active, and a revoked one is reinstated:
    /// callers do the latter only when an admin decided so.
    #[must_use]
    pub fn extend(&self, partner: Partner, link: ApprovalLink<'_>, act: ApprovalAct) -> Approved {
        let before = partner.clone();
        let fresh = Grant {
            source: GrantSource::Network,
            at: act.now,
            by: act.by.id.clone(),
            commission: self.commission,
            origin: None,
        };
        let mut grants = partner.grants;
        for program in &self.programs {
            grants.entry(program.clone()).or_insert_with(|| fresh.clone());
        }
        // What another Network knew about the partner doesn't apply to this one.
        let network = partner.network.filter(|note| note.host == self.network || self.network.is_none());
        let network = network.map(|note| NetworkSync { creator: self.creator.clone().or(note.creator), ..note });
        let partner = Partner {
            grants,
            grants_version: partner.grants_version + 1,
            activated_at: partner.activated_at.or(Some(act.now)),
            declined_at: None,
            revoked_at: None,
            network: Some(network.unwrap_or_else(|| self.note())),
            ..partner
        };
        self.approved(partner, Some(Box::new(before)), link, act)
    }

    /// Holds the approval because the partner is revoked.
    #[must_use]
    pub fn hold(&self, id: ApplicationId, partner: &Partner, act: ApprovalAct) -> ApprovalDecision {
        let kind = EventKind::PartnerApprovalHeld { partner: partner.id.clone(), application: id.clone() };
        let approval = self.taken(id, partner, (ApprovalState::Held, None), act.now);
        ApprovalDecision { approval, event: Event::new(act.event, &partner.brand, act.by, kind, act.now) }
    }

    fn note(&self) -> NetworkSync {
        NetworkSync { host: self.network.clone(), creator: self.creator.clone(), ..NetworkSync::default() }
    }

    fn taken(
        &self,
        id: ApplicationId,
        partner: &Partner,
        (state, link): (ApprovalState, Option<LinkKey>),
        now: Timestamp,
    ) -> Approval {
        Approval {
            id,
            brand: partner.brand.clone(),
            state,
            at: now,
            application: self.clone(),
            partner: partner.id.clone(),
            link,
            decided_by: None,
            decided_at: None,
        }
    }

    fn approved(
        &self,
        mut partner: Partner,
        before: Option<Box<Partner>>,
        link: ApprovalLink<'_>,
        act: ApprovalAct,
    ) -> Approved {
        // The event doesn't announce an email that can't be sent.
        let refuses = partner.undeliverable.as_ref().is_some_and(|refused| refused.stops(MailKind::Notice));
        let notify = self.send_invite && !refuses;
        if notify {
            partner.mail = Some(MailStatus::queued(&act.event, act.now));
        }
        let kind = EventKind::PartnerApproved {
            partner: partner.id.clone(),
            application: self.id.clone(),
            programs: self.programs.clone(),
            link: link.key().cloned(),
            newcomer: before.is_none(),
            reinstated: before.as_ref().is_some_and(|before| before.revoked_at.is_some()),
            epoch: partner.epoch,
            notify,
        };
        let event = Event::new(act.event, &partner.brand, act.by, kind, act.now);
        let program = self.programs.first();
        let made = link.made().zip(program).map(|(key, program)| ShareLink {
            key: key.clone(),
            brand: partner.brand.clone(),
            partner: partner.id.clone(),
            program: program.clone(),
            destination: None,
            commission: partner.grants.get(program).and_then(|grant| grant.commission),
            created_at: act.now,
            deleted_at: None,
            clicks: 0,
            conversions: 0,
            figures: Counters::default(),
        });
        partner.steps.first_link_at = partner.steps.first_link_at.or(made.as_ref().map(|link| link.created_at));
        let accepted = (ApprovalState::Accepted, link.key().cloned());
        let approval = self.id.clone().map(|id| self.taken(id, &partner, accepted, act.now));
        Approved { partner, before, link: made, approval, event, metadata: None }
    }

    /// Returns candidates for the link's key, best first. The preferred key may be taken already or be invalid.
    pub fn keys(&self, entropy: impl Fn() -> [u8; 3]) -> Vec<LinkKey> {
        let asked = [self.wanted.as_deref(), self.handle.as_deref()];
        let texts: Vec<&str> = asked.into_iter().flatten().collect();
        let mut keys: Vec<LinkKey> = texts.iter().filter_map(|text| LinkKey::cleaned(text)).collect();
        keys.dedup();
        let base = keys.first().map_or_else(|| self.name.as_str().to_owned(), ToString::to_string);
        keys.extend((0..TAILS).map(|_| LinkKey::with_tail(&base, entropy())));
        keys
    }
}

/// Number of candidates with a random suffix.
const TAILS: usize = 4;

/// Returns the last calls in both directions, newest first: the recorded calls, and the approvals, which are their own
/// record.
#[must_use]
pub fn last_calls<'a>(
    noted: Vec<NetworkCall>,
    approvals: impl Iterator<Item = &'a Approval>,
    limit: usize,
) -> Vec<NetworkCall> {
    let mut calls: Vec<NetworkCall> = noted.into_iter().chain(approvals.map(Approval::as_call)).collect();
    calls.sort_by_key(|call| Reverse(call.at));
    calls.truncate(limit);
    calls
}

impl Approval {
    /// Returns `true` if an admin can decide on it.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.state == ApprovalState::Held
    }

    /// Returns the call with which it arrived.
    fn as_call(&self) -> NetworkCall {
        let said = match self.state {
            ApprovalState::Accepted => "Accepted.",
            ApprovalState::Held => "Held, because the partner's access is revoked.",
            ApprovalState::Dismissed => "An admin dismissed it after it was held.",
        };
        NetworkCall {
            id: NetworkCallId::fresh(self.at, [0; 10]),
            at: self.at,
            way: CallDirection::In,
            what: "Receiving an approval".to_owned(),
            partner: Some(self.partner.clone()),
            good: true,
            said: said.to_owned(),
            expires_at: self.at,
        }
    }

    /// Dismisses the approval.
    #[must_use]
    pub fn dismiss(self, act: ApprovalAct) -> ApprovalDecision {
        let kind = EventKind::PartnerApprovalDismissed { partner: self.partner.clone(), application: self.id.clone() };
        let event = Event::new(act.event, &self.brand, act.by.clone(), kind, act.now);
        let (decided_by, decided_at) = (Some(act.by), Some(act.now));
        ApprovalDecision { approval: Self { state: ApprovalState::Dismissed, decided_by, decided_at, ..self }, event }
    }

    /// Accepts the approval: the partner gets the programs, and access again if it was revoked.
    #[must_use]
    pub fn accept(
        self,
        partner: Partner,
        connection: Option<&NetworkConnection>,
        link: ApprovalLink<'_>,
        act: ApprovalAct,
    ) -> Approved {
        let (by, now) = (act.by.clone(), act.now);
        // If another Network approved this, what the current Network knows about the partner is preserved.
        let known = partner.network.clone().filter(|note| connection.is_some_and(|connection| note.is_of(connection)));
        let mut approved = self.application.extend(partner, link, act);
        approved.partner.network = known.or(approved.partner.network);
        let link = link.key().cloned();
        let approval =
            Self { state: ApprovalState::Accepted, link, decided_by: Some(by), decided_at: Some(now), ..self };
        Approved { approval: Some(approval), ..approved }
    }
}
