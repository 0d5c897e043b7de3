//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, PartnerView, StatusCode},
};

use crate::wire::Input;

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "invitePartner", AllowedCaller::With(Scope::PartnersWrite), "Invite a partner")
            .details("Sends an email with a sign-in link. With `sendInvite: false` the partner is active immediately and no email is sent. With `campaignGrantSource: offering`, as a Network sends it, an existing partner is added to the programs (200) instead of being rejected, and for a partner whose access is revoked the approval is held until an admin decides.")
            .body::<Input>()
            .answers::<PartnerView>(StatusCode::CREATED, "The new partner.")
            .answers::<PartnerView>(StatusCode::OK, "The existing partner, with the programs that the Network approved.")
            .refuses(&["email_taken", "invalid_commission", "partner_revoked", "unknown_currency", "unknown_program"]),
    ]
}
