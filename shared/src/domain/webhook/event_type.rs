//! Event types that webhook endpoints can receive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::EventKind;

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Event type that a webhook endpoint can receive.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum WebhookType {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl WebhookType {
            /// All event types.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the name of the type.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

types! {
    /// A partner was invited.
    PartnerInvited = "partner.invited",
    /// An invitation was resent.
    PartnerInvitedAgain = "partner.invited_again",
    /// An email address was changed: corrected before the partner signed in, or changed and confirmed later.
    PartnerAddressChanged = "partner.address_changed",
    /// A sign-in link was sent to a partner.
    PartnerLinkSent = "partner.link_sent",
    /// A name or metadata was changed.
    PartnerEdited = "partner.edited",
    /// Programs were granted or removed.
    PartnerProgramsChanged = "partner.programs_changed",
    /// A partner was added without an email.
    PartnerAdded = "partner.added",
    /// The Network approved an application.
    PartnerApproved = "partner.approved",
    /// The Network approved an application of a revoked partner; an admin decides.
    PartnerApprovalHeld = "partner.approval_held",
    /// An admin dismissed a held approval.
    PartnerApprovalDismissed = "partner.approval_dismissed",
    /// A partner was revoked.
    PartnerRevoked = "partner.revoked",
    /// A partner was reinstated.
    PartnerReinstated = "partner.reinstated",
    /// A partner was reminded of an invitation that expires in a few days.
    PartnerReminded = "partner.reminded",
    /// A partner declined an invitation.
    PartnerDeclined = "partner.declined",
    /// A person was erased: erase them in your systems too. It contains the ID and nothing else.
    PartnerErased = "partner.erased",
    /// A partner signed in for the first time.
    PartnerActivated = "partner.activated",
    /// A partner signed in again.
    PartnerSignedIn = "partner.signed_in",
    /// A share link was created.
    LinkCreated = "link.created",
    /// A share link was deleted.
    LinkDeleted = "link.deleted",
    /// A conversion earned a partner a commission.
    CommissionAccrued = "commission.accrued",
    /// A commission was paid.
    CommissionPaid = "commission.paid",
    /// A commission was reversed before it was paid.
    CommissionReversed = "commission.reversed",
    /// Every row of an import has an outcome.
    ImportCompleted = "import.completed",
    /// An admin tests the endpoint. It is delivered to that endpoint alone, whatever it subscribes to.
    Tested = "webhook.tested",
}

impl WebhookType {
    /// Returns the type of an event; `None` if it isn't delivered.
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
