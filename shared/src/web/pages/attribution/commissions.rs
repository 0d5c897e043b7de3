//! The brand's commissions.

use askama::Template;

use crate::web::pages::{CommissionRow, CommissionState, Person, Shell, Total};

/// What partners earned, to be paid or taken back.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/attribution/commissions.html")]
pub struct Commissions {
    /// What surrounds it.
    pub shell: Shell,
    /// This page's own address with its filters, to be read again after a change.
    pub here: String,
    /// The state that is asked for; all, if none.
    pub state: Option<CommissionState>,
    /// The one partner whose commissions are asked for.
    pub partner: Option<Person>,
    /// Sums, one a currency; none hides them.
    pub totals: Vec<Total>,
    /// The commissions on this page, newest first.
    pub rows: Vec<CommissionRow>,
    /// The first page, when this isn't it.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

/// A way to another part of the list.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether it is the current one.
    pub current: bool,
}

impl Commissions {
    /// All of them, and each state by itself.
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

    /// This state of everybody.
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
