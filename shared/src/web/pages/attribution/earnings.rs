//! A partner's earnings, as they see them. Dropped attribution and its reasons are never shown.

use askama::Template;

use crate::web::pages::{Chart, CommissionRow, Layout, Total};

/// A partner's earnings.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/attribution/earnings.html")]
pub struct Earnings {
    /// Page layout.
    pub shell: Layout,
    /// Totals, one per currency; empty means that nothing was earned yet.
    pub totals: Vec<Total>,
    /// Chart of the last weeks, in the currency in which they earn most.
    pub chart: Option<Chart>,
    /// Commissions on this page, newest first.
    pub rows: Vec<CommissionRow>,
    /// URL of the first page, unless this is it.
    pub first: Option<String>,
    /// URL of the next page.
    pub next: Option<String>,
}
