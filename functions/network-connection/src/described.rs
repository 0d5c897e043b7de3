//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

use crate::output::{Disconnected, Output};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (reads, changes) = (AllowedCaller::Team(crate::READS), AllowedCaller::Team(crate::CHANGES));
    vec![
        Operation::new((Method::GET, crate::PATH), "readNetwork", reads, "Get the Network connection")
            .answers::<Output>(StatusCode::OK, "The connection without its secrets, and the most recent calls."),
        Operation::new((Method::PUT, crate::PATH), "connectNetwork", changes, "Connect to a Network")
            .details("Connecting generates the secret with which the Network signs its requests. It is returned only in this response. A later call can change the token, or the URL on the same host, and returns no secret. Another host is another Network: disconnect first.")
            .body::<crate::input::Input>()
            .answers::<Output>(StatusCode::OK, "The updated connection.")
            .refuses(&["invalid_url", "secret_shown_once", "changed_meanwhile"]),
        Operation::new((Method::POST, crate::ROTATE), "rotateNetworkSecret", changes, "Rotate the Network’s secret")
            .details("The old secret keeps working for 24 hours.")
            .answers::<Output>(StatusCode::OK, "The connection, with the new secret.")
            .refuses(&["not_connected", "secret_shown_once", "changed_meanwhile"]),
        Operation::new((Method::DELETE, crate::PATH), "disconnectNetwork", changes, "Disconnect from the Network")
            .details("Partners who joined through the Network stay. No more updates are sent to it, and its webhooks are rejected.")
            .answers::<Disconnected>(StatusCode::OK, "Disconnected.")
            .refuses(&["not_connected"]),
    ]
}
