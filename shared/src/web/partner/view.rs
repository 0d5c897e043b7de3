//! Partners and programs as the API shows them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{
    Commission, Destination, EmailAddress, GrantSource, Host, MailState, Metadata, Name, Partner, PartnerId,
    PartnerState, Program, ProgramId, Undeliverable,
};

/// A person with share links.
///
/// Fields are never renamed or removed: clients of others rely on them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Partner", description = "A person with share links.")]
pub struct PartnerView {
    id: PartnerId,
    /// Unique in the brand.
    email: EmailAddress,
    name: Name,
    state: PartnerState,
    /// Whether the partner came by a mail that is sent or waits.
    invited: bool,
    created_at: Timestamp,
    invited_at: Option<Timestamp>,
    /// Until when links in mails can be used to accept.
    invitation_ends_at: Option<Timestamp>,
    /// When they were reminded of that; once for each invitation, where the brand wants it.
    reminded_at: Option<Timestamp>,
    /// When they said that they are not interested; null once they signed in.
    declined_at: Option<Timestamp>,
    /// When they first signed in, or were added.
    activated_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    /// When the person was erased. Name and address are nobody's from then on.
    erased_at: Option<Timestamp>,
    /// When nothing of them was left elsewhere either, but for what ends by its own time.
    scrubbed_at: Option<Timestamp>,
    /// The last mail that was to be sent to them.
    mail: Option<MailView>,
    /// That the address refuses mail.
    undeliverable: Option<Undeliverable>,
    /// What they may create links for.
    grants: Vec<GrantView>,
    /// Goes up with every change of the grants.
    grants_version: u64,
    /// What a caller keeps with them; only where one partner is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<serde_json::Value>,
}

impl PartnerView {
    /// The partner with what a caller keeps with them.
    #[must_use]
    pub fn whole(partner: &Partner, metadata: Option<&Metadata>) -> Self {
        Self { metadata: metadata.map(Metadata::value), ..Self::from(partner) }
    }
}

/// What became of a mail.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Mail")]
struct MailView {
    state: MailState,
    /// Since when.
    at: Timestamp,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// The right to create links for one program.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Grant")]
struct GrantView {
    program_id: ProgramId,
    source: GrantSource,
    /// Since when.
    at: Timestamp,
    /// Terms agreed with this grant, where they are not the program's.
    #[serde(skip_serializing_if = "Option::is_none")]
    commission: Option<Commission>,
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

/// What partners can share: where its links lead, and what it pays.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Program")]
pub struct ProgramView {
    id: ProgramId,
    /// What people call it.
    #[schemars(example = "Spring launch")]
    name: Name,
    destination: Destination,
    /// Hosts besides the destination's own that links may lead to.
    allowed_hosts: Vec<Host>,
    commission: Commission,
    /// How many days after a visit a conversion counts.
    attribution_days: i64,
    /// Whether it is closed for new grants and new links.
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
