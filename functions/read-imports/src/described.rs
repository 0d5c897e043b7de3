//! OpenAPI description of the routes.

use shared::{
    domain::{ImportId, Scope},
    openapi::{AllowedCaller, Operation},
    web::{LIMIT_DEFAULT, LIMIT_MAX, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = || AllowedCaller::With(Scope::ImportsWrite);
    let follows = || AllowedCaller::With(Scope::PartnersWrite);
    vec![
        Operation::new((Method::GET, crate::LIST), "listImports", may(), "List imports")
            .paged((LIMIT_DEFAULT, LIMIT_MAX))
            .answers::<crate::Output>(StatusCode::OK, "A page of imports, newest first."),
        Operation::new((Method::GET, crate::ONE), "readImport", may(), "Get an import")
            .details("Imports are stored for a year; their files, reports and rows for 30 days.")
            .part::<ImportId>("import", "The import.")
            .answers::<crate::One>(StatusCode::OK, "The import, with the first rows that could not be invited."),
        Operation::new((Method::GET, crate::REPORT), "readImportReport", may(), "Get the report of an import")
            .details(
                "The report has the columns of the file and three more: `import_row` (the row number in the file), \
                 `import_outcome` (the code of the outcome) and `import_message`. It is UTF-8 with a byte order \
                 mark, and cells that begin with =, +, - or @ are prefixed with an apostrophe, so that spreadsheets \
                 don't run them as formulas. It can be corrected and uploaded as another import; no one is invited \
                 twice.",
            )
            .part::<ImportId>("import", "An import that has ended.")
            .answers::<crate::Report>(StatusCode::OK, "The URL of the report.")
            .refuses(&["no_report"]),
        Operation::new((Method::GET, crate::BULK), "readBulk", follows(), "Get a bulk job")
            .details("A bulk job has the same fields as an import; its rows are partners.")
            .part::<ImportId>("import", "The bulk job.")
            .answers::<crate::One>(StatusCode::OK, "The bulk job, with the first partners for which it failed."),
        Operation::new((Method::GET, crate::BULK_REPORT), "readBulkReport", follows(), "Get the report of a bulk job")
            .details(
                "The report has one line per partner: `id`, `name`, `email`, and `import_row`, `import_outcome` and \
                 `import_message` as in the report of an import.",
            )
            .part::<ImportId>("import", "A bulk job that has ended.")
            .answers::<crate::Report>(StatusCode::OK, "The URL of the report.")
            .refuses(&["no_report"]),
    ]
}
