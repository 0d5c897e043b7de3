//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

use crate::output::{Disconnected, Output};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (reads, changes) = (MayCall::Team(crate::READS), MayCall::Team(crate::CHANGES));
    vec![
        Operation::new((Method::GET, crate::PATH), "readNetwork", reads, "Read the connection with the Network")
            .answers::<Output>(StatusCode::OK, "The connection, without its secrets, and the last calls."),
        Operation::new((Method::PUT, crate::PATH), "connectNetwork", changes, "Connect with a Network")
            .details("Connecting makes the secret with which the Network signs: it is in this answer and never again. A later call changes the address on the same host or the token, and shows no secret. Another host is another Network: disconnect first.")
            .body::<crate::input::Input>()
            .answers::<Output>(StatusCode::OK, "The connection as it is now.")
            .refuses(&["invalid_url", "secret_shown_once", "changed_meanwhile"]),
        Operation::new((Method::POST, crate::ROTATE), "rotateNetworkSecret", changes, "Replace the Network’s secret")
            .details("The old one counts for another day.")
            .answers::<Output>(StatusCode::OK, "The connection, with the new secret.")
            .refuses(&["not_connected", "secret_shown_once", "changed_meanwhile"]),
        Operation::new((Method::DELETE, crate::PATH), "disconnectNetwork", changes, "End the connection")
            .details("What came by it stays. The Network is told of nothing any more, and its webhooks are refused.")
            .answers::<Disconnected>(StatusCode::OK, "It is ended.")
            .refuses(&["not_connected"]),
    ]
}
