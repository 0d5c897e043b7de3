//! What a caller says of a new partner, in our words and in those that clients of others use.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, InvalidField, Result,
    domain::{
        Access, Application, BrandSlug, EmailAddress, GrantSource, Invalid, Metadata, Name, NewPartner, Program,
        ProgramId, Scope, programs_to_grant, shortened,
    },
    web::{Caller, CommissionSnapshot},
};

const CREATOR_CHARS_MAX: usize = 200;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Where the invitation goes. Unique in the brand; kept in lower case.
    email: EmailAddress,
    name: Name,
    /// Whether a mail invites them. If not, the partner is active at once.
    #[serde(default = "yes")]
    send_invite: bool,
    /// Left out: all open programs. Empty: none.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    program_ids: Option<Vec<String>>,
    /// The older name of `programIds`. Not both.
    #[schemars(with = "Option<Vec<ProgramId>>")]
    campaign_ids: Option<Vec<String>>,
    /// Who gives the grants.
    #[serde(default)]
    campaign_grant_source: WireSource,
    /// Whatever you keep with the partner: an object of at most 4 KB.
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<serde_json::Value>,
    /// That whoever had this address and was erased asked to come back. Only an admin in person can say so. Nothing of what
    /// was erased returns.
    #[serde(default)]
    pub(crate) readmit: bool,
    /// Terms for these grants, where they are not the programs' own.
    commission_snapshot: Option<CommissionSnapshot>,
}

/// Who gives the grants of an invitation.
#[derive(Deserialize, JsonSchema, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "InvitationSource")]
enum WireSource {
    /// The brand itself.
    #[default]
    Admin,
    /// The Network; needs the scope `network:write` too. Whoever is here already gets the programs besides what they have,
    /// and the programs must be named.
    Offering,
}

fn yes() -> bool {
    true
}

/// What a caller wants.
pub(crate) enum Wanted {
    /// A new partner.
    Invitation(Box<NewPartner>),
    /// What the Network approved.
    Approval(Box<Application>, Option<Metadata>),
}

impl Input {
    pub(crate) fn wanted(self, app: &App, brand: BrandSlug, programs: &[Program], caller: &Caller) -> Result<Wanted> {
        let at = |field: &'static str| move |invalid: Invalid| InvalidField::at(field, invalid);
        let (field, wanted) = match (self.program_ids, self.campaign_ids) {
            (Some(_), Some(_)) => {
                let message = "Send `programIds` or its older name `campaignIds`, not both.";
                return Err(InvalidField::at("campaignIds", Invalid::unsupported(message)).into());
            }
            (None, Some(ids)) => ("campaignIds", Some(ids)),
            (ids, None) => ("programIds", ids),
        };
        let source = match self.campaign_grant_source {
            WireSource::Admin => GrantSource::Admin,
            WireSource::Offering => {
                caller.must(Scope::NetworkWrite)?;
                if wanted.is_none() {
                    let message = "An approval names the programs of its offering.";
                    return Err(InvalidField::at(field, Invalid::missing(message)).into());
                }
                GrantSource::Network
            }
        };
        let metadata = self.metadata.as_ref().map(Metadata::parse).transpose().map_err(at("metadata"))?;
        let creator = self.metadata.as_ref().and_then(|metadata| metadata.get("networkCreatorId")?.as_str());
        let programs = programs_to_grant(wanted.as_deref(), programs).map_err(at(field))?;
        let commission = self.commission_snapshot.map(CommissionSnapshot::read).transpose();
        let commission = commission.map_err(at("commissionSnapshot"))?;
        if source == GrantSource::Network {
            let application = Application {
                id: None,
                network: None,
                creator: creator.and_then(|id| shortened(id, CREATOR_CHARS_MAX)),
                name: self.name,
                email: self.email,
                handle: None,
                programs,
                wanted: None,
                note: None,
                commission,
                send_invite: self.send_invite,
            };
            return Ok(Wanted::Approval(Box::new(application), metadata));
        }
        Ok(Wanted::Invitation(Box::new(NewPartner {
            id: app.fresh(),
            event: app.fresh(),
            brand,
            name: self.name,
            email: self.email,
            programs,
            source,
            commission,
            access: if self.send_invite { Access::Invitation } else { Access::AtOnce },
            metadata,
            import: None,
        })))
    }
}
