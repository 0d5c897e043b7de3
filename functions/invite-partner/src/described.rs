//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, PartnerView, StatusCode},
};

use crate::wire::Input;

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "invitePartner", MayCall::With(Scope::PartnersWrite), "Invite a partner")
            .details("A mail with a link to sign in follows. With `sendInvite: false` the partner is active at once and gets no mail. With `campaignGrantSource: offering`, as a Network sends it, somebody who is here already is extended (200) instead of refused, and for a partner whose access is revoked it is held until an admin decides.")
            .body::<Input>()
            .answers::<PartnerView>(StatusCode::CREATED, "The new partner.")
            .answers::<PartnerView>(StatusCode::OK, "Somebody who was here, with what the Network approved besides.")
            .refuses(&["email_taken", "invalid_commission", "partner_revoked", "unknown_currency", "unknown_program"]),
    ]
}
