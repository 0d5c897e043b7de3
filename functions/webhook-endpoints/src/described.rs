//! OpenAPI description of the routes.

use shared::{
    domain::WebhookId,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode, WebhookView},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (reads, changes) = (MayCall::Team(crate::READS), MayCall::Team(crate::CHANGES));
    vec![
        Operation::new((Method::GET, crate::WEBHOOKS), "listWebhooks", reads, "List endpoints for webhooks")
            .answers::<crate::Listed>(StatusCode::OK, "Every endpoint, oldest first, without secrets."),
        Operation::new((Method::POST, crate::WEBHOOKS), "createWebhook", changes, "Add an endpoint for webhooks")
            .details(
                "At most 10 a brand. It gets a POST for everything that its `events` can name, which is what happens to \
                partners and every `import.completed`, signed as Standard Webhooks says, at least once: `webhook-id` is the id of the event and the same with every \
                repetition. The body is `{type, timestamp, data}`; `data` holds `event`, `brand`, `actor`, the `partner` as \
                they are when it is delivered, and what the event says. Anything but a 2xx within 10 seconds is tried again \
                for three days; redirects are not followed, and 410 switches the endpoint off. The secret is in this answer \
                and never again.",
            )
            .body::<crate::create::Input>()
            .answers::<WebhookView>(StatusCode::CREATED, "The new endpoint.")
            .refuses(&["too_many_webhooks", "secret_shown_once"]),
        Operation::new((Method::PATCH, crate::WEBHOOK), "changeWebhook", changes, "Change an endpoint for webhooks")
            .part::<WebhookId>("webhook", "The endpoint’s id.")
            .body::<crate::change::Input>()
            .answers::<WebhookView>(StatusCode::OK, "The endpoint as it is now.")
            .refuses(&["changed_meanwhile"]),
        Operation::new((Method::DELETE, crate::WEBHOOK), "deleteWebhook", changes, "Delete an endpoint for webhooks")
            .details("It is told of nothing from this call on, and what waited for it is not sent.")
            .part::<WebhookId>("webhook", "The endpoint’s id.")
            .answers::<crate::Deleted>(StatusCode::OK, "It is gone."),
        Operation::new((Method::POST, crate::SECRET), "newWebhookSecret", changes, "Make a new secret for an endpoint")
            .details("For a day messages carry two signatures, one of the new secret and one of the old.")
            .part::<WebhookId>("webhook", "The endpoint’s id.")
            .answers::<WebhookView>(StatusCode::OK, "The endpoint with its new secret, which is never shown again.")
            .refuses(&["secret_shown_once", "changed_meanwhile"]),
    ]
}
