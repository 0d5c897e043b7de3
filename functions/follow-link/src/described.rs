//! OpenAPI description of the routes.

use shared::{
    domain::LinkKey,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let follow = Operation::new((Method::GET, crate::PATH), "followLink", MayCall::Anybody, "Follow a share link");
    let look = Operation::new((Method::HEAD, crate::PATH), "lookAtLink", MayCall::Anybody, "Follow a share link");
    let follow = follow
        .details(
            "Leads to the link’s destination. An active partner’s visitor arrives with `cref`, the click, which the shop keeps \
             and reports; those who only look (HEAD, link previews, search engines) and a revoked partner’s visitors arrive \
             without. Visits from one network count 30 an hour. A browser that fetches ahead gets 503. Errors are pages.",
        );
    let both = |operation: Operation| {
        operation
            .part::<LinkKey>("key", "The link’s key, in any case.")
            .answers_plainly(StatusCode::FOUND, "On to the destination.", None)
            .refuses(&["not_found", "link_deleted"])
    };
    vec![both(follow), both(look)]
}
