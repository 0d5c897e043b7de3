//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::PUT, crate::FOR_PARTNER), "changeAddress", AllowedCaller::With(Scope::PartnersWrite), "Change a partner’s email address")
            .details("For a partner who has never signed in, the email address changes immediately and the invitation is sent to it; links sent to the old address stop working. This counts as a resent invitation, but without the wait of one minute. For an active partner, nothing changes yet: we send a confirmation link to the new address, valid for 24 hours, and notify the old address once it is confirmed. A new request replaces the pending one. At most five requests per day.")
            .body::<crate::Input>()
            .answers::<PartnerView>(StatusCode::OK, "The partner, with the new email address.")
            .answers::<PartnerView>(StatusCode::ACCEPTED, "The active partner, still with the current email address. A confirmation link is sent to the new one.")
            .refuses(&["partner_revoked", "declined", "email_taken", "too_often", "too_many_requests"]),
        Operation::new((Method::PUT, crate::OWN), "changeOwnAddress", AllowedCaller::Partners, "Change own email address")
            .details("Nothing changes until the partner opens the confirmation link sent to the new address in a browser where they are signed in, and confirms it. The response is the same whether or not the address is in use.")
            .body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::ACCEPTED, "Requested. A confirmation link is sent to the new address, unless another partner has it.")
            .refuses(&["too_many_requests"]),
    ]
}
