//! A partner, and what may happen to one.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Actor, BrandSlug, EmailAddress, Event, EventId, EventKind, INVITATION_DAYS, Import, ImportId, Invalid, MailNote,
    Name, NetworkNote, PartnerId, Person, Principal, ProgramId, Purpose, Reaches, Undeliverable,
};

pub(super) const METADATA_BYTES_MAX: usize = 4_096;

/// Where a partner stands. It is not stored: it follows from dates, so that taking one back leaves the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerState {
    /// Never signed in.
    Invited,
    /// Signed in, or was added without an invitation.
    Active,
    /// Access was taken back.
    Revoked,
}

impl PartnerState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Revoked];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

/// Who gave a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantSource {
    /// An admin or a key of the brand.
    Admin,
    /// A row of an import.
    Import,
    /// An approval on the Network.
    Network,
}

impl GrantSource {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Import, Self::Network];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Import => "import",
            Self::Network => "network",
        }
    }
}

/// The right of one partner to create links for one program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// Where it came from.
    pub source: GrantSource,
    /// Since when.
    pub at: Timestamp,
    /// Who gave it: an admin's or a key's id.
    pub by: String,
    /// Terms agreed with this grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<super::Commission>,
    /// The row of an import that gave it to somebody who was here: a row that comes again knows its own work by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// What a partner may create links for.
pub type Grants = BTreeMap<ProgramId, Grant>;

/// A person with share links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partner {
    /// Names them.
    pub id: PartnerId,
    /// The brand they belong to.
    pub brand: BrandSlug,
    /// How pages and mails call them.
    pub name: Name,
    /// Where their links to sign in go.
    pub email: EmailAddress,
    /// When the record was made.
    pub created_at: Timestamp,
    /// Who brought them in.
    pub brought_by: Actor,
    /// When they were last invited; `None` if they were added without a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_at: Option<Timestamp>,
    /// Until when the invitation is open. A number, as conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub invitation_ends_at: Option<Timestamp>,
    /// When they first signed in, or were added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<Timestamp>,
    /// When access was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// What they may create links for.
    pub grants: Grants,
    /// Goes up with every change of the grants.
    pub grants_version: u64,
    /// Goes up when every session, link and queued mail of theirs must die.
    pub epoch: u64,
    /// What became of the last mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailNote>,
    /// That their address refuses mail, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undeliverable: Option<Undeliverable>,
    /// How often an admin had them mailed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Reaches>,
    /// What the Network knows of them; `None` if it never heard of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkNote>,
}

impl Partner {
    /// Where they stand.
    #[must_use]
    pub fn state(&self) -> PartnerState {
        match (self.revoked_at, self.activated_at) {
            (Some(_), _) => PartnerState::Revoked,
            (None, Some(_)) => PartnerState::Active,
            (None, None) => PartnerState::Invited,
        }
    }

    /// Whether a link mailed at `now` could sign them in.
    #[must_use]
    pub fn may_sign_in(&self, now: Timestamp) -> bool {
        match self.state() {
            PartnerState::Active => true,
            PartnerState::Invited => self.invitation_ends_at.is_some_and(|end| now < end),
            PartnerState::Revoked => false,
        }
    }

    /// What signing in needs to know of them at `now`.
    #[must_use]
    pub fn person(&self, now: Timestamp) -> Person {
        Person {
            principal: Principal::Partner(self.id.clone()),
            name: self.name.clone(),
            email: self.email.clone(),
            epoch: self.epoch,
            may_sign_in: self.may_sign_in(now),
            purpose: if self.activated_at.is_some() { Purpose::SignIn } else { Purpose::Join },
            invitation_ends_at: if self.activated_at.is_some() { None } else { self.invitation_ends_at },
        }
    }
}

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
    pub commission: Option<super::Commission>,
    /// How they come in.
    pub access: Access,
    /// What the caller wants kept with them.
    pub metadata: Option<Metadata>,
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
            EventKind::PartnerInvited { partner: self.id.clone(), epoch, import }
        } else {
            EventKind::PartnerAdded { partner: self.id.clone(), import }
        };
        let partner = Partner {
            id: self.id,
            brand: self.brand.clone(),
            name: self.name,
            email: self.email,
            created_at: now,
            brought_by: by.clone(),
            invited_at: invited.then_some(now),
            invitation_ends_at: invited.then(|| now + SignedDuration::from_hours(24 * INVITATION_DAYS)),
            activated_at: (!invited).then_some(now),
            revoked_at: None,
            grants,
            grants_version: 1,
            epoch,
            mail: invited.then(|| MailNote::queued(&self.event, now)),
            undeliverable: None,
            reached: None,
            network: None,
        };
        let event = Event { id: self.event, brand: self.brand, at: now, actor: by.clone(), kind, mail: None };
        PartnerInvited { partner, event, metadata: self.metadata, origin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ActorKind, Fresh};

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
