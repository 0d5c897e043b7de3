//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "startBulk",
            AllowedCaller::With(Scope::PartnersWrite),
            "Start a bulk job",
        )
        .details(
            "`resend` resends the invitation to partners who have not joined, `grant` and `ungrant` add a program or \
             remove it, `revoke` and `reinstate` change partners' access. The job runs in the background: poll it, \
             like an import, until it has ended; its report has the outcome of each partner. Each partner is checked \
             when processed, by the same rules as for a single partner, and processed once per job; another `resend` \
             job emails them again. With `dryRun` the response is 200 with the outcomes that would result now, for \
             up to 5,000 partners of the roster. More than 1,000 partners require a sign-in within the last 15 \
             minutes. At most 100 jobs per hour and brand.",
        )
        .body::<crate::asked::Input>()
        .example(
            json!({"action": "revoke", "reason": "The season is over.", "filter": {"state": "active"}, "dryRun": true}),
        )
        .answers::<crate::Preview>(StatusCode::OK, "A dry run: the outcomes that would result.")
        .answers::<shared::web::ImportView>(StatusCode::ACCEPTED, "The job. Poll it until it has ended.")
        .refuses(&[
            "unknown_program",
            "missing_field",
            "invalid_id",
            "nobody_to_act_on",
            "sign_in_again",
            "too_many_requests",
        ]),
    ]
}
