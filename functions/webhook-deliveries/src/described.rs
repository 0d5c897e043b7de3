//! OpenAPI description of the routes.

use shared::{
    domain::{EventId, WebhookId},
    openapi::{AllowedCaller, Operation},
    web::{DeliveryView, LIMIT_DEFAULT, LIMIT_MAX, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (admins, endpoint) = (AllowedCaller::Team(crate::NEEDS), "The endpoint’s ID.");
    let list = "List deliveries of an endpoint";
    vec![
        Operation::new((Method::GET, crate::DELIVERIES), "listDeliveries", admins, list)
            .details("The log goes back 30 days.")
            .part::<WebhookId>("webhook", endpoint)
            .paged((LIMIT_DEFAULT, LIMIT_MAX))
            .answers::<crate::Listed>(StatusCode::OK, "A page of deliveries, newest event first."),
        Operation::new((Method::POST, crate::AGAIN), "sendDeliveryAgain", admins, "Resend a delivery")
            .details("Uses the same `webhook-id`, so that the receiver can recognise the repetition.")
            .part::<WebhookId>("webhook", endpoint)
            .part::<EventId>("event", "The event’s ID.")
            .answers::<DeliveryView>(StatusCode::ACCEPTED, "The delivery was queued.")
            .refuses(&["webhook_off"]),
        Operation::new((Method::POST, crate::TEST), "testWebhook", admins, "Send an endpoint a test event")
            .details("Its type is `webhook.tested`, and only this endpoint receives it.")
            .part::<WebhookId>("webhook", endpoint)
            .answers::<DeliveryView>(StatusCode::ACCEPTED, "The delivery was queued.")
            .refuses(&["webhook_off"]),
    ]
}
