//! The import, application or partner that an event is about.

use crate::domain::{ApplicationId, EventKind, ImportId, PartnerId};

impl EventKind {
    /// Returns the import, if one was completed.
    #[must_use]
    pub fn completed_import(&self) -> Option<&ImportId> {
        if let Self::ImportCompleted { import } = self { Some(import) } else { None }
    }

    /// Returns the application on the Network that the event is about, if any.
    #[must_use]
    pub fn application(&self) -> Option<&ApplicationId> {
        if let Self::PartnerApprovalHeld { application, .. } | Self::PartnerApprovalDismissed { application, .. } = self
        {
            return Some(application);
        }
        if let Self::PartnerApproved { application, .. } = self { application.as_ref() } else { None }
    }

    /// Returns the partner that the event is about, if any.
    #[must_use]
    pub fn partner(&self) -> Option<&PartnerId> {
        match self {
            Self::PartnerInvited { partner, .. }
            | Self::PartnerInvitedAgain { partner, .. }
            | Self::PartnerAddressChanged { partner, .. }
            | Self::PartnerAddressAsked { partner, .. }
            | Self::PartnerAddressMoved { partner, .. }
            | Self::PartnerLinkSent { partner, .. }
            | Self::PartnerEdited { partner }
            | Self::PartnerProgramsChanged { partner, .. }
            | Self::LinkCreated { partner, .. }
            | Self::LinkDeleted { partner, .. }
            | Self::CommissionAccrued { partner, .. }
            | Self::CommissionPaid { partner, .. }
            | Self::CommissionReversed { partner, .. }
            | Self::PartnerAdded { partner, .. }
            | Self::PartnerApproved { partner, .. }
            | Self::PartnerApprovalHeld { partner, .. }
            | Self::PartnerApprovalDismissed { partner, .. }
            | Self::PartnerPushAsked { partner }
            | Self::PartnerRevoked { partner, .. }
            | Self::PartnerReinstated { partner }
            | Self::PartnerDeclined { partner }
            | Self::PartnerReminded { partner, .. }
            | Self::PartnerErased { partner }
            | Self::PartnerActivated { partner }
            | Self::PartnerSignedIn { partner }
            | Self::PartnerSignedOut { partner } => Some(partner),
            Self::BrandSetUp
            | Self::BrandChanged
            | Self::ProgramCreated { .. }
            | Self::ProgramEdited { .. }
            | Self::ProgramArchived { .. }
            | Self::ProgramRestored { .. }
            | Self::AdminInvited { .. }
            | Self::TeamChanged { .. }
            | Self::AdminSignedIn { .. }
            | Self::AdminSignedOut { .. }
            | Self::ApiKeyCreated { .. }
            | Self::ApiKeyDeleted { .. }
            | Self::AttributionChanged
            | Self::ImportStarted { .. }
            | Self::BulkStarted { .. }
            | Self::ImportCancelled { .. }
            | Self::ImportCompleted { .. }
            | Self::ImportFailed { .. }
            | Self::ExportStarted { .. }
            | Self::OverviewAsked
            | Self::NetworkChanged { .. }
            | Self::BackfillStarted { .. }
            | Self::WebhookCreated { .. }
            | Self::WebhookChanged { .. }
            | Self::WebhookDeleted { .. }
            | Self::WebhookTested { .. }
            | Self::WebhookDeliveryAsked { .. }
            | Self::WebhookSwitchedOff { .. } => None,
        }
    }
}
