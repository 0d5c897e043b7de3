//! Declining an invitation.
//!
//! Declining sets one date and begins a new epoch. That write invalidates every earlier link and queued email, and no
//! one can invite them again. Only the partner can take it back: they request a sign-in link, and signing in clears the
//! date. The request alone doesn't, since anyone can enter anyone's email address.

use jiff::Timestamp;

use crate::domain::{Actor, Event, EventId, EventKind, Partner, PartnerState};

/// A partner who declined, ready to be written.
#[derive(Debug, Clone)]
pub struct Declined {
    /// The partner after the change.
    pub partner: Partner,
    /// Event that records it.
    pub event: Event,
}

/// Reasons why there is nothing to decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineError {
    /// They declined before.
    Already,
    /// They are an active partner by now.
    Joined,
    /// The brand revoked the invitation.
    Over,
}

impl Partner {
    /// Declines the invitation, even an expired one, since it could be resent.
    ///
    /// # Errors
    /// Fails with [`DeclineError`] if there is no invitation to decline.
    pub fn decline(self, event: EventId, now: Timestamp) -> Result<Declined, DeclineError> {
        match self.state() {
            PartnerState::Invited => {}
            PartnerState::Declined => return Err(DeclineError::Already),
            PartnerState::Active => return Err(DeclineError::Joined),
            PartnerState::Revoked => return Err(DeclineError::Over),
        }
        let kind = EventKind::PartnerDeclined { partner: self.id.clone() };
        let event = Event::new(event, &self.brand, Actor::partner(&self.id), kind, now);
        let partner = Self { declined_at: Some(now), epoch: self.epoch + 1, ..self };
        Ok(Declined { partner, event })
    }
}
