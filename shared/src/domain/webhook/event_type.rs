//! What a brand's own systems can be told of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::EventKind;

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a brand's systems can be told of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum WebhookType {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl WebhookType {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As it is spelled.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

types! {
    /// Somebody was invited.
    PartnerInvited = "partner.invited",
    /// The invitation was mailed anew.
    PartnerInvitedAgain = "partner.invited_again",
    /// An address was changed: corrected before somebody signed in, or moved by themselves.
    PartnerAddressChanged = "partner.address_changed",
    /// A link to sign in was mailed.
    PartnerLinkSent = "partner.link_sent",
    /// A name or metadata were changed.
    PartnerEdited = "partner.edited",
    /// Programs were granted or taken away.
    PartnerProgramsChanged = "partner.programs_changed",
    /// Somebody was added without a mail.
    PartnerAdded = "partner.added",
    /// The Network approved an application.
    PartnerApproved = "partner.approved",
    /// The Network approved an application of somebody revoked; an admin decides.
    PartnerApprovalHeld = "partner.approval_held",
    /// An admin decided against that.
    PartnerApprovalDismissed = "partner.approval_dismissed",
    /// Access was taken back.
    PartnerRevoked = "partner.revoked",
    /// Access was given back.
    PartnerReinstated = "partner.reinstated",
    /// Somebody was reminded of an invitation that ends in a few days.
    PartnerReminded = "partner.reminded",
    /// Somebody said that they are not interested.
    PartnerDeclined = "partner.declined",
    /// A person was erased: forget them too. It names the id and nothing else.
    PartnerErased = "partner.erased",
    /// Somebody signed in for the first time.
    PartnerActivated = "partner.activated",
    /// Somebody signed in again.
    PartnerSignedIn = "partner.signed_in",
    /// A share link was created.
    LinkCreated = "link.created",
    /// A share link was deleted.
    LinkDeleted = "link.deleted",
    /// A conversion earned a partner something.
    CommissionAccrued = "commission.accrued",
    /// A commission was paid.
    CommissionPaid = "commission.paid",
    /// A commission was taken back before it was paid.
    CommissionReversed = "commission.reversed",
    /// Every row of an import is accounted for.
    ImportCompleted = "import.completed",
    /// An admin tries the endpoint out. It goes to that endpoint alone, whatever it asks for.
    Tested = "webhook.tested",
}

impl WebhookType {
    /// What systems are told of an event; `None` if it is nothing to them.
    #[must_use]
    pub fn of(kind: &EventKind) -> Option<Self> {
        Some(match kind {
            EventKind::PartnerInvited { .. } => Self::PartnerInvited,
            EventKind::PartnerInvitedAgain { .. } => Self::PartnerInvitedAgain,
            EventKind::PartnerAddressChanged { .. } | EventKind::PartnerAddressMoved { .. } => {
                Self::PartnerAddressChanged
            }
            EventKind::PartnerLinkSent { .. } => Self::PartnerLinkSent,
            EventKind::PartnerEdited { .. } => Self::PartnerEdited,
            EventKind::PartnerProgramsChanged { .. } => Self::PartnerProgramsChanged,
            EventKind::PartnerAdded { .. } => Self::PartnerAdded,
            EventKind::PartnerApproved { .. } => Self::PartnerApproved,
            EventKind::PartnerApprovalHeld { .. } => Self::PartnerApprovalHeld,
            EventKind::PartnerApprovalDismissed { .. } => Self::PartnerApprovalDismissed,
            EventKind::PartnerRevoked { .. } => Self::PartnerRevoked,
            EventKind::PartnerReinstated { .. } => Self::PartnerReinstated,
            EventKind::PartnerReminded { .. } => Self::PartnerReminded,
            EventKind::PartnerDeclined { .. } => Self::PartnerDeclined,
            EventKind::PartnerErased { .. } => Self::PartnerErased,
            EventKind::PartnerActivated { .. } => Self::PartnerActivated,
            EventKind::PartnerSignedIn { .. } => Self::PartnerSignedIn,
            EventKind::LinkCreated { .. } => Self::LinkCreated,
            EventKind::LinkDeleted { .. } => Self::LinkDeleted,
            EventKind::CommissionAccrued { .. } => Self::CommissionAccrued,
            EventKind::CommissionPaid { .. } => Self::CommissionPaid,
            EventKind::CommissionReversed { .. } => Self::CommissionReversed,
            EventKind::ImportCompleted { .. } => Self::ImportCompleted,
            EventKind::WebhookTested { .. } => Self::Tested,
            EventKind::BrandSetUp
            | EventKind::BrandChanged
            | EventKind::ProgramCreated { .. }
            | EventKind::ProgramEdited { .. }
            | EventKind::ProgramArchived { .. }
            | EventKind::ProgramRestored { .. }
            | EventKind::AdminInvited { .. }
            | EventKind::TeamChanged { .. }
            | EventKind::AdminSignedIn { .. }
            | EventKind::AdminSignedOut { .. }
            | EventKind::PartnerSignedOut { .. }
            | EventKind::ApiKeyCreated { .. }
            | EventKind::ApiKeyDeleted { .. }
            | EventKind::AttributionChanged
            | EventKind::ImportStarted { .. }
            | EventKind::BulkStarted { .. }
            | EventKind::ImportCancelled { .. }
            | EventKind::ImportFailed { .. }
            | EventKind::ExportStarted { .. }
            | EventKind::OverviewAsked
            | EventKind::WebhookCreated { .. }
            | EventKind::WebhookChanged { .. }
            | EventKind::WebhookDeleted { .. }
            | EventKind::WebhookDeliveryAsked { .. }
            | EventKind::PartnerPushAsked { .. }
            | EventKind::PartnerAddressAsked { .. }
            | EventKind::NetworkChanged { .. }
            | EventKind::BackfillStarted { .. }
            | EventKind::WebhookSwitchedOff { .. } => return None,
        })
    }
}
