//! Taking access back, and giving it back.
//!
//! Revoking sets one date and begins a new epoch: every session, link and queued mail of the old one is dead with that
//! write. Reinstating takes the date away again, and the rest is as it was.

use jiff::Timestamp;

use crate::domain::{Actor, Event, EventId, EventKind, MailKind, MailNote, Partner, Reason};

/// A partner whose access was just taken or given back, ready to be written.
#[derive(Debug, Clone)]
pub struct AccessChanged {
    /// The partner as they are now.
    pub partner: Partner,
    /// What tells of it.
    pub event: Event,
}

impl AccessChanged {
    /// Whether a mail tells the partner of it.
    #[must_use]
    pub fn notifies(&self) -> bool {
        matches!(self.event.kind, EventKind::PartnerRevoked { notify: true, .. })
    }
}

/// Why access can't be taken or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefused {
    /// It was taken back before.
    #[error("This partner's access was revoked already.")]
    AlreadyRevoked,
    /// It was never taken back.
    #[error("This partner's access isn't revoked.")]
    NotRevoked,
    /// It must be taken back before the person can be erased.
    #[error("Revoke this partner's access first. Only then can they be erased.")]
    MustBeRevoked,
    /// There is nobody any more.
    #[error("This person was erased, and nothing can be changed or brought back.")]
    Erased,
}

impl Partner {
    /// Takes access back, and has the partner mailed if `notify`.
    ///
    /// # Errors
    /// [`AccessRefused::AlreadyRevoked`], [`AccessRefused::Erased`].
    pub fn revoke(
        self,
        (reason, notify): (Option<Reason>, bool),
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<AccessChanged, AccessRefused> {
        self.must_be_there()?;
        if self.revoked_at.is_some() {
            return Err(AccessRefused::AlreadyRevoked);
        }
        // Nobody is told that a mail follows if none can.
        let notify = notify && !self.undeliverable.as_ref().is_some_and(|refused| refused.stops(MailKind::Notice));
        let epoch = self.epoch + 1;
        let kind = EventKind::PartnerRevoked { partner: self.id.clone(), epoch, notify, reason };
        let mail = if notify { Some(MailNote::queued(&event, now)) } else { self.mail.clone() };
        let partner = Self { revoked_at: Some(now), epoch, mail, ..self };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Ok(AccessChanged { partner, event })
    }

    /// Gives access back. No mail follows: they are where they were.
    ///
    /// # Errors
    /// [`AccessRefused::NotRevoked`], [`AccessRefused::Erased`].
    pub fn reinstate(self, event: EventId, by: Actor, now: Timestamp) -> Result<AccessChanged, AccessRefused> {
        self.must_be_there()?;
        if self.revoked_at.is_none() {
            return Err(AccessRefused::NotRevoked);
        }
        let kind = EventKind::PartnerReinstated { partner: self.id.clone() };
        let partner = Self { revoked_at: None, ..self };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Ok(AccessChanged { partner, event })
    }
}
