//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation, json},
    web::{Method, ProgramView, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::PATCH, crate::PATH);
    vec![
        Operation::new(route, "editProgram", AllowedCaller::With(Scope::ProgramsWrite), "Update a program")
            .details("Omitted fields stay unchanged. Archiving stops new grants and new links; existing ones keep working. Links without their own destination use the program’s; other links keep theirs as long as the program allows its host, and otherwise redirect to the program’s.")
            .body::<crate::Input>()
            .example(json!({"archived": true}))
            .answers::<ProgramView>(StatusCode::OK, "The updated program.")
            .refuses(&["too_many_hosts", "too_many_programs"]),
    ]
}
