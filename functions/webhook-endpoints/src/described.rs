//! OpenAPI description of the routes.

use shared::{
    domain::WebhookId,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode, WebhookView},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (reads, changes) = (AllowedCaller::Team(crate::READS), AllowedCaller::Team(crate::CHANGES));
    vec![
        Operation::new((Method::GET, crate::WEBHOOKS), "listWebhooks", reads, "List webhook endpoints")
            .answers::<crate::Listed>(StatusCode::OK, "Every endpoint, oldest first, without secrets."),
        Operation::new((Method::POST, crate::WEBHOOKS), "createWebhook", changes, "Create a webhook endpoint")
            .details(
                "At most 10 endpoints per brand. The endpoint receives a POST for each event of its `events` (by \
                default all events of partners and every `import.completed`), signed according to Standard Webhooks, \
                at least once: `webhook-id` is the event’s ID and stays the same with every repetition. The body is \
                `{type, timestamp, data}`; `data` has `event`, `brand`, `actor`, the `partner` as of the delivery, \
                and the data of the event. Any response other than a 2xx within 10 seconds is retried for three \
                days. Redirects are not followed, and 410 disables the endpoint. The secret is returned only in this \
                response.",
            )
            .body::<crate::create::Input>()
            .answers::<WebhookView>(StatusCode::CREATED, "The new endpoint.")
            .refuses(&["too_many_webhooks", "secret_shown_once"]),
        Operation::new((Method::PATCH, crate::WEBHOOK), "changeWebhook", changes, "Update a webhook endpoint")
            .part::<WebhookId>("webhook", "The endpoint’s ID.")
            .body::<crate::change::Input>()
            .answers::<WebhookView>(StatusCode::OK, "The updated endpoint.")
            .refuses(&["changed_meanwhile"]),
        Operation::new((Method::DELETE, crate::WEBHOOK), "deleteWebhook", changes, "Delete a webhook endpoint")
            .details("Nothing more is delivered to it, including pending deliveries.")
            .part::<WebhookId>("webhook", "The endpoint’s ID.")
            .answers::<crate::Deleted>(StatusCode::OK, "The endpoint was deleted."),
        Operation::new((Method::POST, crate::SECRET), "newWebhookSecret", changes, "Rotate an endpoint’s secret")
            .details("For 24 hours, messages are signed with both the new and the old secret.")
            .part::<WebhookId>("webhook", "The endpoint’s ID.")
            .answers::<WebhookView>(
                StatusCode::OK,
                "The endpoint with its new secret, which is returned only in this response.",
            )
            .refuses(&["secret_shown_once", "changed_meanwhile"]),
    ]
}
