//! OpenAPI description of the routes.

use shared::{
    domain::{EventId, WebhookId},
    openapi::{MayCall, Operation},
    web::{DeliveryView, LIMIT_DEFAULT, LIMIT_MAX, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (admins, endpoint) = (MayCall::Team(crate::NEEDS), "The endpoint’s id.");
    let list = "List what an endpoint was told";
    vec![
        Operation::new((Method::GET, crate::DELIVERIES), "listDeliveries", admins, list)
            .details("The log goes back 30 days.")
            .part::<WebhookId>("webhook", endpoint)
            .paged((LIMIT_DEFAULT, LIMIT_MAX))
            .answers::<crate::Listed>(StatusCode::OK, "A page of deliveries, newest event first."),
        Operation::new((Method::POST, crate::AGAIN), "sendDeliveryAgain", admins, "Tell an endpoint again")
            .details("Under the same `webhook-id`, so that whoever gets it can tell that it is a repetition.")
            .part::<WebhookId>("webhook", endpoint)
            .part::<EventId>("event", "The event’s id.")
            .answers::<DeliveryView>(StatusCode::ACCEPTED, "It is on its way.")
            .refuses(&["webhook_off"]),
        Operation::new((Method::POST, crate::TEST), "testWebhook", admins, "Send an endpoint a test event")
            .details("Its type is `webhook.tested`, and it goes to this endpoint alone.")
            .part::<WebhookId>("webhook", endpoint)
            .answers::<DeliveryView>(StatusCode::ACCEPTED, "It is on its way.")
            .refuses(&["webhook_off"]),
    ]
}
