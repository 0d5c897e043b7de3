//! A partner, and what may happen to one.

pub(super) mod create;
mod decline;
mod edit;
mod email_change;
mod filter;
mod grants;
mod resend;
mod revoke;

pub use create::{Access, Metadata, NewPartner, PartnerInvited};
pub use decline::{DeclineRefused, Declined};
pub use edit::PartnerEdited;
pub(crate) use email_change::MOVING_NOTICES_KEPT;
pub use email_change::{AddressAsked, AddressMoved, CONFIRM_HOURS, Moving, PartnerNotice};
pub use filter::{PartnerFilter, PartnersWanted, StateFilter};
pub use grants::{GrantsNow, ProgramsSet, SetRefused};
pub use resend::{ReachRefused, Reached, Reaches};
pub use revoke::{AccessChanged, AccessRefused};

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Actor, BrandSlug, EmailAddress, ImportId, InvitationNote, MailNote, Name, NetworkNote, PartnerId, Person,
    Principal, ProgramId, Purpose, Steps, Undeliverable,
};

/// Where a partner stands. It is not stored: it follows from dates, so that taking one back leaves the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerState {
    /// Never signed in.
    Invited,
    /// Said that they are not interested, and never signed in.
    Declined,
    /// Signed in, or was added without an invitation.
    Active,
    /// Access was taken back.
    Revoked,
}

impl PartnerState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Declined, Self::Active, Self::Revoked];

    /// Those in which the Network may hear of somebody for the first time: who declined here is not put forward there.
    pub const TOLD: [Self; 3] = [Self::Invited, Self::Active, Self::Revoked];

    /// The word for it.
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
    /// The import that brought them, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
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
    /// When they were reminded of the invitation that they have now; there is one reminder of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<Timestamp>,
    /// When they said that they are not interested. Signing in takes it back, and nothing else does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_at: Option<Timestamp>,
    /// When they first signed in, or were added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<Timestamp>,
    /// When access was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When the person was erased: from then on there is nobody behind the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// When what lay elsewhere of them was scrubbed too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scrubbed_at: Option<Timestamp>,
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
    /// What is said in their invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<InvitationNote>,
    /// How often an admin had them mailed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Reaches>,
    /// The change of their address that waits to be confirmed, or that nobody confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving: Option<Moving>,
    /// The addresses that they had before, so that these can be forgotten with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_addresses: Vec<EmailAddress>,
    /// How far they came since they were invited.
    #[serde(flatten)]
    pub steps: Steps,
    /// What the Network knows of them; `None` if it never heard of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkNote>,
}

impl Partner {
    /// Where they stand.
    #[must_use]
    pub fn state(&self) -> PartnerState {
        match (self.revoked_at, self.activated_at, self.declined_at) {
            (Some(_), _, _) => PartnerState::Revoked,
            (None, Some(_), _) => PartnerState::Active,
            (None, None, Some(_)) => PartnerState::Declined,
            (None, None, None) => PartnerState::Invited,
        }
    }

    /// Whether a link mailed at `now` could sign them in. Who declined gets one by asking for it alone, whenever that is:
    /// nobody can invite them again, so an invitation that ended must not stand in their way.
    #[must_use]
    pub fn may_sign_in(&self, now: Timestamp) -> bool {
        match self.state() {
            PartnerState::Active | PartnerState::Declined => true,
            PartnerState::Invited => self.invitation_ends_at.is_some_and(|end| now < end),
            PartnerState::Revoked => false,
        }
    }

    /// Whether they never answered an invitation that is over at `now`.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.state() == PartnerState::Invited && !self.may_sign_in(now)
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
