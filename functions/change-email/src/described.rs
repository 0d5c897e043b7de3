//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::PUT, crate::FOR_PARTNER), "changeAddress", MayCall::With(Scope::PartnersWrite), "Give a partner another address")
            .details("Of somebody who never signed in it is corrected at once and the invitation is mailed there; what went to the old address is dead. It counts like an invitation sent again, but need not wait a minute. Of an active partner nothing changes yet: a mail goes to the new address, and whoever reads it confirms it within 24 hours, after which the old address is told. What was asked for before can't be confirmed any more. Five a day can be asked for.")
            .body::<crate::Input>()
            .answers::<PartnerView>(StatusCode::OK, "The partner as they are now, with the corrected address.")
            .answers::<PartnerView>(StatusCode::ACCEPTED, "The active partner, with the address that they still have. A mail to the new one is on its way.")
            .refuses(&["partner_revoked", "declined", "email_taken", "too_often", "too_many_requests"]),
        Operation::new((Method::PUT, crate::OWN), "changeOwnAddress", MayCall::Partners, "Ask for another address of your own")
            .details("Nothing changes before the link of the mail to the new address is opened where the partner is signed in, and its button pressed. The answer is the same whoever has the address.")
            .body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::ACCEPTED, "It is asked for. A mail to the new address follows, unless another partner has it.")
            .refuses(&["too_many_requests"]),
    ]
}
