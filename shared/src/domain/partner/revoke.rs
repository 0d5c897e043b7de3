//! Revoking and reinstating partners.
//!
//! Revoking sets one date and begins a new epoch: that write invalidates every session, link and queued email of the
//! old one. Reinstating clears the date, and everything else is as it was.

use jiff::Timestamp;

use crate::domain::{Actor, Event, EventId, EventKind, MailKind, MailStatus, Partner, Reason};

/// A partner who was revoked or reinstated, ready to be written.
#[derive(Debug, Clone)]
pub struct AccessChanged {
    /// The partner after the change.
    pub partner: Partner,
    /// Event that records it.
    pub event: Event,
}

impl AccessChanged {
    /// Returns `true` if the partner is emailed about it.
    #[must_use]
    pub fn notifies(&self) -> bool {
        matches!(self.event.kind, EventKind::PartnerRevoked { notify: true, .. })
    }
}

/// Reasons why access can't be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// The partner was revoked already.
    #[error("This partner's access is already revoked.")]
    AlreadyRevoked,
    /// The partner isn't revoked.
    #[error("This partner's access isn't revoked.")]
    NotRevoked,
    /// The partner must be revoked before the person can be erased.
    #[error("Revoke this partner's access before you erase their data.")]
    MustBeRevoked,
    /// The person was erased.
    #[error("This person was erased. Nothing can be changed or restored.")]
    Erased,
}

impl Partner {
    /// Revokes the partner, and emails them if `notify` is true.
    ///
    /// # Errors
    /// Fails with [`AccessError::AlreadyRevoked`] or [`AccessError::Erased`].
    pub fn revoke(
        self,
        (reason, notify): (Option<Reason>, bool),
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<AccessChanged, AccessError> {
        self.must_be_there()?;
        if self.revoked_at.is_some() {
            return Err(AccessError::AlreadyRevoked);
        }
        // The event doesn't announce an email that can't be sent.
        let notify = notify && !self.undeliverable.as_ref().is_some_and(|refused| refused.stops(MailKind::Notice));
        let epoch = self.epoch + 1;
        let kind = EventKind::PartnerRevoked { partner: self.id.clone(), epoch, notify, reason };
        let mail = if notify { Some(MailStatus::queued(&event, now)) } else { self.mail.clone() };
        let partner = Self { revoked_at: Some(now), epoch, mail, ..self };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Ok(AccessChanged { partner, event })
    }

    /// Reinstates the partner. No email follows: their earlier status is restored.
    ///
    /// # Errors
    /// Fails with [`AccessError::NotRevoked`] or [`AccessError::Erased`].
    pub fn reinstate(self, event: EventId, by: Actor, now: Timestamp) -> Result<AccessChanged, AccessError> {
        self.must_be_there()?;
        if self.revoked_at.is_none() {
            return Err(AccessError::NotRevoked);
        }
        let kind = EventKind::PartnerReinstated { partner: self.id.clone() };
        let partner = Self { revoked_at: None, ..self };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Ok(AccessChanged { partner, event })
    }
}
