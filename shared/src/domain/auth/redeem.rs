//! Redeeming a sign-in link or a code: everything that happens in the one transaction that signs a person in.

use jiff::Timestamp;

use crate::{
    crypto::secret::Hash,
    domain::{Actor, ActorKind, BrandSlug, Event, EventId, EventKind, Principal, Purpose, ReturnPath, Session},
};

/// A redeemed link or code: everything to write in one transaction.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// Hash of the link's token.
    pub token: Hash,
    /// Sign-in attempt whose code was entered, if it was a code.
    pub attempt: Option<Hash>,
    /// Hash of the browser's secret.
    pub browser: Hash,
    /// Purpose that it is assumed to have.
    pub purpose: Purpose,
    /// The new session.
    pub session: Session,
    /// Hash of the session's secret.
    pub session_hash: Hash,
    /// Event that records it.
    pub event: Event,
}

/// A link or a code that a browser redeems.
#[derive(Debug, Clone)]
pub struct Redemption {
    /// Brand of the page.
    pub brand: BrandSlug,
    /// Partner or admin that it signs in.
    pub principal: Principal,
    /// Epoch in which it was emailed.
    pub epoch: u64,
    /// Hash of the link's token.
    pub token: Hash,
    /// Sign-in attempt whose code was entered, if it was a code.
    pub attempt: Option<Hash>,
    /// Hash of the browser's secret.
    pub browser: Hash,
    /// Hash of the session's secret.
    pub session: Hash,
    /// The browser, in words.
    pub agent: String,
    /// Page to return to, if they came from one.
    pub back: Option<ReturnPath>,
}

impl Redemption {
    /// Returns what to write if it is for `purpose`.
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
