//! Selects the events that may have to be synced to the Network.

use shared::domain::{EventKind, PartnerId};

/// Returns the partner whose state may have to be synced. The sync itself checks whether the Network knows them.
pub(crate) fn partner_to_sync(kind: &EventKind) -> Option<&PartnerId> {
    match kind {
        // The Network approved this new partner itself, so it has the current state.
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
