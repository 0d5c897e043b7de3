//! Changing an active partner's email address: requested, confirmed from the new one, with a notice to the old one.
//!
//! Nothing changes until it is confirmed. A new epoch ends the request, as it ends sessions and links: signing out
//! everywhere, or a revocation, cancels it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, EmailAddress, Event, EventId, EventKind, MailStatus, Partner, PartnerState, ResendError};

/// Hours for which a change can be confirmed.
pub const CONFIRM_HOURS: i64 = 24;

/// Retention of the delivery status of emails about changes.
pub(crate) const MOVING_NOTICES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A requested change of email address that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingEmailChange {
    /// Event that requested it; only the email of the latest request can confirm it.
    pub asked: EventId,
    /// New email address.
    pub email: EmailAddress,
    /// True if the partner themselves requested it. Then they have to be signed in to confirm it, so that a mistyped
    /// email address lets no stranger in.
    pub own: bool,
    /// Epoch in which it was requested.
    pub epoch: u64,
    /// Time until which it can be confirmed.
    pub ends_at: Timestamp,
}

/// A requested change of email address, ready to be written.
#[derive(Debug, Clone)]
pub struct AddressAsked {
    /// The partner with the requested change.
    pub partner: Partner,
    /// Email to the new email address.
    pub notice: EmailChangeNotice,
    /// Event that records it.
    pub event: Event,
}

/// A confirmed change of email address, ready to be written.
#[derive(Debug, Clone)]
pub struct AddressMoved {
    /// The partner with the new email address.
    pub partner: Partner,
    /// Event that requested it.
    pub asked: EventId,
    /// Their previous email address.
    pub left: EmailAddress,
    /// Email to the previous email address.
    pub notice: EmailChangeNotice,
    /// Event that records it.
    pub event: Event,
}

/// An email about a change of email address, which goes to another one than the partner's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmailChangeNotice {
    /// Recipient.
    pub to: EmailAddress,
    /// Epoch in which it was queued.
    pub epoch: u64,
    /// Delivery status.
    pub mail: MailStatus,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl EmailChangeNotice {
    fn queued(event: &Event, to: EmailAddress, epoch: u64) -> Self {
        let mail = MailStatus::queued(&event.id, event.at);
        Self { to, epoch, mail, expires_at: event.at + MOVING_NOTICES_KEPT }
    }
}

impl Partner {
    /// Requests another email address; an email to it follows. An earlier request can no longer be confirmed.
    ///
    /// # Errors
    /// Fails with [`ResendError`] if the partner isn't active.
    pub fn ask_address(
        self,
        email: EmailAddress,
        own: bool,
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<AddressAsked, ResendError> {
        self.must_be(PartnerState::Active)?;
        let kind = EventKind::PartnerAddressAsked { partner: self.id.clone(), epoch: self.epoch };
        let event = Event::new(event, &self.brand, by, kind, now);
        let notice = EmailChangeNotice::queued(&event, email.clone(), self.epoch);
        let ends_at = now + SignedDuration::from_hours(CONFIRM_HOURS);
        let moving = PendingEmailChange { asked: event.id.clone(), email, own, epoch: self.epoch, ends_at };
        Ok(AddressAsked { partner: Self { moving: Some(moving), ..self }, notice, event })
    }

    /// Returns the change of email address that can be confirmed at `now`, if any.
    #[must_use]
    pub fn moving(&self, now: Timestamp) -> Option<&PendingEmailChange> {
        let open = |moving: &&PendingEmailChange| moving.epoch == self.epoch && now < moving.ends_at;
        self.moving.as_ref().filter(|_| self.state() == PartnerState::Active).filter(open)
    }

    /// Confirms the change that the event `asked` requested; returns `None` if that is over. All sessions and links
    /// end, except for the session that confirms.
    #[must_use]
    pub fn confirm_address(self, asked: &EventId, event: EventId, now: Timestamp) -> Option<AddressMoved> {
        let moving = self.moving(now).filter(|moving| moving.asked == *asked)?.clone();
        let epoch = self.epoch + 1;
        let kind = EventKind::PartnerAddressMoved { partner: self.id.clone(), epoch };
        let event = Event::new(event, &self.brand, Actor::partner(&self.id), kind, now);
        let left = self.email.clone();
        let notice = EmailChangeNotice::queued(&event, left.clone(), epoch);
        let former_addresses = self.and_former(&left);
        let partner = Self { email: moving.email, epoch, moving: None, undeliverable: None, former_addresses, ..self };
        Some(AddressMoved { partner, asked: moving.asked, left, notice, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Access, ActorKind, BrandSlug, Fresh, GrantSource, Name, NewPartner, PartnerId};

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn event(number: u8) -> EventId {
        EventId::fresh(START, [number; 10])
    }

    fn asked() -> Partner {
        let ada = Actor { kind: ActorKind::Admin, id: "adm_1".to_owned(), name: None };
        let new = NewPartner {
            id: PartnerId::fresh(START, [1; 10]),
            event: event(1),
            brand: BrandSlug::parse("acme").unwrap(),
            name: Name::parse("Maria").unwrap(),
            email: EmailAddress::parse("maria@example.com").unwrap(),
            programs: vec![],
            source: GrantSource::Admin,
            commission: None,
            access: Access::AtOnce,
            metadata: None,
            note: None,
            import: None,
        };
        let partner = new.bring_in(&ada, START).partner;
        let email = EmailAddress::parse("new@example.com").unwrap();
        partner.ask_address(email, true, event(2), ada, START).unwrap().partner
    }

    #[test]
    fn nothing_changes_before_it_is_confirmed() {
        let partner = asked();
        assert_eq!((partner.email.as_str(), partner.epoch), ("maria@example.com", 0));
        let moved = partner.confirm_address(&event(2), event(3), START).unwrap();
        assert_eq!((moved.partner.email.as_str(), moved.partner.epoch), ("new@example.com", 1));
        assert_eq!((moved.left.as_str(), moved.notice.to.as_str()), ("maria@example.com", "maria@example.com"));
    }

    #[test]
    fn it_can_be_confirmed_for_a_day_and_only_what_was_asked_for_last() {
        let end = START + SignedDuration::from_hours(24);
        assert!(asked().confirm_address(&event(2), event(3), end - SignedDuration::from_millis(1)).is_some());
        assert!(asked().confirm_address(&event(2), event(3), end).is_none());
        assert!(asked().confirm_address(&event(9), event(3), START).is_none());
    }

    #[test]
    fn a_new_epoch_and_a_revocation_end_it() {
        let later = Partner { epoch: 1, ..asked() };
        assert!(later.confirm_address(&event(2), event(3), START).is_none());
        let revoked = Partner { revoked_at: Some(START), ..asked() };
        assert!(revoked.confirm_address(&event(2), event(3), START).is_none());
    }
}
