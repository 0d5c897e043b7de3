//! What a shop says of a conversion.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{BrandSlug, ClickId, Conversion, ConversionType, ExternalId, Invalid, Money, UserId, Visit},
    store::{Found, RawKey, keys},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Who, if the shop identified them before.
    user_id: Option<UserId>,
    /// Or what came as `cref`.
    click_id: Option<String>,
    /// What they did.
    r#type: ConversionType,
    /// What it is worth, in minor units of `currency`.
    #[schemars(range(min = 0, max = Money::AMOUNT_MAX))]
    value: Option<i64>,
    /// ISO 4217; needed with a `value`.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    currency: Option<String>,
    /// What the shop calls it: under one id it counts once.
    external_event_id: Option<ExternalId>,
}

impl Input {
    /// Where what the shop calls the visitor leads.
    pub(crate) fn known_by(&self, brand: &BrandSlug) -> Vec<RawKey> {
        let visitor = self.user_id.iter().map(|user| keys::visitor(brand, user).raw());
        visitor.chain(self.click().map(|click| keys::click(brand, &click).raw())).collect()
    }

    fn click(&self) -> Option<ClickId> {
        self.click_id.as_deref().and_then(|text| ClickId::parse(text).ok())
    }

    /// The visit it is put down to; `None` if nobody knows it.
    pub(crate) fn visit(&self, brand: &BrandSlug, found: &Found) -> Result<Option<Visit>> {
        match (&self.user_id, &self.click_id) {
            (Some(user), None) => Ok(found.get(&keys::visitor(brand, user))?.map(Visit::from)),
            (None, Some(_)) => {
                let Some(id) = self.click() else { return Ok(None) };
                Ok(found.get(&keys::click(brand, &id))?.map(|click| Visit::from((id, click))))
            }
            (Some(_), Some(_)) | (None, None) => {
                let message = "Send `userId` or `clickId`, and not both.";
                Err(InvalidField::at("userId", Invalid::unsupported(message)).into())
            }
        }
    }

    pub(crate) fn conversion(self) -> Result<Conversion> {
        let value = match (self.value, self.currency) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(InvalidField::at("currency", Invalid::missing("A `value` needs a `currency`.")).into());
            }
            (Some(value), Some(currency)) => Some(Money::parse(value, &currency).map_err(|invalid| {
                let field = if invalid.code == "unknown_currency" { "currency" } else { "value" };
                InvalidField::at(field, invalid)
            })?),
        };
        Ok(Conversion { kind: self.r#type, value, external_id: self.external_event_id })
    }
}
