//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "startBulk",
            MayCall::With(Scope::PartnersWrite),
            "Do something to many partners",
        )
        .details(
            "`resend` mails the invitation anew to those who have not joined, `grant` and `ungrant` give a program or take \
             it away, `revoke` and `reinstate` take access back and give it back. It is a job: read it, as an import is \
             read, until it has ended; its report says what came of each partner. Each is judged \
             by what holds when their turn comes, by the rules of doing it to one, and a job does it to nobody twice; another `resend` mails again. With `dryRun` \
             the answer is 200 and says what would come of them now, of up to 5,000 of the roster. For more than \
             1,000 an admin must have signed in within 15 minutes. A brand may start 100 an hour.",
        )
        .body::<crate::asked::Input>()
        .example(json!({"action": "revoke", "reason": "The season is over.", "filter": {"state": "active"}, "dryRun": true}))
        .answers::<crate::Preview>(StatusCode::OK, "A dry run: what would come of it.")
        .answers::<shared::web::ImportView>(StatusCode::ACCEPTED, "The job. Read it until it has ended.")
        .refuses(&["unknown_program", "missing_field", "invalid_id", "nobody_to_act_on", "sign_in_again", "too_many_requests"]),
    ]
}
