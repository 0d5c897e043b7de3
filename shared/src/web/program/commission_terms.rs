//! Commission terms that a caller agrees with a new partner.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{CommissionTerms, Invalid};

/// Commission terms as clients send them: percentages as people write them, amounts in minor units.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommissionSnapshot {
    commission_type: CommissionType,
    /// A percentage with at most two decimals, or an integer amount in minor units.
    commission_value: serde_json::Number,
    /// ISO 4217 code; only for fixed amounts.
    currency: Option<String>,
}

/// Type of commission terms.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum CommissionType {
    /// A share of the sale.
    Percent,
    /// The same amount for each conversion.
    Fixed,
}

impl CommissionSnapshot {
    /// Converts to the domain's commission terms.
    ///
    /// # Errors
    /// Fails with `invalid_commission`, `unknown_currency` or `invalid_value`.
    pub fn read(self) -> Result<CommissionTerms, Invalid> {
        match (self.commission_type, self.currency) {
            (CommissionType::Percent, None) => CommissionTerms::percent_of_text(&self.commission_value.to_string()),
            (CommissionType::Percent, Some(_)) => Err(Invalid::unsupported("A percentage can't have a currency.")),
            (CommissionType::Fixed, None) => Err(Invalid::unsupported("A fixed commission needs a `currency`.")),
            (CommissionType::Fixed, Some(currency)) => {
                let message = "A fixed commission must be a whole number of minor units.";
                let amount = self.commission_value.as_u64().ok_or_else(|| Invalid::unsupported(message))?;
                CommissionTerms::fixed(amount, &currency)
            }
        }
    }
}
