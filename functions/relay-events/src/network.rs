//! Of whom the Network may have to be told.

use shared::domain::{EventKind, PartnerId};

/// The partner of whom the Network may have to be told something new. Whether it knows them is for others to see.
pub(crate) fn told_to_network(kind: &EventKind) -> Option<&PartnerId> {
    match kind {
        // A newcomer whom the Network approved is no news to it.
        EventKind::PartnerApproved { newcomer: true, .. } => None,
        EventKind::PartnerActivated { partner }
        | EventKind::PartnerRevoked { partner, .. }
        | EventKind::PartnerReinstated { partner }
        | EventKind::PartnerDeclined { partner }
        | EventKind::PartnerErased { partner }
        | EventKind::PartnerAddressChanged { partner, .. }
        | EventKind::PartnerAddressMoved { partner, .. }
        | EventKind::PartnerEdited { partner }
        | EventKind::PartnerPushAsked { partner }
        | EventKind::PartnerApproved { partner, .. } => Some(partner),
        EventKind::PartnerInvited { .. }
        | EventKind::PartnerInvitedAgain { .. }
        | EventKind::PartnerReminded { .. }
        | EventKind::PartnerLinkSent { .. }
        | EventKind::PartnerAddressAsked { .. }
        | EventKind::PartnerProgramsChanged { .. }
        | EventKind::PartnerAdded { .. }
        | EventKind::PartnerApprovalHeld { .. }
        | EventKind::PartnerApprovalDismissed { .. }
        | EventKind::PartnerSignedIn { .. }
        | EventKind::LinkCreated { .. }
        | EventKind::LinkDeleted { .. }
        | EventKind::CommissionAccrued { .. }
        | EventKind::CommissionPaid { .. }
        | EventKind::CommissionReversed { .. }
        | EventKind::NetworkChanged { .. }
        | EventKind::BackfillStarted { .. }
        | EventKind::BrandSetUp
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
        | EventKind::ImportCompleted { .. }
        | EventKind::ImportFailed { .. }
        | EventKind::ExportStarted { .. }
        | EventKind::OverviewAsked
        | EventKind::WebhookCreated { .. }
        | EventKind::WebhookChanged { .. }
        | EventKind::WebhookDeleted { .. }
        | EventKind::WebhookTested { .. }
        | EventKind::WebhookDeliveryAsked { .. }
        | EventKind::WebhookSwitchedOff { .. } => None,
    }
}
