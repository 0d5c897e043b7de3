//! The longest retention of each kind of item that expires. `docs/retention.md` documents it, and a test compares it
//! with this list.

use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{
        ADMIN_NOTICES_KEPT, Attempt, Audience, CALLS_KEPT_DAYS, Click, DELIVERIES_KEPT, EXPORTS_KEPT, FILES_KEPT,
        IMPORTS_KEPT, MOVING_NOTICES_KEPT, SUMS_KEPT,
    },
    web::ANSWERS_KEPT,
};

/// Returns each kind of item that expires, named as in the table of keys, and its longest retention.
#[must_use]
pub fn kept() -> Vec<(&'static str, SignedDuration)> {
    let calls = SignedDuration::from_hours(24 * CALLS_KEPT_DAYS);
    let clicks = Timestamp::UNIX_EPOCH.duration_until(Click::remembered(Timestamp::UNIX_EPOCH));
    vec![
        ("response stored under an idempotency key", ANSWERS_KEPT),
        ("call to or from the Network", calls),
        ("click", clicks),
        ("decision on an application", calls),
        ("webhook delivery", DELIVERIES_KEPT),
        ("export", EXPORTS_KEPT),
        ("progress of an export", EXPORTS_KEPT),
        ("progress of an import's report", FILES_KEPT),
        ("attempts at a chunk of an import", FILES_KEPT),
        ("import", IMPORTS_KEPT),
        ("email about a change of email address", MOVING_NOTICES_KEPT),
        ("notification to an admin", ADMIN_NOTICES_KEPT),
        ("partners of a chunk of a bulk job", FILES_KEPT),
        ("programs of an import, as they were at its start", FILES_KEPT),
        ("session", Audience::Partner.session_lifetime()),
        ("sign-in attempt", Attempt::REMEMBERED),
        ("unfinished computation of the overview", SUMS_KEPT),
        ("user of a shop", clicks),
        ("results of a chunk of an import", FILES_KEPT),
    ]
}
