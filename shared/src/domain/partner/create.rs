//! How a partner comes in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, BrandSlug, Commission, EmailAddress, Event, EventId, EventKind, Grant, GrantSource, INVITATION_DAYS, Import,
    ImportId, Invalid, InvitationNote, MailNote, Name, Partner, PartnerId, ProgramId, Steps,
};

pub(in crate::domain) const METADATA_BYTES_MAX: usize = 4_096;

/// How a new partner comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// By a mail with a link.
    Invitation,
    /// At once, and no mail is sent.
    AtOnce,
}

/// Everything that makes a partner.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// Its fresh id.
    pub id: PartnerId,
    /// The fresh id of the event that tells of it.
    pub event: EventId,
    /// The brand.
    pub brand: BrandSlug,
    /// The name.
    pub name: Name,
    /// The address.
    pub email: EmailAddress,
    /// What they may create links for.
    pub programs: Vec<ProgramId>,
    /// Where the grants come from.
    pub source: GrantSource,
    /// Terms agreed for these grants.
    pub commission: Option<Commission>,
    /// How they come in.
    pub access: Access,
    /// What the caller wants kept with them.
    pub metadata: Option<Metadata>,
    /// What is said in their invitation.
    pub note: Option<InvitationNote>,
    /// The import that brings them, and the number of the row.
    pub import: Option<(ImportId, u64)>,
}

/// A JSON object of at most 4 KB that a caller keeps with a partner. It is kept as text: JSON nests deeper and counts
/// further than the table does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(String);

impl Metadata {
    /// Takes an object.
    ///
    /// # Errors
    /// `invalid_metadata`.
    pub fn parse(value: &serde_json::Value) -> Result<Self, Invalid> {
        let text = value.to_string();
        if value.is_object() && text.len() <= METADATA_BYTES_MAX {
            Ok(Self(text))
        } else {
            Err(Invalid::new("invalid_metadata", "Metadata is a JSON object of at most 4 KB."))
        }
    }

    /// The object.
    #[must_use]
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

/// A partner who was just invited or added, ready to be written.
#[derive(Debug, Clone)]
pub struct PartnerInvited {
    /// The new record.
    pub partner: Partner,
    /// What tells of it.
    pub event: Event,
    /// What the caller wants kept with them.
    pub metadata: Option<Metadata>,
    /// The row of an import that brings them.
    pub origin: Option<String>,
}

impl NewPartner {
    /// Brings the partner in.
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
            mail: invited.then(|| MailNote::queued(&self.event, now)),
            undeliverable: None,
            note: self.note,
            reached: None,
            moving: None,
            former_addresses: Vec::new(),
            steps: Steps::default(),
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
