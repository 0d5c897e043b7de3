//! Filters for the partners of a roster.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{GrantSource, MailState, Partner, PartnerState, ProgramId, SuppressionReason};

/// A status to filter by. Unlike [`PartnerState`], it distinguishes expired invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// This status; for invited partners, expired invitations included.
    Is(PartnerState),
    /// Invited, and the invitation expired.
    Ended,
}

/// Filter for partners; a field that is `None` matches all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartnerFilter {
    /// Status of the partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateFilter>,
    /// Delivery status of the last email to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailState>,
    /// Program that is granted to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramId>,
    /// Source of at least one of their grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<GrantSource>,
}

/// A selection of partners, by search and filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerSelector {
    /// Prefix of a name or an email address, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Filter that they must match.
    pub filter: PartnerFilter,
}

impl PartnerFilter {
    /// Returns the statuses that a match can have.
    #[must_use]
    pub fn states(&self) -> Vec<PartnerState> {
        match self.state {
            None => PartnerState::ALL.to_vec(),
            Some(StateFilter::Is(state)) => vec![state],
            Some(StateFilter::Ended) => vec![PartnerState::Invited],
        }
    }

    /// Returns `true` if matching needs more of a partner than the status.
    #[must_use]
    pub fn looks_closer(&self) -> bool {
        let state = self.state == Some(StateFilter::Ended);
        state || self.mail.is_some() || self.program.is_some() || self.source.is_some()
    }

    /// Returns `true` if `partner` matches at `now`.
    #[must_use]
    pub fn takes(&self, partner: &Partner, now: Timestamp) -> bool {
        let state = match self.state {
            None => true,
            Some(StateFilter::Is(state)) => partner.state() == state,
            Some(StateFilter::Ended) => partner.has_ended(now),
        };
        state
            && self.mail.is_none_or(|state| has_mail(partner, state))
            && self.program.as_ref().is_none_or(|program| partner.grants.contains_key(program))
            && self.source.is_none_or(|source| partner.grants.values().any(|grant| grant.source == source))
    }
}

/// Returns `true` if the last email to them has this delivery status. A suppressed email address counts as bounced or
/// complained for as long as it is suppressed.
fn has_mail(partner: &Partner, state: MailState) -> bool {
    let refused = partner.undeliverable.as_ref().map(|refused| match refused.why {
        SuppressionReason::Bounced => MailState::Bounced,
        SuppressionReason::Complained => MailState::Complained,
    });
    refused == Some(state) || partner.mail.as_ref().is_some_and(|mail| mail.state == state)
}
