//! Money on pages: totals, a chart over time, and single commissions. All amounts are already formatted: "12.50 EUR".

use crate::web::pages::When;

/// Commission totals in one currency.
#[derive(Clone, Debug)]
pub struct Total {
    /// ISO 4217 code, shown if there are several currencies.
    pub currency: String,
    /// Earned and not paid yet.
    pub accrued: String,
    /// True if a commission has accrued.
    pub owed: bool,
    /// Paid.
    pub paid: String,
    /// Reversed, for example after a refund; `None` hides it.
    pub reversed: Option<String>,
}

/// A bar chart over time, oldest bar first. Any number of bars works; twelve weeks look best.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Title: "Earned each week, in EUR".
    pub title: String,
    /// Bars, one per week.
    pub bars: Vec<Bar>,
    /// Label of the first bar: "7 September".
    pub from: String,
    /// Label of the last bar: "This week".
    pub to: String,
    /// Sum of all bars: "312.40 EUR".
    pub sum: String,
}

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Label: "Week of 7 September".
    pub label: String,
    /// Amount: "12.50 EUR".
    pub value: String,
    /// Height in percent of the highest bar. At least 3 if the amount isn't 0, so that it is visible.
    pub height: u8,
}

impl Chart {
    /// Width of the drawing, in its own units: 30 per bar.
    pub fn width(&self) -> usize {
        self.bars.len() * 30
    }

    /// True if all bars are empty, so that there is nothing to see.
    pub fn flat(&self) -> bool {
        self.bars.iter().all(|bar| bar.height == 0)
    }
}

impl Bar {
    /// Vertical position of the bar's upper edge.
    pub fn top(&self) -> u8 {
        100_u8.saturating_sub(self.height)
    }
}

/// A commission.
#[derive(Clone, Debug)]
pub struct CommissionRow {
    /// ID of the commission, which is also the ID of its row.
    pub id: String,
    /// Time at which it was recorded.
    pub when: When,
    /// Partner who earned it; `None` where the page is about one partner.
    pub partner: Option<Person>,
    /// Name of the program.
    pub program: String,
    /// Type of the conversion: "sale".
    pub kind: String,
    /// ID of the conversion in the shop: "Order 1042"; may be empty.
    pub reference: String,
    /// Value of the conversion, if known: "125.00 EUR".
    pub value: Option<String>,
    /// Amount that the partner earns: "12.50 EUR".
    pub amount: String,
    /// Status of the commission.
    pub state: CommissionState,
    /// Time at which it was paid or reversed.
    pub settled: Option<When>,
}

/// A partner whose name is shown.
#[derive(Clone, Debug)]
pub struct Person {
    /// ID of the partner.
    pub id: String,
    /// Name of the partner.
    pub name: String,
}

/// Status of a commission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommissionState {
    /// Earned, and not paid yet.
    Accrued,
    /// Paid.
    Paid,
    /// Reversed.
    Reversed,
}

impl CommissionState {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Accrued => "Unpaid",
            Self::Paid => "Paid",
            Self::Reversed => "Reversed",
        }
    }

    /// Colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Accrued => "info",
            Self::Paid => "good",
            Self::Reversed => "quiet",
        }
    }

    /// Status, as spelled in URLs.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Accrued => "accrued",
            Self::Paid => "paid",
            Self::Reversed => "reversed",
        }
    }

    /// True if it can still be paid or reversed.
    pub fn open(&self) -> bool {
        *self == Self::Accrued
    }
}
