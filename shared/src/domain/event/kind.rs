//! What can happen in a brand.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::domain::{
    AdminId, ApiKeyId, ApplicationId, BackfillId, CommissionId, EventId, ExportId, ImportId, LinkKey, Name, OffReason,
    PartnerId, ProgramId, Reason, Role, TeamAct, ToldAdmin, WebhookId,
};

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "most fields are what their names say")]
pub enum EventKind {
    /// A partner was invited; a mail follows, if the partner is still in this epoch.
    #[serde(rename = "partner.invited")]
    PartnerInvited {
        partner: PartnerId,
        /// The epoch the invitation belongs to.
        epoch: u64,
        /// The import that did it, if one did: its mails wait behind those that somebody waits for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<ImportId>,
    },
    /// The invitation was mailed anew, and what was mailed before is dead.
    #[serde(rename = "partner.invited_again")]
    PartnerInvitedAgain {
        partner: PartnerId,
        /// The epoch the invitation belongs to.
        epoch: u64,
    },
    /// The address of somebody who never signed in was corrected; an invitation follows.
    #[serde(rename = "partner.address_changed")]
    PartnerAddressChanged {
        partner: PartnerId,
        /// The epoch the invitation belongs to.
        epoch: u64,
    },
    /// Another address of an active partner is wanted; a mail there follows, by which it can be confirmed.
    #[serde(rename = "partner.address_asked")]
    PartnerAddressAsked {
        partner: PartnerId,
        /// The epoch in which it can be confirmed.
        epoch: u64,
    },
    /// An active partner confirmed another address; a mail to the one they had follows.
    #[serde(rename = "partner.address_moved")]
    PartnerAddressMoved {
        partner: PartnerId,
        /// The epoch that begins with it.
        epoch: u64,
    },
    /// An admin had a sign-in link mailed to an active partner.
    #[serde(rename = "partner.link_sent")]
    PartnerLinkSent {
        partner: PartnerId,
        /// The epoch the link belongs to.
        epoch: u64,
    },
    /// What a partner is called, or what is kept with them, was changed.
    #[serde(rename = "partner.edited")]
    PartnerEdited { partner: PartnerId },
    /// Programs were given to a partner or taken away.
    #[serde(rename = "partner.programs_changed")]
    PartnerProgramsChanged {
        partner: PartnerId,
        /// What they may create links for now, and could not before.
        granted: Vec<ProgramId>,
        /// What they could create links for, and may not any more.
        taken: Vec<ProgramId>,
    },
    /// A share link was created.
    #[serde(rename = "link.created")]
    LinkCreated { partner: PartnerId, link: LinkKey, program: ProgramId },
    /// A share link was deleted, and leads nowhere any more.
    #[serde(rename = "link.deleted")]
    LinkDeleted { partner: PartnerId, link: LinkKey },
    /// A conversion earned a partner something.
    #[serde(rename = "commission.accrued")]
    CommissionAccrued {
        partner: PartnerId,
        commission: CommissionId,
        /// The share link that brought the visitor.
        link: LinkKey,
        /// How much, in minor units.
        amount: u64,
        currency: Currency,
    },
    /// A commission was paid.
    #[serde(rename = "commission.paid")]
    CommissionPaid {
        partner: PartnerId,
        commission: CommissionId,
        /// How much, in minor units.
        amount: u64,
        currency: Currency,
    },
    /// A commission was taken back before it was paid.
    #[serde(rename = "commission.reversed")]
    CommissionReversed {
        partner: PartnerId,
        commission: CommissionId,
        /// How much, in minor units.
        amount: u64,
        currency: Currency,
    },
    /// A partner was added and is active at once; no mail follows.
    #[serde(rename = "partner.added")]
    PartnerAdded {
        partner: PartnerId,
        /// The import that did it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<ImportId>,
    },
    /// The Network approved an application; a mail follows, if it wanted one.
    #[serde(rename = "partner.approved")]
    PartnerApproved {
        partner: PartnerId,
        /// Which application, if it has a name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        application: Option<ApplicationId>,
        programs: Vec<ProgramId>,
        /// The link that came with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<LinkKey>,
        /// Whether they came in by it.
        newcomer: bool,
        /// Whether an admin gave their access back with it.
        reinstated: bool,
        /// The epoch the mail belongs to.
        epoch: u64,
        /// Whether a mail follows.
        notify: bool,
    },
    /// The Network approved an application of a revoked partner; an admin decides.
    #[serde(rename = "partner.approval_held")]
    PartnerApprovalHeld { partner: PartnerId, application: ApplicationId },
    /// An admin decided against an approval that was held.
    #[serde(rename = "partner.approval_dismissed")]
    PartnerApprovalDismissed { partner: PartnerId, application: ApplicationId },
    /// The Network is to be told once more of a partner of whom it could not be told.
    #[serde(rename = "partner.push_asked")]
    PartnerPushAsked { partner: PartnerId },
    /// The connection with the Network was made, changed or ended.
    #[serde(rename = "network.changed")]
    NetworkChanged {
        /// Whether there is one now.
        connected: bool,
    },
    /// The Network is to be told of everybody; the telling follows.
    #[serde(rename = "backfill.started")]
    BackfillStarted { backfill: BackfillId },
    /// Access was taken back; a mail follows, if the admin wanted one.
    #[serde(rename = "partner.revoked")]
    PartnerRevoked {
        partner: PartnerId,
        /// The epoch that begins with it.
        epoch: u64,
        /// Whether a mail follows.
        notify: bool,
        /// Why, for that mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Access was given back.
    #[serde(rename = "partner.reinstated")]
    PartnerReinstated { partner: PartnerId },
    /// An invitation ends in a few days; the one mail that says so follows. What was mailed before goes on working.
    #[serde(rename = "partner.reminded")]
    PartnerReminded {
        partner: PartnerId,
        /// The epoch the mail belongs to.
        epoch: u64,
    },
    /// Somebody said that they are not interested, and what was mailed before is dead.
    #[serde(rename = "partner.declined")]
    PartnerDeclined { partner: PartnerId },
    /// The person behind a partner was erased; the scrubbing of what lies elsewhere follows.
    #[serde(rename = "partner.erased")]
    PartnerErased { partner: PartnerId },
    /// A partner signed in for the first time.
    #[serde(rename = "partner.activated")]
    PartnerActivated { partner: PartnerId },
    /// A partner signed in again.
    #[serde(rename = "partner.signed_in")]
    PartnerSignedIn { partner: PartnerId },
    /// A brand was created or brought up to date.
    #[serde(rename = "brand.set_up")]
    BrandSetUp,
    /// How a brand looks, or where it is reached, was changed.
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
    /// An archived program was brought back.
    #[serde(rename = "program.restored")]
    ProgramRestored { program: ProgramId },
    /// An admin was added; a welcome mail follows.
    #[serde(rename = "admin.invited")]
    AdminInvited {
        admin: AdminId,
        /// The epoch the mail belongs to.
        epoch: u64,
    },
    /// Owners decided on one of the team; mails to all owners follow.
    #[serde(rename = "admin.team_changed")]
    TeamChanged {
        admin: AdminId,
        /// What they are called.
        name: Name,
        change: TeamAct,
        /// The role they have now, or had last.
        role: Role,
        /// The owners who are told.
        told: Vec<ToldAdmin>,
    },
    /// An admin signed in.
    #[serde(rename = "admin.signed_in")]
    AdminSignedIn { admin: AdminId },
    /// An admin signed out everywhere but in one browser.
    #[serde(rename = "admin.signed_out")]
    AdminSignedOut { admin: AdminId },
    /// A partner signed out everywhere but in one browser.
    #[serde(rename = "partner.signed_out")]
    PartnerSignedOut { partner: PartnerId },
    /// An API key was made.
    #[serde(rename = "api_key.created")]
    ApiKeyCreated { key: ApiKeyId, label: Name },
    /// An API key was deleted.
    #[serde(rename = "api_key.deleted")]
    ApiKeyDeleted { key: ApiKeyId, label: Name },
    /// How visitors may be reported was changed.
    #[serde(rename = "attribution.changed")]
    AttributionChanged,
    /// Somebody wants a file imported. If it is there already, its reading follows; else it is yet to be uploaded.
    #[serde(rename = "import.started")]
    ImportStarted {
        import: ImportId,
        /// Whether its file is there.
        there: bool,
    },
    /// Somebody wants something done to many partners; the selecting of them follows.
    #[serde(rename = "bulk.started")]
    BulkStarted { import: ImportId },
    /// Somebody stopped an import; whoever reads it is told.
    #[serde(rename = "import.cancelled")]
    ImportCancelled {
        import: ImportId,
        /// Whether its rows are partners of the roster.
        #[serde(default)]
        roster: bool,
    },
    /// Every row of an import is accounted for; its report follows.
    #[serde(rename = "import.completed")]
    ImportCompleted { import: ImportId },
    /// An import could not be read, or not to its end.
    #[serde(rename = "import.failed")]
    ImportFailed { import: ImportId },
    /// Somebody wants partners as a file; its making follows.
    #[serde(rename = "export.started")]
    ExportStarted { export: ExportId },
    /// Somebody looks at the overview, and what it shows is old; the adding up follows.
    #[serde(rename = "overview.asked")]
    OverviewAsked,
    /// An endpoint for webhooks was added.
    #[serde(rename = "webhook.created")]
    WebhookCreated { webhook: WebhookId },
    /// An endpoint was changed, switched on or off by an admin, or given a new secret.
    #[serde(rename = "webhook.changed")]
    WebhookChanged { webhook: WebhookId },
    /// An endpoint was deleted.
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted { webhook: WebhookId },
    /// An admin tries an endpoint out; its delivery follows.
    #[serde(rename = "webhook.tested")]
    WebhookTested { webhook: WebhookId },
    /// An admin wants an endpoint to be told of something again; that follows.
    #[serde(rename = "webhook.delivery_asked")]
    WebhookDeliveryAsked {
        webhook: WebhookId,
        /// Of which event.
        delivery: EventId,
    },
    /// An endpoint failed for too long, or said that it is gone; mails to the admins follow.
    #[serde(rename = "webhook.switched_off")]
    WebhookSwitchedOff {
        webhook: WebhookId,
        why: OffReason,
        /// Who is told.
        admins: Vec<ToldAdmin>,
    },
}
