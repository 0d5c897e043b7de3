//! Recorded commissions, and the totals that they add up to.

use std::{collections::BTreeMap, str::FromStr};

use iso_currency::Currency;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, BrandSlug, ClickId, CommissionId, ConversionType, Event, EventId, EventKind, ExternalId, Invalid, LinkKey,
    PartnerId, ProgramId,
    program::commission_terms::{currency, decimal},
};

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Amount in minor units of the currency.
    pub amount: u64,
    /// ISO 4217 currency.
    pub currency: Currency,
}

impl Money {
    /// Maximum value of a conversion, in minor units: a thousand million of most currencies.
    pub const AMOUNT_MAX: i64 = 100_000_000_000;

    /// Parses the value of a conversion.
    ///
    /// # Errors
    /// Fails with `invalid_amount` or `unknown_currency`.
    pub fn parse(amount: i64, code: &str) -> Result<Self, Invalid> {
        let currency = currency(code)?;
        match u64::try_from(amount) {
            Ok(units) if amount <= Self::AMOUNT_MAX => Ok(Self { amount: units, currency }),
            Ok(_) | Err(_) => {
                Err(Invalid::new("invalid_amount", "A value must be between 0 and 100,000,000,000 minor units."))
            }
        }
    }

    /// Returns the amount as people write it: `12.50 EUR`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let digits = self.currency.exponent().map_or(2, usize::from);
        format!("{} {}", decimal(self.amount, digits), self.currency.code())
    }
}

/// Status of a commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommissionState {
    /// It is owed.
    Accrued,
    /// It was paid.
    Paid,
    /// It was reversed before it was paid.
    Reversed,
}

impl CommissionState {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Accrued, Self::Paid, Self::Reversed];

    /// Returns the status as it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accrued => "accrued",
            Self::Paid => "paid",
            Self::Reversed => "reversed",
        }
    }
}

/// A commission that a conversion earned a partner. It stays whatever happens to the partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commission {
    /// Identifies the commission; sorts by time.
    pub id: CommissionId,
    /// Brand that owes it.
    pub brand: BrandSlug,
    /// Partner who earned it.
    pub partner: PartnerId,
    /// Program under which it was earned.
    pub program: ProgramId,
    /// Link through which the visitor came.
    pub link: LinkKey,
    /// Click to which it is attributed.
    pub click: ClickId,
    /// Type of the conversion.
    pub conversion: ConversionType,
    /// The shop's ID of the conversion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<ExternalId>,
    /// Value of the conversion to the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// Status of the commission.
    pub state: CommissionState,
    /// Amount in minor units.
    pub amount: u64,
    /// Currency of the amount.
    pub currency: Currency,
    /// Time at which it was recorded.
    pub created_at: Timestamp,
    /// Time at which it was paid or reversed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// ID of the actor who settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<String>,
}

/// The partner who earned a commission, found by the commission's ID alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommissionOwner {
    /// ID of the partner.
    pub id: PartnerId,
}

/// Ways to settle an owed commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It was paid.
    Paid,
    /// It is reversed, for example after a refund.
    Reversed,
}

/// A commission that was settled, ready to be written.
#[derive(Debug, Clone)]
pub struct CommissionSettled {
    /// The commission after the change.
    pub commission: Commission,
    /// Event that records it.
    pub event: Event,
}

/// Reasons why a commission can't be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// It was paid already.
    #[error("This commission has already been paid.")]
    Paid,
    /// It was reversed already.
    #[error("This commission has already been reversed.")]
    Reversed,
}

impl Commission {
    /// Returns the amount with its currency.
    #[must_use]
    pub fn money(&self) -> Money {
        Money { amount: self.amount, currency: self.currency }
    }

