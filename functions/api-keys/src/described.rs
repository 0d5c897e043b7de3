//! OpenAPI description of the routes.

use shared::{
    domain::ApiKeyId,
    openapi::{AllowedCaller, Operation},
    web::{ApiKeyView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::GET, crate::KEYS), "listApiKeys", AllowedCaller::Team(crate::READS), "List API keys")
            .answers::<crate::Listed>(StatusCode::OK, "Every key, oldest first, without its secret."),
        Operation::new((Method::POST, crate::KEYS), "createApiKey", AllowedCaller::Team(crate::CHANGES), "Create an API key")
            .details(
                "At most 50 per brand. The key is returned only in this response: repeating the request with the same Idempotency-Key returns `secret_shown_once`.",
            )
            .body::<crate::Input>()
            .answers::<ApiKeyView>(StatusCode::CREATED, "The new key.")
            .refuses(&["too_many_keys", "secret_shown_once"]),
        Operation::new((Method::DELETE, crate::KEY), "deleteApiKey", AllowedCaller::Team(crate::CHANGES), "Delete an API key")
            .details("The key stops working immediately.")
            .part::<ApiKeyId>("key", "The key’s ID.")
            .answers::<crate::Deleted>(StatusCode::OK, "The key was deleted."),
    ]
}
