//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, ProgramView, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "createProgram", MayCall::With(Scope::ProgramsWrite), "Create a program")
            .details("Nobody is granted it by that: people who are invited from now on can get it. A brand has at most 100 open programs.")
            .body::<crate::Input>()
            .answers::<ProgramView>(StatusCode::CREATED, "The new program.")
            .refuses(&["too_many_hosts", "too_many_programs"]),
    ]
}
