//! OpenAPI description of the routes.

use shared::{
    domain::{Note, ProgramId, Scope},
    openapi::{MayCall, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "startImport",
            MayCall::With(Scope::ImportsWrite),
            "Invite many by a CSV file",
        )
        .details(
            "Send the file itself as `text/csv` in UTF-8, at most 1 MB, with what is to be done in the query; or JSON with \
             its `size`, and then upload exactly so many bytes to the address in the answer within an hour. A file has at \
             most a million rows, and a column of addresses (`email`); a name (`name`, or first and last name) and programs \
             (`programs`: names or ids, separated by `|`) may stand beside it. Comma, semicolon and tab, UTF-8, UTF-16 and \
             Windows-1252 are read. Nobody is invited twice, however often a file is sent. A brand may start 100 an hour.",
        )
        .query::<bool>("dryRun", "With a file sent along: whether it only looks what would come of each row.")
        .query::<bool>("sendInvite", "With a file sent along: whether mails invite people. Left out: yes.")
        .query::<Vec<ProgramId>>("programIds", "With a file sent along: what rows that name no programs are granted.")
        .query::<Note>("note", "With a file sent along: what is said in the invitations.")
        .query::<String>("fileName", "With a file sent along: what it is called, for people.")
        .body::<crate::wire::Input>()
        .example(json!({"size": 48_213, "fileName": "partners.csv", "dryRun": true}))
        .answers::<crate::Output>(StatusCode::ACCEPTED, "The import. Read it until it has ended.")
        .refuses(&["unknown_program", "missing_field", "file_gone", "sign_in_again", "too_many_requests"]),
    ]
}
