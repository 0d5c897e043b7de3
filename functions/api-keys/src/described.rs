//! OpenAPI description of the routes.

use shared::{
    domain::ApiKeyId,
    openapi::{MayCall, Operation},
    web::{ApiKeyView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::GET, crate::KEYS), "listApiKeys", MayCall::Team(crate::READS), "List API keys")
            .answers::<crate::Listed>(StatusCode::OK, "Every key, oldest first, without what opens the API."),
        Operation::new((Method::POST, crate::KEYS), "createApiKey", MayCall::Team(crate::CHANGES), "Make an API key")
            .details(
                "At most 50 a brand. The key is in this answer and never again: a repetition under the same Idempotency-Key is told so.",
            )
            .body::<crate::Input>()
            .answers::<ApiKeyView>(StatusCode::CREATED, "The new key.")
            .refuses(&["too_many_keys", "secret_shown_once"]),
        Operation::new((Method::DELETE, crate::KEY), "deleteApiKey", MayCall::Team(crate::CHANGES), "Delete an API key")
            .details("It opens nothing from this call on.")
            .part::<ApiKeyId>("key", "The key’s id.")
            .answers::<crate::Deleted>(StatusCode::OK, "It is gone."),
    ]
}
