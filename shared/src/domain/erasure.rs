//! Erasing a person: what is left of a partner is an ID, with its commissions, links and dates.
//!
//! Erasing can't be undone. Data that the write itself doesn't remove is scrubbed after the event, or expires by
//! itself; `docs/retention.md` lists what ends when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AccessError, Actor, Application, Approval, ApprovalAct, ApprovalLink, ApprovalState, Approved, EmailAddress, Event,
    EventId, EventKind, Name, NetworkSync, Partner, PartnerId,
};

/// Name of an erased person.
const NAME: &str = "Erased person";

/// Host for email addresses of erased people. No email can be delivered below `.invalid` (RFC 2606, 2), and no two
/// erased people share an email address.
const HOST: &str = "erased.invalid";

/// Maximum number of a partner's former email addresses that are stored, so that erasing covers them too.
const FORMER_MAX: usize = 10;

/// Erasure tombstone of an email address. It is found by a keyed hash of it and contains nothing else about the person,
/// not even which partner they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureTombstone {
    /// Time of the erasure.
    pub at: Timestamp,
}

/// An erased partner, ready to be written.
#[derive(Debug, Clone)]
pub struct PartnerErased {
    /// The partner without personal data.
    pub partner: Partner,
    /// Email address they had.
    pub address: EmailAddress,
    /// Event that records it.
    pub event: Event,
}

impl Partner {
    /// Erases the person. Their links still redirect, and their commissions stay.
    ///
    /// # Errors
    /// Fails with [`AccessError::MustBeRevoked`] if they still have access, and with [`AccessError::Erased`] if
    /// they were erased already.
    pub fn erase(self, event: EventId, by: Actor, now: Timestamp) -> Result<PartnerErased, AccessError> {
        self.must_be_there()?;
        if self.revoked_at.is_none() {
            return Err(AccessError::MustBeRevoked);
        }
        let kind = EventKind::PartnerErased { partner: self.id.clone() };
        let event = Event::new(event, &self.brand, by, kind, now);
        let address = self.email.clone();
        let brought_by =
            Actor { name: self.brought_by.name.clone().filter(|name| *name != self.name), ..self.brought_by };
        let partner = Self {
            name: nobody(self.name),
            email: nowhere(&self.id, self.email),
            brought_by,
            // Emails and links that are on their way to them stop working with the new epoch.
            epoch: self.epoch + 1,
            mail: None,
            undeliverable: None,
            note: None,
            reached: None,
            moving: None,
            former_addresses: Vec::new(),
            // The erasure is synced to the Network, so the fact that the Network knows them is preserved.
            network: self.network.map(|note| NetworkSync { creator: None, ..note }),
            erased_at: Some(now),
            ..self
        };
        Ok(PartnerErased { partner, address, event })
    }

    /// Checks that the partner wasn't erased.
    ///
    /// # Errors
    /// Fails with [`AccessError::Erased`] if they were.
    pub fn must_be_there(&self) -> Result<(), AccessError> {
        if self.erased_at.is_some() { Err(AccessError::Erased) } else { Ok(()) }
    }

    /// Returns their former email addresses including `left`, without the oldest if there are too many.
    pub(super) fn and_former(&self, left: &EmailAddress) -> Vec<EmailAddress> {
        let mut former: Vec<_> = self.former_addresses.iter().filter(|known| *known != left).cloned().collect();
        former.push(left.clone());
        former.drain(..former.len().saturating_sub(FORMER_MAX));
        former
    }
}

impl Approval {
    /// Returns the approval without personal data, as it is stored once the partner is erased.
    #[must_use]
    pub fn scrubbed(self) -> Self {
        let application = Application {
            name: nobody(self.application.name),
            email: nowhere(&self.partner, self.application.email),
            creator: None,
            handle: None,
            wanted: None,
            note: None,
            ..self.application
        };
        let state = if self.state == ApprovalState::Held { ApprovalState::Dismissed } else { self.state };
        Self { application, state, ..self }
    }

    /// Accepts the approval of an erased person. They start as a new partner; nothing that was erased returns.
    #[must_use]
    pub fn readmit(self, link: ApprovalLink<'_>, act: ApprovalAct) -> Approved {
        let (by, now) = (act.by.clone(), act.now);
        let act = ApprovalAct { partner: self.partner.clone(), ..act };
        let approved = self.application.bring_in(&self.brand, None, link, act);
        let link = link.key().cloned();
        let approval =
            Self { state: ApprovalState::Accepted, link, decided_by: Some(by), decided_at: Some(now), ..self };
        Approved { approval: Some(approval), ..approved }
    }
}

