//! Texts for what needs an admin's attention, each with a link to the items concerned.

use jiff::Timestamp;
use shared::{
    domain::{Import, Program, WebhookEndpoint},
    web::pages::{Link, Need, Tone},
};

use crate::{imports, needs::COUNTED, outcomes::counted};

pub(crate) fn held(base: &str, count: usize) -> Option<Need> {
    at_least(count, "approval waits", "approvals wait").map(|what| Need {
        tone: Tone::Warn,
        what: format!("{what} for your decision"),
        why: "The Network approved somebody whose access you took back.".to_owned(),
        link: link("Decide", format!("{base}/network")),
    })
}

/// Endpoints that were disabled, but not by an admin.
pub(crate) fn switched_off(base: &str, endpoints: &[&WebhookEndpoint]) -> Option<Need> {
    at_least(endpoints.len(), "webhook was switched off", "webhooks were switched off").map(|what| Need {
        tone: Tone::Bad,
        what,
        why: "What happens is not told there any more.".to_owned(),
        link: to_endpoints(base, endpoints),
    })
}

/// Endpoints that are enabled, but failing.
pub(crate) fn failing(base: &str, endpoints: &[&WebhookEndpoint]) -> Option<Need> {
    at_least(endpoints.len(), "webhook fails", "webhooks fail").map(|what| Need {
        tone: Tone::Warn,
        what,
        why: "It is tried again, ever more rarely, and switched off after three days.".to_owned(),
        link: to_endpoints(base, endpoints),
    })
}

pub(crate) fn not_imported(base: &str, (import, programs): (&Import, &[Program]), now: Timestamp) -> Need {
    let name = imports::name(import, programs);
    Need {
        tone: Tone::Bad,
        what: if import.bulk().is_some() {
            format!("{name}: it failed")
        } else {
            format!("{name} could not be imported")
        },
        why: import.failure(now).map(|failure| failure.message).unwrap_or_default(),
        link: link("See why", format!("{base}/imports/{}", import.id)),
    }
}

/// Partners whose sync with the Network failed.
pub(crate) fn not_told(base: &str, count: usize) -> Option<Need> {
    at_least(count, "partner", "partners").map(|whom| Need {
        tone: Tone::Warn,
        what: format!("The Network could not be told of {whom}"),
        why: "It refused, or could not be reached for twelve days.".to_owned(),
        link: link("See why", format!("{base}/network")),
    })
}

pub(crate) fn bounced(base: &str, count: u64) -> Option<Need> {
    counted(count, "address bounced", "addresses bounced").map(|what| Need {
        tone: Tone::Bad,
        what,
        why: "Of those who came in during the last 12 weeks. Correct the address, and invite them again.".to_owned(),
        link: link("See who", format!("{base}/partners?mail=bounced")),
    })
}

pub(crate) fn complained(base: &str, count: u64) -> Option<Need> {
    counted(count, "person", "people").map(|who| Need {
        tone: Tone::Bad,
        what: format!("{who} marked a mail as spam"),
        why: "Of those who came in during the last 12 weeks. They get no more invitations.".to_owned(),
        link: link("See who", format!("{base}/partners?mail=complained")),
    })
}

fn to_endpoints(base: &str, endpoints: &[&WebhookEndpoint]) -> Link {
    match endpoints {
        [one] => link("See its log", format!("{base}/webhooks/{}", one.id)),
        _ => link("See which", format!("{base}/webhooks")),
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
