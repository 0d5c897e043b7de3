//! Money on pages: totals, a chart over time, and single commissions. All amounts come as people read them: "€12.50".

use crate::web::pages::When;

/// What was earned in one currency.
#[derive(Clone, Debug)]
pub struct Total {
    /// Its ISO 4217 code, to be read where there are several.
    pub currency: String,
    /// Earned and not paid yet.
    pub accrued: String,
    /// Whether that is anything.
    pub owed: bool,
    /// Paid.
    pub paid: String,
    /// Taken back, as after a refund; nothing hides it.
    pub reversed: Option<String>,
}

/// Bars over time, oldest first, as many as there are; twelve weeks look best.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it shows: "Earned each week, in EUR".
    pub title: String,
    /// One a week.
    pub bars: Vec<Bar>,
    /// Where it begins: "7 September".
    pub from: String,
    /// Where it ends: "This week".
    pub to: String,
    /// The sum of all: "€312.40".
    pub sum: String,
}

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it stands for: "Week of 7 September".
    pub label: String,
    /// How much that is: "€12.50".
    pub value: String,
    /// How high it is, in percent of the highest; whatever isn't nothing should be seen, so at least 3.
    pub height: u8,
}

impl Chart {
    /// How wide the picture is, in its own units: thirty a bar.
    pub fn width(&self) -> usize {
        self.bars.len() * 30
    }

    /// Whether there is anything to see.
    pub fn flat(&self) -> bool {
        self.bars.iter().all(|bar| bar.height == 0)
    }
}

impl Bar {
    /// Where it begins, from above.
    pub fn top(&self) -> u8 {
        100_u8.saturating_sub(self.height)
    }
}

/// A commission.
#[derive(Clone, Debug)]
pub struct CommissionRow {
    /// Its id, which is the id of the row too.
    pub id: String,
    /// When it was booked.
    pub when: When,
    /// Who earned it; not told where the page is about one partner.
    pub partner: Option<Person>,
    /// The name of the program.
    pub program: String,
    /// What was done: "sale".
    pub kind: String,
    /// What it is known by elsewhere: "Order 1042"; may be empty.
    pub reference: String,
    /// What it was worth, if that is known: "€125.00".
    pub value: Option<String>,
    /// What the partner earns by it: "€12.50".
    pub amount: String,
    /// Where it stands.
    pub state: CommissionState,
    /// When it was paid or reversed.
    pub settled: Option<When>,
}

/// A partner to be named.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// Where a commission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommissionState {
    /// Earned, to be paid.
    Accrued,
    /// Paid.
    Paid,
    /// Taken back.
    Reversed,
}

impl CommissionState {
    /// The word for it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Accrued => "To be paid",
            Self::Paid => "Paid",
            Self::Reversed => "Reversed",
        }
    }

    /// The colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Accrued => "info",
            Self::Paid => "good",
            Self::Reversed => "quiet",
        }
    }

    /// The word in the address.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Accrued => "accrued",
            Self::Paid => "paid",
            Self::Reversed => "reversed",
        }
    }

    /// Whether it can still be paid or reversed.
    pub fn open(&self) -> bool {
        *self == Self::Accrued
    }
}
