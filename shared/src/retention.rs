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
        ("answer under an idempotency key", ANSWERS_KEPT),
        ("call between the Network and us", calls),
        ("click", clicks),
        ("decision on an application that waits on the Network", calls),
        ("delivery to an endpoint", DELIVERIES_KEPT),
        ("export", EXPORTS_KEPT),
        ("how far its file has come", EXPORTS_KEPT),
        ("how far the report of an import has come", FILES_KEPT),
        ("how often workers took a chunk up again", FILES_KEPT),
        ("import", IMPORTS_KEPT),
        ("mail about a partner's address", MOVING_NOTICES_KEPT),
        ("mail that tells an admin of something", ADMIN_NOTICES_KEPT),
        ("partners of a chunk, of what is done to many", FILES_KEPT),
        ("programs as an import found them", FILES_KEPT),
        ("session", Audience::Partner.session_lifetime()),
        ("sign-in attempt", Attempt::REMEMBERED),
        ("sums of the overview that are being added up", SUMS_KEPT),
        ("user of a shop", clicks),
        ("what came of a chunk of its rows", FILES_KEPT),
    ]
}
