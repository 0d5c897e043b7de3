//! Redeeming a link or a code: what happens in the one transaction that lets somebody in.

use jiff::Timestamp;

use crate::{
    domain::{Actor, ActorKind, BackPath, BrandSlug, Event, EventId, EventKind, Principal, Purpose, Session},
    secret::Hash,
};

/// That a link or a code is redeemed: what to write in one transaction.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The link's token.
    pub token: Hash,
    /// The attempt whose code was typed, if it was a code.
    pub attempt: Option<Hash>,
    /// Which browser does it.
    pub browser: Hash,
    /// What it is taken to do.
    pub purpose: Purpose,
    /// The session that begins.
    pub session: Session,
    /// The hash of the session's secret.
    pub session_hash: Hash,
    /// What tells of it.
    pub event: Event,
}

/// What a browser redeems: a link or a code.
#[derive(Debug, Clone)]
pub struct Redemption {
    /// The brand whose page it was.
    pub brand: BrandSlug,
    /// Whom it lets in.
    pub principal: Principal,
    /// The epoch it was mailed in.
    pub epoch: u64,
    /// The link's token.
    pub token: Hash,
    /// The attempt whose code was typed, if it was a code.
    pub attempt: Option<Hash>,
    /// Which browser does it.
    pub browser: Hash,
    /// The hash of the session's secret.
    pub session: Hash,
    /// The browser in words.
    pub agent: String,
    /// Where they go on, if they were somewhere before.
    pub back: Option<BackPath>,
}

impl Redemption {
    /// What happens if it is for `purpose`.
    #[must_use]
    pub fn redeem(&self, purpose: Purpose, event: EventId, now: Timestamp) -> Redeemed {
        let (kind, actor) = match (&self.principal, purpose) {
            (Principal::Partner(id), Purpose::Join) => {
                (EventKind::PartnerActivated { partner: id.clone() }, Actor::partner(id))
            }
            (Principal::Partner(id), Purpose::SignIn) => {
                (EventKind::PartnerSignedIn { partner: id.clone() }, Actor::partner(id))
            }
            (Principal::Admin(id), Purpose::Join | Purpose::SignIn) => {
                let actor = Actor { kind: ActorKind::Admin, id: id.to_string(), name: None };
                (EventKind::AdminSignedIn { admin: id.clone() }, actor)
            }
        };
        Redeemed {
            token: self.token.clone(),
            attempt: self.attempt.clone(),
            browser: self.browser.clone(),
            purpose,
            session: Session::begin(self.brand.clone(), self.principal.clone(), self.epoch, now)
                .in_browser(&self.agent),
            session_hash: self.session.clone(),
            event: Event::new(event, &self.brand, actor, kind, now),
        }
    }
}
