//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, ProgramView, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "createProgram", AllowedCaller::With(Scope::ProgramsWrite), "Create a program")
            .details("Existing partners aren’t added automatically; people invited from now on can be. A brand can have at most 100 active programs.")
            .body::<crate::Input>()
            .answers::<ProgramView>(StatusCode::CREATED, "The new program.")
            .refuses(&["too_many_hosts", "too_many_programs"]),
    ]
}
