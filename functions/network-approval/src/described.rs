//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation},
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
        Operation::new(route, "tellOfApproval", MayCall::Anybody, "Tell that an application was approved")
            .details(
                "For the Network: signed as Standard Webhooks (https://www.standardwebhooks.com) with the secret of the connection, at most five minutes old. The same application again gets the same answer and has no second effect. For a partner whose access is revoked it is held until an admin decides: 202 with `held`. Other types are answered with 202 and ignored. A program that doesn’t exist or is archived is refused with 422.",
            )
            .body::<Message>()
            .answers::<Output>(StatusCode::CREATED, "The partner has the program, and the link.")
            .answers::<PutAside>(StatusCode::ACCEPTED, "It is held until an admin decides, with the partner’s id and `held`; or it is of a type that means nothing here, with `ignored`.")
            .refuses_as(StatusCode::UNPROCESSABLE_ENTITY, "unknown_program")
            .refuses(&["not_signed", "invalid_commission", "unknown_currency", "too_many_links", "busy"]),
    ]
}
