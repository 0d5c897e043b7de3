//! The input of a conversion.

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
    /// The user, if the shop identified them before.
    user_id: Option<UserId>,
    /// Alternatively, the value that arrived as `cref`.
    click_id: Option<String>,
    /// Type of the conversion.
    r#type: ConversionType,
    /// Value in minor units of `currency`.
    #[schemars(range(min = 0, max = Money::AMOUNT_MAX))]
    value: Option<i64>,
    /// ISO 4217 code; required with a `value`.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    currency: Option<String>,
    /// The shop's ID of the conversion, under which it counts once.
    external_event_id: Option<ExternalId>,
}

impl Input {
    /// Returns the keys of the items to which the user ID or click ID refers.
    pub(crate) fn known_by(&self, brand: &BrandSlug) -> Vec<RawKey> {
        let visitor = self.user_id.iter().map(|user| keys::visitor(brand, user).raw());
        visitor.chain(self.click().map(|click| keys::click(brand, &click).raw())).collect()
    }

    fn click(&self) -> Option<ClickId> {
        self.click_id.as_deref().and_then(|text| ClickId::parse(text).ok())
    }

    /// Returns the visit to which the conversion is attributed; `None` if it is unknown.
    pub(crate) fn visit(&self, brand: &BrandSlug, found: &Found) -> Result<Option<Visit>> {
        match (&self.user_id, &self.click_id) {
            (Some(user), None) => Ok(found.get(&keys::visitor(brand, user))?.map(Visit::from)),
            (None, Some(_)) => {
                let Some(id) = self.click() else { return Ok(None) };
                Ok(found.get(&keys::click(brand, &id))?.map(|click| Visit::from((id, click))))
            }
            (Some(_), Some(_)) | (None, None) => {
                let message = "Send either `userId` or `clickId`, not both.";
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
