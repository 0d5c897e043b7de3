//! OpenAPI description of the routes.

use shared::{
    domain::{EmailAddress, GrantSource, MailState, ProgramId, Scope, StateFilter},
    openapi::{AllowedCaller, Operation},
    web::{LIMIT_DEFAULT, LIMIT_MAX, Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let readers = AllowedCaller::With(Scope::PartnersRead);
    vec![
        Operation::new((Method::GET, crate::LIST), "listPartners", readers, "List partners")
            .paged((LIMIT_DEFAULT, LIMIT_MAX))
            .query::<EmailAddress>("email", "Only the partner with this email address.")
            .query::<String>(
                "q",
                "Only partners whose name or email address begins with this text, sorted by name and email address.",
            )
            .query::<StateFilter>("state", "Only partners with this status.")
            .query::<MailState>("mail", "Only partners whose last email has this delivery status.")
            .query::<ProgramId>("program", "Only partners who may create links for this program.")
            .query::<GrantSource>("source", "Only partners with a grant from this source.")
            .refuses(&["invalid_id"])
            .answers::<crate::Output>(StatusCode::OK, "A page of partners."),
        Operation::new((Method::GET, crate::ONE), "readPartner", readers, "Get a partner")
            .answers::<PartnerView>(StatusCode::OK, "The partner, with their metadata."),
    ]
}
