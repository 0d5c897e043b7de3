//! OpenAPI description of the routes.

use shared::{
    domain::{ImportId, Scope},
    openapi::{MayCall, Operation},
    web::{LIMIT_DEFAULT, LIMIT_MAX, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = || MayCall::With(Scope::ImportsWrite);
    let follows = || MayCall::With(Scope::PartnersWrite);
    vec![
        Operation::new((Method::GET, crate::LIST), "listImports", may(), "List imports")
            .paged((LIMIT_DEFAULT, LIMIT_MAX))
            .answers::<crate::Output>(StatusCode::OK, "A page of imports, newest first."),
        Operation::new((Method::GET, crate::ONE), "readImport", may(), "Read how far an import is")
            .details("Imports are remembered for a year, and their files, reports and rows for 30 days.")
            .part::<ImportId>("import", "The import.")
            .answers::<crate::One>(StatusCode::OK, "The import, with the first rows that could not be invited."),
        Operation::new((Method::GET, crate::REPORT), "readImportReport", may(), "Get the report of an import")
            .details(
                "The report has the columns of the file, and three more: `import_row` (the row's number in the file), \
                 `import_outcome` (the code of what came of it) and `import_message`. It is UTF-8 with a mark at its \
                 beginning, and cells that begin with =, +, - or @ have an apostrophe in front, so that no spreadsheet runs \
                 them. Uploading it as another import does the right thing for every row.",
            )
            .part::<ImportId>("import", "The import. It has ended.")
            .answers::<crate::Report>(StatusCode::OK, "Where the report is.")
            .refuses(&["no_report"]),
        Operation::new((Method::GET, crate::BULK), "readBulk", follows(), "Read how far it is with many partners")
            .details("It is told of like an import; its rows are partners.")
            .part::<ImportId>("import", "What is done to many.")
            .answers::<crate::One>(StatusCode::OK, "It, with the first partners for whom it could not be done."),
        Operation::new((Method::GET, crate::BULK_REPORT), "readBulkReport", follows(), "Get the report of it")
            .details(
                "The report has a line for each partner: `id`, `name`, `email`, and `import_row`, `import_outcome` and \
                 `import_message` as the report of an import has them.",
            )
            .part::<ImportId>("import", "What was done to many. It has ended.")
            .answers::<crate::Report>(StatusCode::OK, "Where the report is.")
            .refuses(&["no_report"]),
    ]
}
