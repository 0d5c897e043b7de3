//! OpenAPI description of the routes.

use shared::{
    domain::LinkKey,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let follow =
        Operation::new((Method::GET, crate::PATH), "followLink", AllowedCaller::Anybody, "Follow a share link");
    let look = Operation::new((Method::HEAD, crate::PATH), "lookAtLink", AllowedCaller::Anybody, "Follow a share link");
    let follow = follow.details(
        "Redirects to the link’s destination. A visitor of an active partner’s link arrives with `cref`, the \
             click ID, which the shop stores and reports; requests that only look (HEAD, link previews, search \
             engines) and visitors of a revoked partner’s link arrive without it. At most 30 visits per hour from \
             one network are counted. Browser prefetches get 503. Errors are HTML pages.",
    );
    let both = |operation: Operation| {
        operation
            .part::<LinkKey>("key", "The link key, in upper or lower case.")
            .answers_plainly(StatusCode::FOUND, "Redirects to the destination.", None)
            .refuses(&["not_found", "link_deleted"])
    };
    vec![both(follow), both(look)]
}
