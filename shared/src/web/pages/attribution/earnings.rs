//! What a partner earned, as they see it. It never tells what was dropped, or why.

use askama::Template;

use crate::web::pages::{Chart, CommissionRow, Shell, Total};

/// A partner's earnings.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/attribution/earnings.html")]
pub struct Earnings {
    /// What surrounds it.
    pub shell: Shell,
    /// Sums, one a currency; none means that nothing was earned yet.
    pub totals: Vec<Total>,
    /// The last weeks, in the currency they earn most in.
    pub chart: Option<Chart>,
    /// The commissions on this page, newest first.
    pub rows: Vec<CommissionRow>,
    /// The first page, when this isn't it.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}
