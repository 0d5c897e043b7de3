//! Texts for what needs an admin's attention, each with a link to the items concerned.

use jiff::Timestamp;
use shared::{
    domain::{Import, Program, WebhookEndpoint},
    web::pages::{ActionItem, Link, Tone},
};

use crate::{imports, needs::COUNTED, outcomes::counted};

pub(crate) fn held(base: &str, count: usize) -> Option<ActionItem> {
    at_least(count, "approval needs", "approvals need").map(|what| ActionItem {
        tone: Tone::Warn,
        what: format!("{what} a decision"),
        why: "The Network approved someone whose access you revoked.".to_owned(),
        link: link("Decide", format!("{base}/network")),
    })
}

/// Endpoints that were disabled, but not by an admin.
pub(crate) fn switched_off(base: &str, endpoints: &[&WebhookEndpoint]) -> Option<ActionItem> {
    at_least(endpoints.len(), "webhook was disabled", "webhooks were disabled").map(|what| ActionItem {
        tone: Tone::Bad,
        what,
        why: "Events are no longer delivered.".to_owned(),
        link: to_endpoints(base, endpoints),
    })
}

/// Endpoints that are enabled, but failing.
pub(crate) fn failing(base: &str, endpoints: &[&WebhookEndpoint]) -> Option<ActionItem> {
    at_least(endpoints.len(), "webhook is failing", "webhooks are failing").map(|what| ActionItem {
        tone: Tone::Warn,
        what,
        why: "We keep retrying for three days, then disable it.".to_owned(),
        link: to_endpoints(base, endpoints),
    })
}

pub(crate) fn not_imported(base: &str, (import, programs): (&Import, &[Program]), now: Timestamp) -> ActionItem {
    let name = imports::name(import, programs);
    ActionItem {
        tone: Tone::Bad,
        what: if import.bulk().is_some() { format!("Failed: {name}") } else { format!("Import failed: {name}") },
        why: import.failure(now).map(|failure| failure.message).unwrap_or_default(),
        link: link("View details", format!("{base}/imports/{}", import.id)),
    }
}

/// Partners whose sync with the Network failed.
pub(crate) fn not_synced(base: &str, count: usize) -> Option<ActionItem> {
    at_least(count, "partner", "partners").map(|partners| ActionItem {
        tone: Tone::Warn,
        what: format!("{partners} couldn’t be synced to the Network"),
        why: "The Network rejected them, or was unreachable for 12 days.".to_owned(),
        link: link("View details", format!("{base}/network")),
    })
}

pub(crate) fn bounced(base: &str, count: u64) -> Option<ActionItem> {
    counted(count, "email address bounced", "email addresses bounced").map(|what| ActionItem {
        tone: Tone::Bad,
        what,
        why: "Among partners invited in the last 12 weeks. Correct the email address and resend.".to_owned(),
        link: link("View partners", format!("{base}/partners?mail=bounced")),
    })
}

pub(crate) fn complained(base: &str, count: u64) -> Option<ActionItem> {
    counted(count, "spam complaint", "spam complaints").map(|what| ActionItem {
        tone: Tone::Bad,
        what,
        why: "Among partners invited in the last 12 weeks. They won’t be invited again.".to_owned(),
        link: link("View partners", format!("{base}/partners?mail=complained")),
    })
}

fn to_endpoints(base: &str, endpoints: &[&WebhookEndpoint]) -> Link {
    match endpoints {
        [one] => link("View log", format!("{base}/webhooks/{}", one.id)),
        _ => link("View webhooks", format!("{base}/webhooks")),
    }
}

fn link(label: &str, href: String) -> Link {
    Link { label: label.to_owned(), href }
}

/// Returns "3 partners", or "50 or more partners" where reading stopped at that number.
fn at_least(count: usize, one: &str, many: &str) -> Option<String> {
    let words = counted(u64::try_from(count).unwrap_or(u64::MAX), one, many)?;
    Some(if count < COUNTED { words } else { words.replacen(' ', " or more ", 1) })
}