    /// Marks the commission as paid or reversed, whatever happened to the partner in the meantime.
    ///
    /// # Errors
    /// Fails with [`SettleError`] if it was settled already.
    pub fn settle(
        self,
        settlement: Settlement,
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<CommissionSettled, SettleError> {
        self.is_open()?;
        let (partner, commission, amount, currency) =
            (self.partner.clone(), self.id.clone(), self.amount, self.currency);
        let (state, kind) = match settlement {
            Settlement::Paid => {
                (CommissionState::Paid, EventKind::CommissionPaid { partner, commission, amount, currency })
            }
            Settlement::Reversed => {
                (CommissionState::Reversed, EventKind::CommissionReversed { partner, commission, amount, currency })
            }
        };
        let settled_by = Some(by.id.clone());
        let event = Event::new(event, &self.brand, by, kind, now);
        Ok(CommissionSettled { commission: Self { state, settled_at: Some(now), settled_by, ..self }, event })
    }

    /// Checks that it can be settled. Called again on the stored commission when the write failed its condition.
    ///
    /// # Errors
    /// Fails with [`SettleError`] if it was settled already.
    pub fn is_open(&self) -> Result<(), SettleError> {
        match self.state {
            CommissionState::Accrued => Ok(()),
            CommissionState::Paid => Err(SettleError::Paid),
            CommissionState::Reversed => Err(SettleError::Reversed),
        }
    }
}

/// Counters of an item, each under its own name, such as `accrued_EUR`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counters(BTreeMap<String, serde_json::Value>);

impl Counters {
    /// Returns the name of the sum of `what` in a currency.
    #[must_use]
    pub fn name(what: &str, currency: Currency) -> String {
        format!("{what}_{}", currency.code())
    }

    /// Returns the name of what was earned in the week of `at` (from Monday, UTC).
    #[must_use]
    pub fn week(at: Timestamp) -> String {
        format!("week_{}", monday(at).strftime("%Y%m%d"))
    }

    /// Returns the sums under `what`, by currency.
    #[must_use]
    pub fn sums(&self, what: &str) -> Vec<Money> {
        let sums = self.0.iter().filter_map(|(name, value)| {
            let currency = name.strip_prefix(what)?.strip_prefix('_')?;
            let (currency, amount) = (Currency::from_str(currency).ok()?, value.as_u64()?);
            (amount > 0).then_some(Money { amount, currency })
        });
        sums.collect()
    }
}

fn monday(at: Timestamp) -> Date {
    let date = at.to_zoned(TimeZone::UTC).date();
    date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).unwrap_or(date)
}

/// Totals of a partner's commissions: under `accrued`, `paid` and `reversed`, and what was earned in each week.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// Sums by name.
    #[serde(flatten)]
    pub figures: Counters,
}

impl Balance {
    /// Returns what was earned in each of the last `number` weeks up to that of `now`, oldest first, with the week's
    /// Monday.
    #[must_use]
    pub fn weeks(&self, now: Timestamp, number: i64) -> Vec<(Date, Vec<Money>)> {
        let weeks = (0..number).rev().filter_map(|back| {
            let at = now.checked_sub((back * 7 * 24).hours()).ok()?;
            Some((monday(at), self.figures.sums(&Counters::week(at))))
        });
        weeks.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_sensible_number_of_minor_units() {
        assert_eq!(Money::parse(1_250, "EUR").map(|money| money.in_words()), Ok("12.50 EUR".to_owned()));
        assert_eq!(Money::parse(1_250, "JPY").map(|money| money.in_words()), Ok("1250 JPY".to_owned()));
        for amount in [-1, i64::MIN, 100_000_000_001, i64::MAX] {
            assert_eq!(Money::parse(amount, "EUR").map_err(|error| error.code), Err("invalid_amount"));
        }
        assert_eq!(Money::parse(1, "EURO").map_err(|error| error.code), Err("unknown_currency"));
    }

    #[test]
    fn weeks_begin_on_monday() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(Counters::week(at("2026-11-22T23:59:59Z")), "week_20261116");
        assert_eq!(Counters::week(at("2026-11-23T00:00:00Z")), "week_20261123");
        assert_eq!(Counters::week(at("2027-01-01T00:00:00Z")), "week_20261228");
        let value = serde_json::json!({"week_20261116_EUR": 5, "accrued_EUR": 7, "accrued_JPY": 0, "pk": "x"});
        let balance: Balance = serde_json::from_value(value).unwrap();
        let weeks = balance.weeks(at("2026-11-22T12:00:00Z"), 2);
        assert_eq!(weeks.iter().map(|(_, sums)| sums.len()).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(balance.figures.sums("accrued"), [Money { amount: 7, currency: Currency::EUR }]);
    }
}
