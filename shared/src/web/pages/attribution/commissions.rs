//! The page of the brand's commissions.

use askama::Template;

use crate::web::pages::{CommissionRow, CommissionState, Layout, Person, Total};

/// Commissions of the partners, to be paid or reversed.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/attribution/commissions.html")]
pub struct Commissions {
    /// Page layout.
    pub shell: Layout,
    /// URL of this page with its filters, to reload it after a change.
    pub here: String,
    /// Status to filter by; all if `None`.
    pub state: Option<CommissionState>,
    /// Partner to filter by.
    pub partner: Option<Person>,
    /// Totals, one per currency; empty hides them.
    pub totals: Vec<Total>,
    /// Commissions on this page, newest first.
    pub rows: Vec<CommissionRow>,
    /// URL of the first page, unless this is it.
    pub first: Option<String>,
    /// URL of the next page.
    pub next: Option<String>,
}

/// A tab: a link to another part of a list.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Label of the tab.
    pub label: &'static str,
    /// URL of the tab.
    pub href: String,
    /// True for the current tab.
    pub current: bool,
}

impl Commissions {
    /// Tabs: one for all commissions, and one for each status.
    pub fn tabs(&self) -> Vec<Tab> {
        let states = [CommissionState::Accrued, CommissionState::Paid, CommissionState::Reversed];
        let all = Tab { label: "All", href: self.address(None), current: self.state.is_none() };
        let tab = |state: CommissionState| Tab {
            label: state.label(),
            href: self.address(Some(state)),
            current: self.state == Some(state),
        };
        std::iter::once(all).chain(states.map(tab)).collect()
    }

    /// URL of the same status for all partners.
    pub fn everybody(&self) -> String {
        Self { partner: None, ..self.clone() }.address(self.state)
    }

    fn address(&self, state: Option<CommissionState>) -> String {
        let state = state.map(|state| format!("state={}", state.slug()));
        let partner = self.partner.as_ref().map(|partner| format!("partner={}", partner.id));
        let query: Vec<_> = state.into_iter().chain(partner).collect();
        let base = format!("{}/commissions", self.shell.base);
        if query.is_empty() { base } else { format!("{base}?{}", query.join("&")) }
    }
}
