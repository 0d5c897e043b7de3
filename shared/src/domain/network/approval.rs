//! An approval on the Network: it makes or extends a partner, for just the programs of its offering.
//!
//! It can't undo a revocation: for a revoked partner it is held until an admin decides.

use std::cmp::Reverse;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Access, Actor, ApplicationId, BrandSlug, CallWay, Commission, EmailAddress, Event, EventId, EventKind, Figures,
    Fresh, Grant, GrantSource, LinkKey, MailKind, MailNote, Metadata, Name, NetworkCall, NetworkCallId,
    NetworkConnection, NetworkFace, NetworkNote, NewPartner, Partner, PartnerId, ProgramId, ShareLink,
};

/// What an approval says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// What the Network calls it; `None` if it came without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ApplicationId>,
    /// The host of the Network that approved; `None` if a key did it in its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// What the Network calls the creator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// What they are called.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    /// Their handle on the Network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// What they were approved for.
    pub programs: Vec<ProgramId>,
    /// The key that they want for their link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// What the Network's people say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Terms of this grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<Commission>,
    /// Whether they are mailed a link to sign in.
    pub send_invite: bool,
}

/// What became of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// The partner has the programs.
    Accepted,
    /// The partner is revoked; an admin decides.
    Held,
    /// An admin decided against it.
    Dismissed,
}

impl ApprovalState {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Held => "held",
            Self::Dismissed => "dismissed",
        }
    }
}

/// An approval as it was taken: what a repetition of it is answered from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// What it is called.
    pub id: ApplicationId,
    /// The brand.
    pub brand: BrandSlug,
    /// What became of it.
    pub state: ApprovalState,
    /// When it came.
    pub at: Timestamp,
    /// What it says.
    pub application: Application,
    /// Who came in by it, or whom it waits for.
    pub partner: PartnerId,
    /// The link that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkKey>,
    /// Who decided, if an admin did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Actor>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
}

/// A partner who just came in or was extended by an approval, ready to be written.
#[derive(Debug, Clone)]
pub struct Approved {
    /// The partner as they are now.
    pub partner: Partner,
    /// Who they were; `None` for a newcomer.
    pub before: Option<Box<Partner>>,
    /// Their new link.
    pub link: Option<ShareLink>,
    /// What is kept of the approval.
    pub approval: Option<Approval>,
    /// What tells of it.
    pub event: Event,
    /// What the caller wants kept with a newcomer.
    pub metadata: Option<Metadata>,
}

/// An approval that waits for an admin, or on which one decided, ready to be written.
#[derive(Debug, Clone)]
pub struct ApprovalNoted {
    /// It.
    pub approval: Approval,
    /// What tells of it.
    pub event: Event,
}

/// The link that an approval comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalLink<'a> {
    /// None is wanted.
    None,
    /// One is made, with this key.
    New(&'a LinkKey),
    /// The partner has it already.
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

/// Fresh ids, who did it, and when.
#[derive(Debug, Clone)]
pub struct ApprovalAct {
    /// The id of a newcomer.
    pub partner: PartnerId,
    /// The id of what tells of it.
    pub event: EventId,
    /// Who did it.
    pub by: Actor,
    /// When.
    pub now: Timestamp,
}

impl Application {
    /// Brings a newcomer in. They are active at once: the Network knows whose address it is.
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
        let told = NetworkFace::of(&partner, false).mark();
        let note = NetworkNote { told: Some(told), told_at: Some(act.now), ..self.note() };
        let partner = Partner { network: Some(note), ..partner };
        Approved { metadata, ..self.approved(partner, None, link, act) }
    }

    /// Gives somebody who is here the programs besides what they have. Whoever was only invited is active from now on,
    /// and whoever is revoked is reinstated: that is for an admin to say.
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
        // What another Network knew is nothing to this one.
        let network = partner.network.filter(|note| note.host == self.network || self.network.is_none());
        let network = network.map(|note| NetworkNote { creator: self.creator.clone().or(note.creator), ..note });
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

    /// Holds it, since the partner is revoked.
    #[must_use]
    pub fn hold(&self, id: ApplicationId, partner: &Partner, act: ApprovalAct) -> ApprovalNoted {
        let kind = EventKind::PartnerApprovalHeld { partner: partner.id.clone(), application: id.clone() };
        let approval = self.taken(id, partner, (ApprovalState::Held, None), act.now);
        ApprovalNoted { approval, event: Event::new(act.event, &partner.brand, act.by, kind, act.now) }
    }

    fn note(&self) -> NetworkNote {
        NetworkNote { host: self.network.clone(), creator: self.creator.clone(), ..NetworkNote::default() }
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
        // Nobody is told that a mail follows if none can.
        let refuses = partner.undeliverable.as_ref().is_some_and(|refused| refused.stops(MailKind::Notice));
        let notify = self.send_invite && !refuses;
        if notify {
            partner.mail = Some(MailNote::queued(&act.event, act.now));
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
            figures: Figures::default(),
        });
        partner.steps.first_link_at = partner.steps.first_link_at.or(made.as_ref().map(|link| link.created_at));
        let accepted = (ApprovalState::Accepted, link.key().cloned());
        let approval = self.id.clone().map(|id| self.taken(id, &partner, accepted, act.now));
        Approved { partner, before, link: made, approval, event, metadata: None }
    }

    /// The keys that their link may get, the best first. What they asked for may be taken, or be no key.
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

/// How many keys with a tail by chance are tried.
const TAILS: usize = 4;

/// The last calls each way, newest first: those that were noted, and the approvals, of which each is its own note.
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
    /// Whether an admin can decide on it.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.state == ApprovalState::Held
    }

    /// The call that brought it.
    fn as_call(&self) -> NetworkCall {
        let said = match self.state {
            ApprovalState::Accepted => "It was taken.",
            ApprovalState::Held => "It is held, since the partner's access is revoked.",
            ApprovalState::Dismissed => "It was held, and an admin dismissed it.",
        };
        NetworkCall {
            id: NetworkCallId::fresh(self.at, [0; 10]),
            at: self.at,
            way: CallWay::In,
            what: "An approval".to_owned(),
            partner: Some(self.partner.clone()),
            good: true,
            said: said.to_owned(),
            expires_at: self.at,
        }
    }

    /// Decides against it.
    #[must_use]
    pub fn dismiss(self, act: ApprovalAct) -> ApprovalNoted {
        let kind = EventKind::PartnerApprovalDismissed { partner: self.partner.clone(), application: self.id.clone() };
        let event = Event::new(act.event, &self.brand, act.by.clone(), kind, act.now);
        let (decided_by, decided_at) = (Some(act.by), Some(act.now));
        ApprovalNoted { approval: Self { state: ApprovalState::Dismissed, decided_by, decided_at, ..self }, event }
    }

    /// Decides for it: the partner has the programs, and access again if it was taken back.
    #[must_use]
    pub fn accept(
        self,
        partner: Partner,
        connection: Option<&NetworkConnection>,
        link: ApprovalLink<'_>,
        act: ApprovalAct,
    ) -> Approved {
        let (by, now) = (act.by.clone(), act.now);
        // What the Network of today knows of them is not forgotten over what another one approved.
        let known = partner.network.clone().filter(|note| connection.is_some_and(|connection| note.is_of(connection)));
        let mut approved = self.application.extend(partner, link, act);
        approved.partner.network = known.or(approved.partner.network);
        let link = link.key().cloned();
        let approval =
            Self { state: ApprovalState::Accepted, link, decided_by: Some(by), decided_at: Some(now), ..self };
        Approved { approval: Some(approval), ..approved }
    }
}
