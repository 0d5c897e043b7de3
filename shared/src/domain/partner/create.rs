//! Creating a partner.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, BrandSlug, CommissionTerms, EmailAddress, Event, EventId, EventKind, Grant, GrantSource, INVITATION_DAYS,
    Import, ImportId, Invalid, InvitationNote, MailStatus, Milestones, Name, Partner, PartnerId, ProgramId,
};

pub(in crate::domain) const METADATA_BYTES_MAX: usize = 4_096;

/// Ways in which a new partner gets access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// An invitation email with a sign-in link.
    Invitation,
    /// Immediate access, without an email.
    AtOnce,
}

/// Everything that is needed to create a partner.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// New ID of the partner.
    pub id: PartnerId,
    /// New ID of the event that records it.
    pub event: EventId,
    /// Brand of the partner.
    pub brand: BrandSlug,
    /// Name of the partner.
    pub name: Name,
    /// Email address of the partner.
    pub email: EmailAddress,
    /// Programs for which they may create links.
    pub programs: Vec<ProgramId>,
    /// Source of these grants.
    pub source: GrantSource,
    /// Commission terms of these grants.
    pub commission: Option<CommissionTerms>,
    /// Way in which they get access.
    pub access: Access,
    /// Metadata of the caller.
    pub metadata: Option<Metadata>,
    /// Personal note in their invitation.
    pub note: Option<InvitationNote>,
    /// Import that creates them, and the number of the row.
    pub import: Option<(ImportId, u64)>,
}

/// A JSON object of at most 4 KB that a caller stores with a partner. It is stored as text: JSON allows deeper nesting
/// and larger numbers than the table does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(String);

impl Metadata {
    /// Accepts an object.
    ///
    /// # Errors
    /// Fails with `invalid_metadata`.
    pub fn parse(value: &serde_json::Value) -> Result<Self, Invalid> {
        let text = value.to_string();
        if value.is_object() && text.len() <= METADATA_BYTES_MAX {
            Ok(Self(text))
        } else {
            Err(Invalid::new("invalid_metadata", "Metadata must be a JSON object of at most 4 KB."))
        }
    }

    /// Returns the object.
    #[must_use]
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

/// A partner who was invited or added, ready to be written.
#[derive(Debug, Clone)]
pub struct PartnerInvited {
    /// The new partner.
    pub partner: Partner,
    /// Event that records it.
    pub event: Event,
    /// Metadata of the caller.
    pub metadata: Option<Metadata>,
    /// Row of the import that creates them.
    pub origin: Option<String>,
}

impl NewPartner {
    /// Creates the partner.
    #[must_use]
    pub fn bring_in(self, by: &Actor, now: Timestamp) -> PartnerInvited {
        let grant =
            Grant { source: self.source, at: now, by: by.id.clone(), commission: self.commission, origin: None };
        let origin = self.import.as_ref().map(|(import, row)| Import::origin(import, *row));
        let import = self.import.map(|(import, _)| import);
        let grants = self.programs.into_iter().map(|program| (program, grant.clone())).collect();
        let invited = self.access == Access::Invitation;
        let epoch = 0;
        let kind = if invited {
            EventKind::PartnerInvited { partner: self.id.clone(), epoch, import: import.clone() }
        } else {
            EventKind::PartnerAdded { partner: self.id.clone(), import: import.clone() }
        };
        let partner = Partner {
            id: self.id,
            brand: self.brand.clone(),
            name: self.name,
            email: self.email,
            created_at: now,
            brought_by: by.clone(),
            import,
            invited_at: invited.then_some(now),
            invitation_ends_at: invited.then(|| now + SignedDuration::from_hours(24 * INVITATION_DAYS)),
            activated_at: (!invited).then_some(now),
            reminded_at: None,
            declined_at: None,
            revoked_at: None,
            erased_at: None,
            scrubbed_at: None,
            grants,
            grants_version: 1,
            epoch,
            mail: invited.then(|| MailStatus::queued(&self.event, now)),
            undeliverable: None,
            note: self.note,
            reached: None,
            moving: None,
            former_addresses: Vec::new(),
            steps: Milestones::default(),
            network: None,
        };
        let event = Event::new(self.event, &self.brand, by.clone(), kind, now);
        PartnerInvited { partner, event, metadata: self.metadata, origin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ActorKind, Fresh, PartnerState};

    fn invited(access: Access) -> PartnerInvited {
        let now = Timestamp::UNIX_EPOCH;
        NewPartner {
            id: PartnerId::fresh(now, [1; 10]),
            event: EventId::fresh(now, [2; 10]),
            brand: BrandSlug::parse("acme").unwrap(),
            name: Name::parse("Maria").unwrap(),
            email: EmailAddress::parse("maria@example.com").unwrap(),
            programs: vec![ProgramId::fresh(now, [3; 10])],
            source: GrantSource::Admin,
            commission: None,
            access,
            metadata: None,
            note: None,
            import: None,
        }
        .bring_in(&Actor { kind: ActorKind::Admin, id: "adm".to_owned(), name: None }, now)
    }

    #[test]
    fn an_invitation_is_open_for_thirty_days() {
        let partner = invited(Access::Invitation).partner;
        let end = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(30 * 24);
        assert_eq!(partner.state(), PartnerState::Invited);
        assert!(partner.may_sign_in(end - SignedDuration::from_millis(1)));
        assert!(!partner.may_sign_in(end));
    }

    #[test]
    fn who_is_added_without_a_mail_is_active() {
        let PartnerInvited { partner, event, .. } = invited(Access::AtOnce);
        assert_eq!(partner.state(), PartnerState::Active);
        assert_eq!(partner.mail, None);
        assert!(matches!(event.kind, EventKind::PartnerAdded { .. }));
    }

    #[test]
    fn revoked_outranks_everything() {
        let partner = Partner { revoked_at: Some(Timestamp::UNIX_EPOCH), ..invited(Access::AtOnce).partner };
        assert_eq!(partner.state(), PartnerState::Revoked);
        assert!(!partner.may_sign_in(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn metadata_is_an_object_of_four_kilobytes() {
        assert!(Metadata::parse(&serde_json::json!({"a": {"b": [1, null]}})).is_ok());
        assert!(Metadata::parse(&serde_json::json!([1])).is_err());
        assert!(Metadata::parse(&serde_json::json!({"a": "x".repeat(4_096)})).is_err());
    }
}
