//! Saying no to an invitation.
//!
//! It sets one date and begins a new epoch: every link and queued mail of before is dead with that write, and nobody can
//! invite them again. The way back is theirs alone: they ask for a link at the door, and signing in takes the date away.
//! Asking does not, since anybody can type anybody's address.

use jiff::Timestamp;

use crate::domain::{Actor, Event, EventId, EventKind, Partner, PartnerState};

/// That somebody just said no, ready to be written.
#[derive(Debug, Clone)]
pub struct Declined {
    /// The partner as they are now.
    pub partner: Partner,
    /// What tells of it.
    pub event: Event,
}

/// Why there is nothing to say no to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineRefused {
    /// They said so before.
    Already,
    /// They are a partner by now.
    Joined,
    /// The brand took the invitation back.
    Over,
}

impl Partner {
    /// Says no to the invitation, also to one that ended: it could be sent again.
    ///
    /// # Errors
    /// [`DeclineRefused`].
    pub fn decline(self, event: EventId, now: Timestamp) -> Result<Declined, DeclineRefused> {
        match self.state() {
            PartnerState::Invited => {}
            PartnerState::Declined => return Err(DeclineRefused::Already),
            PartnerState::Active => return Err(DeclineRefused::Joined),
            PartnerState::Revoked => return Err(DeclineRefused::Over),
        }
        let kind = EventKind::PartnerDeclined { partner: self.id.clone() };
        let event = Event::new(event, &self.brand, Actor::partner(&self.id), kind, now);
        let partner = Self { declined_at: Some(now), epoch: self.epoch + 1, ..self };
        Ok(Declined { partner, event })
    }
}
