//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation, json},
    web::{Method, ProgramView, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::PATCH, crate::PATH);
    vec![
        Operation::new(route, "editProgram", MayCall::With(Scope::ProgramsWrite), "Change a program")
            .details("What is left out stays as it is. Archiving stops new grants and new links; what was granted and shared keeps working. Links without a destination of their own follow the program’s; others keep theirs while the program allows its host, and lead where the program does otherwise.")
            .body::<crate::Input>()
            .example(json!({"archived": true}))
            .answers::<ProgramView>(StatusCode::OK, "The program as it is now.")
            .refuses(&["too_many_hosts", "too_many_programs"]),
    ]
}
