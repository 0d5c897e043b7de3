//! Partners and programs as the API shows them.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::{Commission, GrantSource, MailState, Metadata, Partner, PartnerState, Program, Undeliverable};

/// A partner. Fields are never renamed or removed: clients of others rely on them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerView {
    id: String,
    email: String,
    name: String,
    state: PartnerState,
    /// Whether the partner came by a mail that is sent or waits.
    invited: bool,
    created_at: Timestamp,
    invited_at: Option<Timestamp>,
    invitation_ends_at: Option<Timestamp>,
    activated_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    mail: Option<MailView>,
    /// That the address refuses mail.
    undeliverable: Option<Undeliverable>,
    grants: Vec<GrantView>,
    grants_version: u64,
    /// What a caller keeps with them; only where one partner is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<serde_json::Value>,
}

impl PartnerView {
    /// The partner with what a caller keeps with them.
    #[must_use]
    pub fn whole(partner: &Partner, metadata: Option<&Metadata>) -> Self {
        Self { metadata: metadata.map(Metadata::value), ..Self::from(partner) }
    }
}

#[derive(Debug, Serialize)]
struct MailView {
    state: MailState,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GrantView {
    program_id: String,
    source: GrantSource,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    commission: Option<Commission>,
}

impl From<&Partner> for PartnerView {
    fn from(partner: &Partner) -> Self {
        let grants = partner.grants.iter().map(|(program, grant)| GrantView {
            program_id: program.to_string(),
            source: grant.source,
            at: grant.at,
            commission: grant.commission,
        });
        Self {
            id: partner.id.to_string(),
            email: partner.email.to_string(),
            name: partner.name.to_string(),
            state: partner.state(),
            invited: partner.invited_at.is_some(),
            created_at: partner.created_at,
            invited_at: partner.invited_at,
            invitation_ends_at: partner.invitation_ends_at,
            activated_at: partner.activated_at,
            revoked_at: partner.revoked_at,
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

/// A program.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgramView {
    id: String,
    name: String,
    destination: String,
    allowed_hosts: Vec<String>,
    commission: Commission,
    /// How many days after a visit a conversion counts.
    attribution_days: i64,
    archived: bool,
    archived_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<&Program> for ProgramView {
    fn from(program: &Program) -> Self {
        Self {
            id: program.id.to_string(),
            name: program.name.to_string(),
            destination: program.destination.to_string(),
            allowed_hosts: program.allowed_hosts.iter().map(ToString::to_string).collect(),
            commission: program.commission,
            attribution_days: program.attribution_days.days(),
            archived: program.archived_at.is_some(),
            archived_at: program.archived_at,
            created_at: program.created_at,
        }
    }
}
