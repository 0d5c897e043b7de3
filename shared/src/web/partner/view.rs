//! Partners and programs as the API shows them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{
    CommissionTerms, Destination, EmailAddress, GrantSource, Host, MailState, Metadata, Name, Partner, PartnerId,
    PartnerState, Program, ProgramId, Suppression,
};

/// A person with share links.
///
/// Fields are never renamed or removed, because existing clients rely on them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Partner", description = "A person with share links.")]
pub struct PartnerView {
    id: PartnerId,
    /// Unique within the brand.
    email: EmailAddress,
    name: Name,
    state: PartnerState,
    /// True if the partner was invited by an email, which may still be queued.
    invited: bool,
    created_at: Timestamp,
    invited_at: Option<Timestamp>,
    /// Time at which the invitation expires. Until then, the links in its emails accept it.
    invitation_ends_at: Option<Timestamp>,
    /// Time of the reminder: one per invitation, if the brand has switched reminders on.
    reminded_at: Option<Timestamp>,
    /// Time at which they declined; null once they signed in.
    declined_at: Option<Timestamp>,
    /// Time at which they first signed in, or were added as active.
    activated_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    /// Time at which the person was erased. From then on, name and email address are placeholders.
    erased_at: Option<Timestamp>,
    /// Time at which the scrub was complete: nothing of the person is left elsewhere, except what expires by itself.
    scrubbed_at: Option<Timestamp>,
    /// The last email to them.
    mail: Option<MailView>,
    /// Suppression of their email address, if it is suppressed.
    undeliverable: Option<Suppression>,
    /// Programs that they may create links for.
    grants: Vec<GrantView>,
    /// Increases with every change of the grants.
    grants_version: u64,
    /// Metadata that a client stores with them. Only where a single partner is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<serde_json::Value>,
}

impl PartnerView {
    /// The partner, including the metadata that a client stores with them.
    #[must_use]
    pub fn whole(partner: &Partner, metadata: Option<&Metadata>) -> Self {
        Self { metadata: metadata.map(Metadata::value), ..Self::from(partner) }
    }
}

/// Delivery status of an email.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Mail")]
struct MailView {
    state: MailState,
    /// Time since which it has had this status.
    at: Timestamp,
    /// Reason for which it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// A permission to create links for one program.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Grant")]
struct GrantView {
    program_id: ProgramId,
    source: GrantSource,
    /// Time at which it was granted.
    at: Timestamp,
    /// Commission terms of this grant, if they differ from the program's.
    #[serde(skip_serializing_if = "Option::is_none")]
    commission: Option<CommissionTerms>,
}

impl From<&Partner> for PartnerView {
    fn from(partner: &Partner) -> Self {
        let grants = partner.grants.iter().map(|(program, grant)| GrantView {
            program_id: program.clone(),
            source: grant.source,
            at: grant.at,
            commission: grant.commission,
        });
        Self {
            id: partner.id.clone(),
            email: partner.email.clone(),
            name: partner.name.clone(),
            state: partner.state(),
            invited: partner.invited_at.is_some(),
            created_at: partner.created_at,
            invited_at: partner.invited_at,
            invitation_ends_at: partner.invitation_ends_at,
            reminded_at: partner.reminded_at,
            declined_at: partner.declined_at,
            activated_at: partner.activated_at,
            revoked_at: partner.revoked_at,
            erased_at: partner.erased_at,
            scrubbed_at: partner.scrubbed_at,
            mail: partner.mail.as_ref().map(|mail| MailView {
                state: mail.state,
                at: mail.at,
                detail: mail.detail.clone(),
            }),
            undeliverable: partner.undeliverable.clone(),
            grants: grants.collect(),
            grants_version: partner.grants_version,
            metadata: None,
        }
    }
}

/// A program that partners can share: its destination and its commission terms.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Program")]
pub struct ProgramView {
    id: ProgramId,
    /// Name of the program.
    #[schemars(example = "Spring launch")]
    name: Name,
    destination: Destination,
    /// Hosts, besides the destination's own, that links may redirect to.
    allowed_hosts: Vec<Host>,
    commission: CommissionTerms,
    /// Number of days after a click in which a conversion counts.
    attribution_days: i64,
    /// True if no new grants and links are possible.
    archived: bool,
    archived_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<&Program> for ProgramView {
    fn from(program: &Program) -> Self {
        Self {
            id: program.id.clone(),
            name: program.name.clone(),
            destination: program.destination.clone(),
            allowed_hosts: program.allowed_hosts.clone(),
            commission: program.commission,
            attribution_days: program.attribution_days.days(),
            archived: program.archived_at.is_some(),
            archived_at: program.archived_at,
            created_at: program.created_at,
        }
    }
}
