//! Who did something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Name, PartnerId};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// What kind of actor it was.
    pub kind: ActorKind,
    /// Its id: an admin's, a key's, a partner's; `operator` for an operator.
    pub id: String,
    /// What people call it, as it was at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

impl Actor {
    /// Somebody with the rights of the AWS account, who invoked a function directly.
    #[must_use]
    pub fn operator() -> Self {
        Self { kind: ActorKind::Operator, id: "operator".to_owned(), name: None }
    }

    /// The Network that the brand is connected with.
    #[must_use]
    pub fn network() -> Self {
        Self { kind: ActorKind::Network, id: "network".to_owned(), name: None }
    }

    /// The partner, acting for themselves.
    #[must_use]
    pub fn partner(id: &PartnerId) -> Self {
        Self { kind: ActorKind::Partner, id: id.to_string(), name: None }
    }

    /// Nobody in particular: it follows from what was decided before.
    #[must_use]
    pub fn system() -> Self {
        Self { kind: ActorKind::System, id: "system".to_owned(), name: None }
    }

    /// The name of the person behind it, if it was a person.
    #[must_use]
    pub fn person(&self) -> Option<&Name> {
        if self.kind == ActorKind::Admin { self.name.as_ref() } else { None }
    }
}

/// The kinds of actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person who manages the brand.
    Admin,
    /// A program with a key.
    ApiKey,
    /// The partner.
    Partner,
    /// The Network.
    Network,
    /// Somebody with the rights of the AWS account.
    Operator,
    /// Nobody: it follows from what was decided before.
    System,
}
