//! Partners.

pub(super) mod create;
mod decline;
mod edit;
mod email_change;
mod filter;
mod grants;
mod resend;
mod revoke;

pub use create::{Access, Metadata, NewPartner, PartnerInvited};
pub use decline::{DeclineError, Declined};
pub use edit::PartnerEdited;
pub(crate) use email_change::MOVING_NOTICES_KEPT;
pub use email_change::{AddressAsked, AddressMoved, CONFIRM_HOURS, EmailChangeNotice, PendingEmailChange};
pub use filter::{PartnerFilter, PartnerSelector, StateFilter};
pub use grants::{CurrentGrants, ProgramsSet, SetProgramsError};
pub use resend::{Reached, ResendCounter, ResendError};
pub use revoke::{AccessChanged, AccessError};

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crypto::secret::{Secret, ServerKey};

use super::{
    Actor, BrandSlug, EmailAddress, ImportId, InvitationNote, MailStatus, Milestones, Name, NetworkSync, PartnerId,
    Person, Principal, ProgramId, Purpose, Suppression,
};

/// Status of a partner. It isn't stored but follows from dates, so that clearing one date restores the earlier status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerState {
    /// Never signed in.
    Invited,
    /// Declined the invitation, and never signed in.
    Declined,
    /// Signed in, or was added without an invitation.
    Active,
    /// Access was revoked.
    Revoked,
}

impl PartnerState {
    /// All statuses.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Declined, Self::Active, Self::Revoked];

    /// Statuses in which a partner may be synced to the Network for the first time: those who declined aren't offered
    /// there.
    pub const TOLD: [Self; 3] = [Self::Invited, Self::Active, Self::Revoked];

    /// Returns the status as it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Declined => "declined",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

/// Source of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantSource {
    /// An admin or an API key of the brand.
    Admin,
    /// A row of an import.
    Import,
    /// An approval on the Network.
    Network,
}

impl GrantSource {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Import, Self::Network];

    /// Returns the source as it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Import => "import",
            Self::Network => "network",
        }
    }
}

/// A partner's permission to create links for one program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// Source of the grant.
    pub source: GrantSource,
    /// Time of the grant.
    pub at: Timestamp,
    /// ID of the admin or API key that granted it.
    pub by: String,
    /// Commission terms of this grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<super::CommissionTerms>,
    /// Row of an import that granted it to an existing partner, by which a repeated row recognizes its own work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// A partner's grants by program.
pub type Grants = BTreeMap<ProgramId, Grant>;

/// A person with share links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partner {
    /// Identifies the partner.
    pub id: PartnerId,
    /// Brand they belong to.
    pub brand: BrandSlug,
    /// Name on pages and in emails.
    pub name: Name,
    /// Email address for their sign-in links.
    pub email: EmailAddress,
    /// Time at which they were created.
    pub created_at: Timestamp,
    /// Actor who created them.
    pub brought_by: Actor,
    /// Import that created them, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// Time of the last invitation; `None` if they were added without an email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_at: Option<Timestamp>,
    /// Time until which the invitation is open. A number, since conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub invitation_ends_at: Option<Timestamp>,
    /// Time of the reminder of their current invitation; each invitation has one reminder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<Timestamp>,
    /// Time at which they declined. Only signing in clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_at: Option<Timestamp>,
    /// Time at which they first signed in or were added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<Timestamp>,
    /// Time at which they were revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Time at which the person was erased; from then on the ID stands for no one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Time at which their data in other items was scrubbed too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scrubbed_at: Option<Timestamp>,
    /// Programs for which they may create links.
    pub grants: Grants,
    /// Increases with every change of the grants.
    pub grants_version: u64,
    /// Increases when all of their sessions, links and queued emails must stop working.
    pub epoch: u64,
    /// Delivery status of the last email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailStatus>,
    /// Suppression of their email address, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undeliverable: Option<Suppression>,
    /// Personal note in their invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<InvitationNote>,
    /// Number of emails that admins resent to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<ResendCounter>,
    /// Change of their email address that waits to be confirmed, or was never confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving: Option<PendingEmailChange>,
    /// Their previous email addresses, so that erasing covers them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_addresses: Vec<EmailAddress>,
    /// Stages that they reached since they were invited.
    #[serde(flatten)]
    pub steps: Milestones,
    /// The Network's knowledge of them; `None` if the Network doesn't know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkSync>,
}

impl Partner {
    /// Derives the secret in the unsubscribe link, which proves that someone has received an invitation sent to the
    /// current email address. It is the same in all of the partner's invitations, whatever the epoch, so that the link
    /// in the first one keeps working. After the email address is corrected, it is different.
    #[must_use]
    pub fn unsubscribe_secret(&self, key: &ServerKey) -> Secret {
        let Self { brand, id, email, .. } = self;
        key.derive(&[b"decline", brand.as_str().as_bytes(), id.as_str().as_bytes(), email.as_str().as_bytes()])
    }

    /// Returns the status.
    #[must_use]
    pub fn state(&self) -> PartnerState {
        match (self.revoked_at, self.activated_at, self.declined_at) {
            (Some(_), _, _) => PartnerState::Revoked,
            (None, Some(_), _) => PartnerState::Active,
            (None, None, Some(_)) => PartnerState::Declined,
            (None, None, None) => PartnerState::Invited,
        }
    }

    /// Returns `true` if a link emailed at `now` could sign them in. A partner who declined can always request one: no
    /// one can invite them again, so an expired invitation must not prevent it.
    #[must_use]
    pub fn may_sign_in(&self, now: Timestamp) -> bool {
        match self.state() {
            PartnerState::Active | PartnerState::Declined => true,
            PartnerState::Invited => self.invitation_ends_at.is_some_and(|end| now < end),
            PartnerState::Revoked => false,
        }
    }

    /// Returns `true` if they never accepted or declined an invitation that has expired at `now`.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.state() == PartnerState::Invited && !self.may_sign_in(now)
    }

    /// Returns the data that signing in needs at `now`.
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