/// Returns the name of an erased person who was called `name`.
fn nobody(name: Name) -> Name {
    Name::parse(NAME).unwrap_or(name)
}

/// Returns the placeholder for the email address of an erased partner who had `address`.
fn nowhere(id: &PartnerId, address: EmailAddress) -> EmailAddress {
    EmailAddress::parse(&format!("{id}@{HOST}")).unwrap_or(address)
}

impl EventKind {
    /// Returns `true` if no email ever follows from the event, whatever it contains, so that no SES event can be added
    /// to it later.
    #[must_use]
    pub fn is_never_mailed(&self) -> bool {
        matches!(
            self,
            Self::CommissionAccrued { .. }
                | Self::CommissionPaid { .. }
                | Self::CommissionReversed { .. }
                | Self::LinkCreated { .. }
                | Self::LinkDeleted { .. }
                | Self::PartnerSignedIn { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Access, ActorKind, BrandSlug, Fresh, GrantSource, InvitationNote, MailStatus, NewPartner, Note, PartnerState,
        PersonalNote,
    };

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn event(number: u8) -> EventId {
        EventId::fresh(START, [number; 10])
    }

    fn admin(name: &str) -> Actor {
        Actor { kind: ActorKind::Admin, id: "adm_1".to_owned(), name: Name::parse(name).ok() }
    }

    fn partner(by: &str) -> Partner {
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
        new.bring_in(&admin(by), START).partner
    }

    #[test]
    fn nothing_of_the_person_is_left_and_the_rest_is() {
        let network =
            NetworkSync { creator: Some("maria-7".to_owned()), told: Some("t".to_owned()), ..NetworkSync::default() };
        let said = PersonalNote::of(Note::parse("Dear Maria").unwrap(), &admin("Ada"));
        let revoked = Partner {
            revoked_at: Some(START),
            note: Some(InvitationNote::Own(said)),
            mail: Some(MailStatus::queued(&event(1), START)),
            former_addresses: vec![EmailAddress::parse("mary@example.com").unwrap()],
            network: Some(network),
            ..partner("Maria")
        };
        let erased = revoked.clone().erase(event(2), admin("Ada"), START).unwrap();
        assert_eq!((erased.address.as_str(), erased.event.kind.partner()), ("maria@example.com", Some(&revoked.id)));
        let left = serde_json::to_string(&erased.partner).unwrap().to_lowercase();
        assert!(!left.contains("maria") && !left.contains("mary"), "{left}");
        let Partner { id, epoch, grants, created_at, revoked_at, .. } = &erased.partner;
        assert_eq!((id, *epoch, grants, *created_at), (&revoked.id, 1, &revoked.grants, revoked.created_at));
        assert_eq!((*revoked_at, erased.partner.state()), (revoked.revoked_at, PartnerState::Revoked));
        assert_eq!(erased.partner.network.and_then(|note| note.told).as_deref(), Some("t"));
    }

    #[test]
    fn only_who_is_revoked_can_be_erased_and_only_once() {
        let erase = |partner: Partner| partner.erase(event(2), admin("Ada"), START);
        assert_eq!(erase(partner("Ada")).unwrap_err(), AccessError::MustBeRevoked);
        let revoked = Partner { revoked_at: Some(START), ..partner("Ada") };
        let erased = erase(revoked).unwrap().partner;
        assert_eq!(erased.brought_by.name.as_ref().map(Name::as_str), Some("Ada"), "somebody else's name");
        assert_eq!(erase(erased).unwrap_err(), AccessError::Erased);
    }

    #[test]
    fn the_last_ten_addresses_are_remembered() {
        let mut partner = partner("Ada");
        for number in 0..12 {
            let left = EmailAddress::parse(&format!("a{number}@example.com")).unwrap();
            partner.former_addresses = partner.and_former(&left);
            partner.former_addresses = partner.and_former(&left);
        }
        assert_eq!(partner.former_addresses.len(), 10);
        assert_eq!(partner.former_addresses[9].as_str(), "a11@example.com");
    }
}
