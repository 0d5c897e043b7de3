//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

use crate::{
    message::Message,
    output::{Output, PutAside},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "tellOfApproval", AllowedCaller::Anybody, "Receive an approval (Network)")
            .details(
                "Called by the Network, signed according to Standard Webhooks (https://www.standardwebhooks.com) with the connection’s secret, with a timestamp at most five minutes old. Repeating an application returns the same response and has no second effect. For a partner whose access is revoked, the approval is held until an admin decides: 202 with `held`. Other event types are ignored and return 202. A program that doesn’t exist or is archived returns 422.",
            )
            .body::<Message>()
            .answers::<Output>(StatusCode::CREATED, "The partner has the program and the link.")
            .answers::<PutAside>(StatusCode::ACCEPTED, "Held until an admin decides, with the partner’s ID and `held`; or an event type that isn’t supported, with `ignored`.")
            .refuses_as(StatusCode::UNPROCESSABLE_ENTITY, "unknown_program")
            .refuses(&["not_signed", "invalid_commission", "unknown_currency", "too_many_links", "busy"]),
    ]
}
