//! OpenAPI description of the routes.

use shared::{
    domain::{ApplicationId, Scope},
    openapi::{MayCall, Operation},
    web::{Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = MayCall::With(Scope::NetworkWrite);
    let id = "What the Network calls the application.";
    vec![
        Operation::new((Method::GET, crate::LIST), "listApprovals", may, "List what the Network approved")
            .answers::<crate::Listed>(StatusCode::OK, "At most a hundred of each kind."),
        Operation::new(
            (Method::POST, crate::ACCEPT),
            "acceptApproval",
            may,
            "Reinstate a partner and accept an approval",
        )
        .details("The partner has access again, the programs that were approved, and the link.")
        .part::<ApplicationId>("approval", id)
        .answers::<PartnerView>(StatusCode::OK, "The partner as they are now.")
        .refuses(&["approval_decided", "too_many_links"]),
        Operation::new((Method::POST, crate::DISMISS), "dismissApproval", may, "Dismiss an approval that is held")
            .details("The partner stays revoked. The Network is not told.")
            .part::<ApplicationId>("approval", id)
            .answers::<crate::Dismissed>(StatusCode::OK, "It is dismissed.")
            .refuses(&["approval_decided"]),
    ]
}
