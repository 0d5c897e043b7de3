//! Decisions on applications, with their outcomes.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{Approval, ApprovalState, NetworkDecision},
    web::{
        pages::{DecidedRow, Link, Tone},
        when,
    },
};

use crate::{Desk, timeline};

/// Time within which the Network should confirm an approval; after it, the page warns.
const CONFIRMED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Returns the row of a decision, with the Network's response and the outcome here.
pub(crate) fn row(
    decision: &NetworkDecision,
    approval: Option<&Approval>,
    (desk, now): (&Desk, Timestamp),
) -> DecidedRow {
    let said = decision.said.clone().unwrap_or_default();
    let (mut tone, network) = match decision.taken {
        None => (Tone::Warn, "no response from the Network, so it may not have been recorded there".to_owned()),
        Some(false) => (Tone::Warn, format!("rejected by the Network: {said}")),
        Some(true) if decision.approve => (Tone::Info, "confirmed by the Network".to_owned()),
        Some(true) => (Tone::Quiet, "confirmed by the Network".to_owned()),
    };
    let base = desk.base();
    let partner = |approval: &Approval| Link {
        label: approval.application.name.to_string(),
        href: format!("{base}/partners/{}", approval.partner),
    };
    let (came, seen) = match approval.map(|approval| (approval, approval.state)) {
        Some((approval, ApprovalState::Accepted)) => {
            tone = Tone::Good;
            ("partner joined", Some(partner(approval)))
        }
        Some((_, ApprovalState::Held)) => {
            tone = Tone::Warn;
            let link = Link { label: "Decide".to_owned(), href: format!("{base}/network") };
            ("held: access is revoked", Some(link))
        }
        Some((approval, ApprovalState::Dismissed)) => {
            tone = Tone::Quiet;
            ("dismissed: access is revoked", Some(partner(approval)))
        }
        None if decision.approve && decision.taken == Some(true) && now < decision.at + CONFIRMED_WITHIN => {
            ("waiting for the approval from the Network", None)
        }
        None if decision.approve && decision.taken == Some(true) => {
            tone = Tone::Warn;
            let link = Link { label: "Check connection".to_owned(), href: format!("{base}/network") };
            ("no approval arrived: does the Network have this brand’s webhook URL and signing secret?", Some(link))
        }
        None => ("", None),
    };
    DecidedRow {
        tone,
        creator: decision.creator.clone().unwrap_or_else(|| decision.id.to_string()),
        verb: if decision.approve { "Approved" } else { "Rejected" },
        by: timeline::actor(&decision.by),
        when: when(decision.at, now, &desk.brand.time_zone),
        note: decision.note.as_ref().map(ToString::to_string).unwrap_or_default(),
        network,
        came,
        seen,
    }
}
