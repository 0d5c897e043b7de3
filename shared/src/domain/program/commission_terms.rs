//! Commission terms: what is paid for a conversion.

use std::str::FromStr;

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::domain::{Invalid, Money};

/// Commission terms of a program or a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", try_from = "CommissionParts")]
pub enum CommissionTerms {
    /// A share of the sale.
    Percent {
        /// The share in hundredths of a percent: 1–10,000.
        basis_points: u32,
    },
    /// The same amount for each conversion.
    Fixed {
        /// Amount in minor units of the currency.
        amount: u64,
        /// ISO 4217 currency.
        currency: Currency,
    },
}

/// Commission terms as received, before their limits are checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommissionParts {
    r#type: String,
    basis_points: Option<u32>,
    amount: Option<u64>,
    currency: Option<String>,
}

impl TryFrom<CommissionParts> for CommissionTerms {
    type Error = Invalid;

    fn try_from(parts: CommissionParts) -> Result<Self, Invalid> {
        let CommissionParts { r#type, basis_points, amount, currency } = parts;
        match (r#type.as_str(), basis_points, amount, currency) {
            ("percent", Some(basis_points), None, None) => Self::percent(basis_points),
            ("fixed", None, Some(amount), Some(currency)) => Self::fixed(amount, &currency),
            _ => Err(Invalid::new(
                "invalid_commission",
                "A commission must be {\"type\": \"percent\", \"basisPoints\"} or {\"type\": \"fixed\", \"amount\", \"currency\"}.",
            )),
        }
    }
}

impl CommissionTerms {
    pub(in crate::domain) const AMOUNT_MAX: u64 = 100_000_000;

    /// Returns a share of 1–10,000 hundredths of a percent.
    ///
    /// # Errors
    /// Fails with `invalid_commission`.
    pub fn percent(basis_points: u32) -> Result<Self, Invalid> {
        if (1..=10_000).contains(&basis_points) {
            Ok(Self::Percent { basis_points })
        } else {
            Err(Invalid::new(
                "invalid_commission",
                "A percentage must be between 0.01% and 100%: 1 to 10,000 basis points.",
            ))
        }
    }

    /// Parses a share in percent, as people write it: `10` or `12.5`.
    ///
    /// # Errors
    /// Fails with `invalid_commission`.
    pub fn percent_of_text(text: &str) -> Result<Self, Invalid> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction:0<2}");
        match digits.parse() {
            Ok(basis_points) if fraction.len() <= 2 => Self::percent(basis_points),
            Ok(_) | Err(_) => {
                Err(Invalid::new("invalid_commission", "A percentage can have at most two decimal places."))
            }
        }
    }

    /// Returns a fixed amount in minor units.
    ///
    /// # Errors
    /// Fails with `invalid_commission` for zero or for more than 100,000,000 minor units (a million of most
    /// currencies), or with `unknown_currency`.
    pub fn fixed(amount: u64, currency: &str) -> Result<Self, Invalid> {
        let currency = self::currency(currency)?;
        if (1..=Self::AMOUNT_MAX).contains(&amount) {
            Ok(Self::Fixed { amount, currency })
        } else {
            Err(Invalid::new("invalid_commission", "A fixed commission must be between 1 and 100,000,000 minor units."))
        }
    }

    /// Returns what a conversion of this `value` earns. A share is rounded half to even, as in bookkeeping (and by
    /// default in IEEE 754); without a value there is nothing to share.
    #[must_use]
    pub fn earned(&self, value: Option<Money>) -> Option<Money> {
        match *self {
            Self::Fixed { amount, currency } => Some(Money { amount, currency }),
            Self::Percent { basis_points } => {
                let Money { amount, currency } = value?;
                let share = amount.checked_mul(u64::from(basis_points))?;
                let (whole, rest) = (share / 10_000, share % 10_000);
                let up = rest > 5_000 || (rest == 5_000 && whole % 2 == 1);
                Some(Money { amount: whole + u64::from(up), currency })
            }
        }
    }

    /// Returns the number as people write it: `12.5` percent, `5.00` of a currency.
    #[must_use]
    pub fn number(&self) -> String {
        match self {
            Self::Percent { basis_points } => {
                let number = decimal(u64::from(*basis_points), 2);
                number.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            Self::Fixed { amount, currency } => decimal(*amount, currency.exponent().map_or(2, usize::from)),
        }
    }

    /// Returns the terms in words: `10% of each sale`, `5.00 EUR for each conversion`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Percent { .. } => format!("{}% per sale", self.number()),
            Self::Fixed { currency, .. } => {
                format!("{} {} per conversion", self.number(), currency.code())
            }
        }
    }
}

/// Parses a currency that people pay in. Gold, funds and test codes are rejected: they have no minor unit.
///
/// # Errors
/// Fails with `unknown_currency`.
pub(in crate::domain) fn currency(code: &str) -> Result<Currency, Invalid> {
    let known = Currency::from_str(code).ok().filter(|currency| currency.exponent().is_some());
    known.ok_or_else(|| Invalid::new("unknown_currency", "Enter an ISO 4217 currency code, such as EUR."))
}

/// Formats `number` with `digits` decimals.
pub(in crate::domain) fn decimal(number: u64, digits: usize) -> String {
    let text = format!("{number:0>width$}", width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_to_even() {
        let of = |basis_points, amount| {
            let value = Money { amount, currency: Currency::EUR };
            CommissionTerms::percent(basis_points).unwrap().earned(Some(value)).unwrap().amount
        };
        for (basis_points, amount, earned) in [
            (1_000, 5, 0),
            (1_000, 15, 2),
            (1_000, 25, 2),
            (1_000, 35, 4),
            (1_000, 26, 3),
            (10_000, 7, 7),
            (1, 4_999, 0),
        ] {
            assert_eq!(of(basis_points, amount), earned, "{basis_points} of {amount}");
        }
        assert_eq!(CommissionTerms::percent(1_000).unwrap().earned(None), None);
    }

    #[test]
    fn commissions_are_described_in_words() {
        for (commission, words) in [
            (CommissionTerms::percent(1_000), "10% per sale"),
            (CommissionTerms::percent(1_250), "12.5% per sale"),
            (CommissionTerms::percent(1), "0.01% per sale"),
            (CommissionTerms::fixed(500, "EUR"), "5.00 EUR per conversion"),
            (CommissionTerms::fixed(7, "EUR"), "0.07 EUR per conversion"),
            (CommissionTerms::fixed(500, "JPY"), "500 JPY per conversion"),
        ] {
            assert_eq!(commission.unwrap().in_words(), words);
        }
        assert_eq!(CommissionTerms::percent_of_text("12.5"), CommissionTerms::percent(1_250));
        assert_eq!(CommissionTerms::percent_of_text("7"), CommissionTerms::percent(700));
        assert!(CommissionTerms::percent_of_text("1.005").is_err());
        assert!(CommissionTerms::percent_of_text("1e3").is_err());
        assert!(CommissionTerms::percent(0).is_err());
        assert!(CommissionTerms::percent(10_001).is_err());
        assert_eq!(CommissionTerms::fixed(1, "XXQ").map_err(|error| error.code), Err("unknown_currency"));
    }
}
