//! What a caller says of a new partner, in our words and in those that clients of others use.

use serde::Deserialize;
use shared::{
    App, InvalidField, Result,
    domain::{
        Access, BrandSlug, Commission, EmailAddress, GrantSource, Invalid, Metadata, Name, NewPartner, Program, Scope,
        programs_to_grant,
    },
    web::Caller,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    email: EmailAddress,
    name: Name,
    /// Without it the partner is active at once, and no mail is sent.
    #[serde(default = "yes")]
    send_invite: bool,
    /// Left out: all open programs. Empty: none.
    program_ids: Option<Vec<String>>,
    /// The older name of `programIds`.
    campaign_ids: Option<Vec<String>>,
    #[serde(default)]
    campaign_grant_source: WireSource,
    metadata: Option<serde_json::Value>,
    commission_snapshot: Option<CommissionSnapshot>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum WireSource {
    #[default]
    Admin,
    Offering,
}

/// Terms in the spelling of the clients that send them: percent as people say it, amounts in minor units.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommissionSnapshot {
    commission_type: CommissionType,
    commission_value: serde_json::Number,
    currency: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum CommissionType {
    Percent,
    Fixed,
}

fn yes() -> bool {
    true
}

impl Input {
    pub(crate) fn new_partner(
        self,
        app: &App,
        brand: BrandSlug,
        programs: &[Program],
        caller: &Caller,
    ) -> Result<NewPartner> {
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
                GrantSource::Network
            }
        };
        Ok(NewPartner {
            id: app.fresh(),
            event: app.fresh(),
            brand,
            name: self.name,
            email: self.email,
            programs: programs_to_grant(wanted.as_deref(), programs).map_err(at(field))?,
            source,
            commission: self
                .commission_snapshot
                .map(CommissionSnapshot::read)
                .transpose()
                .map_err(at("commissionSnapshot"))?,
            access: if self.send_invite { Access::Invitation } else { Access::AtOnce },
            metadata: self.metadata.as_ref().map(Metadata::parse).transpose().map_err(at("metadata"))?,
        })
    }
}

impl CommissionSnapshot {
    fn read(self) -> Result<Commission, Invalid> {
        match (self.commission_type, self.currency) {
            (CommissionType::Percent, None) => Commission::percent_of_text(&self.commission_value.to_string()),
            (CommissionType::Percent, Some(_)) => Err(Invalid::unsupported("A percentage has no currency.")),
            (CommissionType::Fixed, None) => Err(Invalid::unsupported("A fixed commission needs a `currency`.")),
            (CommissionType::Fixed, Some(currency)) => {
                let message = "A fixed commission is a whole number of minor units.";
                let amount = self.commission_value.as_u64().ok_or_else(|| Invalid::unsupported(message))?;
                Commission::fixed(amount, &currency)
            }
        }
    }
}
