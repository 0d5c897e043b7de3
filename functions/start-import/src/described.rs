//! OpenAPI description of the routes.

use shared::{
    domain::{Note, ProgramId, Scope},
    openapi::{AllowedCaller, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "startImport",
            AllowedCaller::With(Scope::ImportsWrite),
            "Import partners from a CSV file",
        )
        .details(
            "Send the file itself as `text/csv` in UTF-8, at most 1 MB, with options in the query; or send JSON with \
             its `size`, and then upload exactly that many bytes to the returned URL within an hour. A file can have \
             at most a million rows. It needs a column of email addresses (`email`); names (`name`, or first and \
             last name) and programs (`programs`: names or IDs, separated by `|`) are optional. Comma, semicolon and \
             tab as delimiters, and UTF-8, UTF-16 and Windows-1252 are supported. No one is invited twice, however \
             often a file is sent. At most 100 imports per hour and brand.",
        )
        .query::<bool>(
            "dryRun",
            "With the file in the request: `true` only checks the file and shows the outcome of each row.",
        )
        .query::<bool>(
            "sendInvite",
            "With the file in the request: `false` adds people without an invitation email. Default: `true`.",
        )
        .query::<Vec<ProgramId>>("programIds", "With the file in the request: the programs for rows that name none.")
        .query::<Note>("note", "With the file in the request: the personal note in the invitations.")
        .query::<String>("fileName", "With the file in the request: its name, for display.")
        .body::<crate::wire::Input>()
        .example(json!({"size": 48_213, "fileName": "partners.csv", "dryRun": true}))
        .answers::<crate::Output>(StatusCode::ACCEPTED, "The import. Poll it until it has ended.")
        .refuses(&["unknown_program", "missing_field", "file_gone", "sign_in_again", "too_many_requests"]),
    ]
}
