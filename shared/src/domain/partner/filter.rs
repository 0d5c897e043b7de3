//! Which partners of a roster somebody wants to see.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{GrantSource, MailRefusal, MailState, Partner, PartnerState, ProgramId};

/// A partner's state as people look for it: an invitation that ended is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// Just this state, an ended invitation included.
    Is(PartnerState),
    /// Invited, and the invitation ended.
    Ended,
}

/// Which partners somebody wants to see; what is `None` doesn't matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartnerFilter {
    /// Where they stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateFilter>,
    /// What became of the last mail to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailState>,
    /// What is granted to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramId>,
    /// Where any of their grants came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<GrantSource>,
}

/// Whom the words of a list choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnersWanted {
    /// The beginning of a name or an address, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only these.
    pub filter: PartnerFilter,
}

impl PartnerFilter {
    /// The states in which there can be any.
    #[must_use]
    pub fn states(&self) -> Vec<PartnerState> {
        match self.state {
            None => PartnerState::ALL.to_vec(),
            Some(StateFilter::Is(state)) => vec![state],
            Some(StateFilter::Ended) => vec![PartnerState::Invited],
        }
    }

    /// Whether more has to be known of a partner than the state.
    #[must_use]
    pub fn looks_closer(&self) -> bool {
        let state = self.state == Some(StateFilter::Ended);
        state || self.mail.is_some() || self.program.is_some() || self.source.is_some()
    }

    /// Whether `partner` is one of them at `now`.
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

/// Whether the last mail to them got this far; an address that refuses mail counts as long as it does.
fn has_mail(partner: &Partner, state: MailState) -> bool {
    let refused = partner.undeliverable.as_ref().map(|refused| match refused.why {
        MailRefusal::Bounced => MailState::Bounced,
        MailRefusal::Complained => MailState::Complained,
    });
    refused == Some(state) || partner.mail.as_ref().is_some_and(|mail| mail.state == state)
}
