//! The actor of an event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Name, PartnerId};

/// An actor: the person, API key or system that did something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// Kind of actor.
    pub kind: ActorKind,
    /// ID of the admin, API key or partner; `operator` for an operator.
    pub id: String,
    /// Display name at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

impl Actor {
    /// Returns the operator: a person with rights in the AWS account who invoked a function directly.
    #[must_use]
    pub fn operator() -> Self {
        Self { kind: ActorKind::Operator, id: "operator".to_owned(), name: None }
    }

    /// Returns the Network that the brand is connected to.
    #[must_use]
    pub fn network() -> Self {
        Self { kind: ActorKind::Network, id: "network".to_owned(), name: None }
    }

    /// Returns a partner who acts for themselves.
    #[must_use]
    pub fn partner(id: &PartnerId) -> Self {
        Self { kind: ActorKind::Partner, id: id.to_string(), name: None }
    }

    /// Returns the system, for consequences of earlier decisions that no one triggers directly.
    #[must_use]
    pub fn system() -> Self {
        Self { kind: ActorKind::System, id: "system".to_owned(), name: None }
    }

    /// Returns the name of the person, if the actor is an admin.
    #[must_use]
    pub fn person(&self) -> Option<&Name> {
        if self.kind == ActorKind::Admin { self.name.as_ref() } else { None }
    }
}

/// Kinds of actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// An admin of the brand.
    Admin,
    /// A program with an API key.
    ApiKey,
    /// The partner.
    Partner,
    /// The Network.
    Network,
    /// A person with rights in the AWS account.
    Operator,
    /// The system, for consequences of earlier decisions that no one triggers directly.
    System,
}
