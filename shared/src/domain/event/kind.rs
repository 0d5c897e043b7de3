//! Kinds of events.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::domain::{
    AdminId, AdminRecipient, ApiKeyId, ApplicationId, BackfillId, CommissionId, DisabledReason, EventId, ExportId,
    ImportId, LinkKey, Name, PartnerId, ProgramId, Reason, Role, TeamAct, WebhookId,
};

/// Kind of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "most fields are what their names say")]
pub enum EventKind {
    /// A partner was invited; an email follows if the partner is still in this epoch.
    #[serde(rename = "partner.invited")]
    PartnerInvited {
        partner: PartnerId,
        /// Epoch of the invitation.
        epoch: u64,
        /// Import that did it, if one did: its emails are sent after those that a person waits for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<ImportId>,
    },
    /// An invitation was resent; earlier links stopped working.
    #[serde(rename = "partner.invited_again")]
    PartnerInvitedAgain {
        partner: PartnerId,
        /// Epoch of the invitation.
        epoch: u64,
    },
    /// The email address of a partner who never signed in was corrected; an invitation follows.
    #[serde(rename = "partner.address_changed")]
    PartnerAddressChanged {
        partner: PartnerId,
        /// Epoch of the invitation.
        epoch: u64,
    },
    /// A new email address was requested for an active partner; an email to it follows, with which it can be confirmed.
    #[serde(rename = "partner.address_asked")]
    PartnerAddressAsked {
        partner: PartnerId,
        /// Epoch in which it can be confirmed.
        epoch: u64,
    },
    /// An active partner confirmed a new email address; an email to the previous one follows.
    #[serde(rename = "partner.address_moved")]
    PartnerAddressMoved {
        partner: PartnerId,
        /// New epoch.
        epoch: u64,
    },
    /// An admin sent an active partner a sign-in link.
    #[serde(rename = "partner.link_sent")]
    PartnerLinkSent {
        partner: PartnerId,
        /// Epoch of the link.
        epoch: u64,
    },
    /// A partner's name or metadata was changed.
    #[serde(rename = "partner.edited")]
    PartnerEdited { partner: PartnerId },
    /// Programs were granted to a partner or removed.
    #[serde(rename = "partner.programs_changed")]
    PartnerProgramsChanged {
        partner: PartnerId,
        /// Programs for which they can create links now, and could not before.
        granted: Vec<ProgramId>,
        /// Programs for which they could create links, and no longer can.
        taken: Vec<ProgramId>,
    },
    /// A share link was created.
    #[serde(rename = "link.created")]
    LinkCreated { partner: PartnerId, link: LinkKey, program: ProgramId },
    /// A share link was deleted, and no longer redirects.
    #[serde(rename = "link.deleted")]
    LinkDeleted { partner: PartnerId, link: LinkKey },
    /// A conversion earned a partner a commission.
    #[serde(rename = "commission.accrued")]
    CommissionAccrued {
        partner: PartnerId,
        commission: CommissionId,
        /// Share link through which the visitor came.
        link: LinkKey,
        /// Amount in minor units.
        amount: u64,
        currency: Currency,
    },
    /// A commission was paid.
    #[serde(rename = "commission.paid")]
    CommissionPaid {
        partner: PartnerId,
        commission: CommissionId,
        /// Amount in minor units.
        amount: u64,
        currency: Currency,
    },
    /// A commission was reversed before it was paid.
    #[serde(rename = "commission.reversed")]
    CommissionReversed {
        partner: PartnerId,
        commission: CommissionId,
        /// Amount in minor units.
        amount: u64,
        currency: Currency,
    },
    /// A partner was added and is active immediately; no email follows.
    #[serde(rename = "partner.added")]
    PartnerAdded {
        partner: PartnerId,
        /// Import that did it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<ImportId>,
    },
    /// The Network approved an application; an email follows if the Network requested one.
    #[serde(rename = "partner.approved")]
    PartnerApproved {
        partner: PartnerId,
        /// ID of the application, if it came with one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        application: Option<ApplicationId>,
        programs: Vec<ProgramId>,
        /// Share link that came with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<LinkKey>,
        /// True if it created the partner.
        newcomer: bool,
        /// True if an admin reinstated the partner with it.
        reinstated: bool,
        /// Epoch of the email.
        epoch: u64,
        /// True if an email follows.
        notify: bool,
    },
    /// The Network approved an application of a revoked partner; an admin decides.
    #[serde(rename = "partner.approval_held")]
    PartnerApprovalHeld { partner: PartnerId, application: ApplicationId },
    /// An admin dismissed a held approval.
    #[serde(rename = "partner.approval_dismissed")]
    PartnerApprovalDismissed { partner: PartnerId, application: ApplicationId },
    /// Another sync was requested for a partner who could not be synced.
    #[serde(rename = "partner.push_asked")]
    PartnerPushAsked { partner: PartnerId },
    /// The connection with the Network was created, changed or removed.
    #[serde(rename = "network.changed")]
    NetworkChanged {
        /// True if there is a connection now.
        connected: bool,
    },
    /// A backfill was started; its calls follow.
    #[serde(rename = "backfill.started")]
    BackfillStarted { backfill: BackfillId },
    /// A partner was revoked; an email follows if the admin wanted one.
    #[serde(rename = "partner.revoked")]
    PartnerRevoked {
        partner: PartnerId,
        /// New epoch.
        epoch: u64,
        /// True if an email follows.
        notify: bool,
        /// Reason, for that email.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A partner was reinstated.
    #[serde(rename = "partner.reinstated")]
    PartnerReinstated { partner: PartnerId },
    /// An invitation expires in a few days; the one reminder follows. Earlier links continue to work.
    #[serde(rename = "partner.reminded")]
    PartnerReminded {
        partner: PartnerId,
        /// Epoch of the email.
        epoch: u64,
    },
    /// A partner declined; earlier links stopped working.
    #[serde(rename = "partner.declined")]
    PartnerDeclined { partner: PartnerId },
    /// The person behind a partner was erased; scrubbing their data from other items follows.
    #[serde(rename = "partner.erased")]
    PartnerErased { partner: PartnerId },
    /// A partner signed in for the first time.
    #[serde(rename = "partner.activated")]
    PartnerActivated { partner: PartnerId },
    /// A partner signed in again.
    #[serde(rename = "partner.signed_in")]
    PartnerSignedIn { partner: PartnerId },
    /// A brand was created or updated by an operator.
    #[serde(rename = "brand.set_up")]
    BrandSetUp,
    /// A brand's branding or contact settings were changed.
    #[serde(rename = "brand.changed")]
    BrandChanged,
    /// A program was created.
    #[serde(rename = "program.created")]
    ProgramCreated { program: ProgramId },
    /// A program was changed.
    #[serde(rename = "program.edited")]
    ProgramEdited { program: ProgramId },
    /// A program was archived.
    #[serde(rename = "program.archived")]
    ProgramArchived { program: ProgramId },
    /// An archived program was restored.
    #[serde(rename = "program.restored")]
    ProgramRestored { program: ProgramId },
    /// An admin was added; a welcome email follows.
    #[serde(rename = "admin.invited")]
    AdminInvited {
        admin: AdminId,
        /// Epoch of the email.
        epoch: u64,
    },
    /// An owner changed the team; emails to all owners follow.
    #[serde(rename = "admin.team_changed")]
    TeamChanged {
        admin: AdminId,
        /// Name of the admin who was changed.
        name: Name,
        change: TeamAct,
        /// Role they have now, or had last.
        role: Role,
        /// Owners who are emailed.
        told: Vec<AdminRecipient>,
    },
    /// An admin signed in.
    #[serde(rename = "admin.signed_in")]
    AdminSignedIn { admin: AdminId },
    /// An admin signed out of all browsers but one.
    #[serde(rename = "admin.signed_out")]
    AdminSignedOut { admin: AdminId },
    /// A partner signed out of all browsers but one.
    #[serde(rename = "partner.signed_out")]
    PartnerSignedOut { partner: PartnerId },
    /// An API key was created.
    #[serde(rename = "api_key.created")]
    ApiKeyCreated { key: ApiKeyId, label: Name },
    /// An API key was deleted.
    #[serde(rename = "api_key.deleted")]
    ApiKeyDeleted { key: ApiKeyId, label: Name },
    /// The settings for reporting visitors were changed.
    #[serde(rename = "attribution.changed")]
    AttributionChanged,
    /// An import was requested. If its file is there already, reading it follows; otherwise it has yet to be uploaded.
    #[serde(rename = "import.started")]
    ImportStarted {
        import: ImportId,
        /// True if its file is there.
        there: bool,
    },
    /// A bulk job was requested; selecting its partners follows.
    #[serde(rename = "bulk.started")]
    BulkStarted { import: ImportId },
    /// An import was cancelled; the worker that reads it is notified.
    #[serde(rename = "import.cancelled")]
    ImportCancelled {
        import: ImportId,
        /// True for a bulk job, whose rows are partners of the roster.
        #[serde(default)]
        roster: bool,
    },
    /// Every row of an import has an outcome; its report follows.
    #[serde(rename = "import.completed")]
    ImportCompleted { import: ImportId },
    /// An import could not be read, or not to its end.
    #[serde(rename = "import.failed")]
    ImportFailed { import: ImportId },
    /// An export was requested; creating its file follows.
    #[serde(rename = "export.started")]
    ExportStarted { export: ExportId },
    /// An admin opened the overview when its figures were old; counting them follows.
    #[serde(rename = "overview.asked")]
    OverviewAsked,
    /// A webhook endpoint was added.
    #[serde(rename = "webhook.created")]
    WebhookCreated { webhook: WebhookId },
    /// A webhook endpoint was changed, enabled or disabled by an admin, or got a new signing secret.
    #[serde(rename = "webhook.changed")]
    WebhookChanged { webhook: WebhookId },
    /// A webhook endpoint was deleted.
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted { webhook: WebhookId },
    /// An admin sent a test event to a webhook endpoint; its delivery follows.
    #[serde(rename = "webhook.tested")]
    WebhookTested { webhook: WebhookId },
    /// An admin requested that an event be delivered to a webhook endpoint again; the delivery follows.
    #[serde(rename = "webhook.delivery_asked")]
    WebhookDeliveryAsked {
        webhook: WebhookId,
        /// The event.
        delivery: EventId,
    },
    /// A webhook endpoint was disabled because it failed for too long or reported that it is gone; emails to the admins
    /// follow.
    #[serde(rename = "webhook.switched_off")]
    WebhookSwitchedOff {
        webhook: WebhookId,
        why: DisabledReason,
        /// Admins who are emailed.
        admins: Vec<AdminRecipient>,
    },
}
