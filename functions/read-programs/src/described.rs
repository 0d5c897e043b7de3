//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, ProgramView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let readers = AllowedCaller::With(Scope::ProgramsRead);
    vec![
        Operation::new((Method::GET, crate::LIST), "listPrograms", readers, "List programs")
            .answers::<crate::Output>(StatusCode::OK, "All programs. This list isn’t paginated.")
            .refuses(&["unknown_field"]),
        Operation::new((Method::GET, crate::ONE), "readProgram", readers, "Get a program")
            .answers::<ProgramView>(StatusCode::OK, "The program."),
    ]
}
