//! OpenAPI description of the routes.

use shared::{
    domain::{ApplicationId, Scope},
    openapi::{AllowedCaller, Operation},
    web::{Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = AllowedCaller::With(Scope::NetworkWrite);
    let id = "The Network’s ID of the application.";
    vec![
        Operation::new((Method::GET, crate::LIST), "listApprovals", may, "List approvals of the Network")
            .answers::<crate::Listed>(StatusCode::OK, "At most 100 of each kind."),
        Operation::new(
            (Method::POST, crate::ACCEPT),
            "acceptApproval",
            may,
            "Reinstate a partner and accept an approval",
        )
        .details("Restores the partner’s access and adds the approved programs and the link.")
        .part::<ApplicationId>("approval", id)
        .answers::<PartnerView>(StatusCode::OK, "The updated partner.")
        .refuses(&["approval_decided", "too_many_links"]),
        Operation::new((Method::POST, crate::DISMISS), "dismissApproval", may, "Dismiss a held approval")
            .details("The partner stays revoked. The Network is not notified.")
            .part::<ApplicationId>("approval", id)
            .answers::<crate::Dismissed>(StatusCode::OK, "The approval was dismissed.")
            .refuses(&["approval_decided"]),
    ]
}
