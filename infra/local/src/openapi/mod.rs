//! The OpenAPI document (3.1), generated from what every function declares about its routes.
//!
//! It is checked in beside the function that serves it, and a test compares that file with what is generated here.

mod examples;
mod operation;
mod schemas;

use serde_json::{Map, Value, json};
use shared::{
    domain::Scope,
    openapi::{Code, Operation, codes},
};

use schemas::Schemas;

/// The reason why the document can't be generated.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpenApiError {
    /// A description names a code that no error has.
    #[error(
        "{0}: there is no error code {1}; the codes are in shared/src/error.rs and shared/src/domain/validation.rs"
    )]
    UnknownCode(&'static str, &'static str),
    /// A path parameter has no description.
    #[error("{0}: say what {{{1}}} is, with `.part`")]
    UnknownPart(&'static str, String),
    /// Two types would have the same name.
    #[error("two types are called {0} in the document; give one of them another name with #[schemars(rename = …)]")]
    TwoTypes(String),
}

/// Returns the operations that every function declares for its routes below `/api`.
#[must_use]
pub fn operations() -> Vec<Operation> {
    [
        api_docs::described(),
        api_keys::described(),
        team::described(),
        attribution_settings::described(),
        brand_settings::described(),
        cancel_import::described(),
        change_email::described(),
        create_link::described(),
        create_program::described(),
        delete_link::described(),
        edit_partner::described(),
        edit_program::described(),
        erase_partner::described(),
        follow_link::described(),
        identify_visitor::described(),
        invite_partner::described(),
        network_connection::described(),
        network_approval::described(),
        decide_approval::described(),
        network_requests::described(),
        preview_mail::described(),
        push_again::described(),
        start_backfill::described(),
        read_backfill::described(),
        read_commissions::described(),
        read_dropped::described(),
        read_events::described(),
        read_exports::described(),
        read_imports::described(),
        read_links::described(),
        read_partners::described(),
        read_programs::described(),
        record_conversion::described(),
        reinstate_partner::described(),
        resend_invite::described(),
        retry_import::described(),
        revoke_partner::described(),
        send_link::described(),
        set_programs::described(),
        settle_commission::described(),
        start_bulk::described(),
        start_export::described(),
        ask_overview::described(),
        start_import::described(),
        webhook_deliveries::described(),
        webhook_endpoints::described(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Generates the document.
///
/// # Errors
/// Fails if the declarations of the functions contradict each other.
pub fn openapi() -> Result<Value, OpenApiError> {
    let (mut schemas, codes, operations) = (Schemas::default(), codes(), operations());
    schemas.named::<Scope>();
    let mut paths = Map::new();
    for operation in &operations {
        let described = operation::described(operation, &mut schemas, &codes)?;
        let methods = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(methods) = methods.as_object_mut() {
            methods.insert(operation.method.as_str().to_lowercase(), described);
        }
    }
    let mut tags: Vec<String> = operations.iter().map(operation::tag).collect();
    tags.sort_by_key(|tag| (tag == "Documentation", tag.clone()));
    tags.dedup();
    let mut components = schemas.into_definitions()?;
    components.insert("Error".to_owned(), error_schema(&codes));
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Partner invites",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Brands invite partners, who share links and earn commissions.",
            "description": "JSON over HTTPS. Times are RFC 3339 in UTC; money is in minor units with an ISO 4217 \
                code. Unknown fields and parameters are rejected. Resources of other brands return 404.",
        },
        "servers": [{"url": "/"}],
        "tags": tags.iter().map(|tag| json!({"name": tag})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": security_schemes()},
        "x-errors": codes.iter().map(error_row).collect::<Vec<_>>(),
    }))
}

fn error_row(code: &Code) -> Value {
    json!({"code": code.code, "status": code.status, "message": code.sentence})
}

fn error_schema(codes: &[Code]) -> Value {
    let mut known: Vec<_> = codes.iter().map(|code| code.code).collect();
    known.sort_unstable();
    json!({
        "type": "object",
        "description": "The error of a failed request.",
        "required": ["error", "message"],
        "properties": {
            "error": {"type": "string", "description": "A stable code for programs. It never changes.", "enum": known},
            "message": {"type": "string", "description": "A sentence for people. It may change."},
            "detail": {"type": "object", "description": "Further details, such as `field` for invalid input."},
        },
    })
}

fn security_schemes() -> Value {
    let session = |name: &str, says: &str| json!({"type": "apiKey", "in": "cookie", "name": name, "description": says});
    json!({
        "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key of the brand with the given scope."},
        "adminSession": session("__Host-admin-{brand}", "The session of a signed-in admin of the brand."),
        "partnerSession": session("__Host-partner-{brand}", "The session of a signed-in partner of the brand."),
    })
}
