//! Roles of admins.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Role of an admin. Each role includes the ones before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Can see everything, and changes nothing.
    Viewer,
    /// Does the daily work: partners, programs, links, imports, commissions and the Network.
    Manager,
    /// Also decides on the team, API keys, secrets and settings. Admins who were added before there were roles are
    /// owners.
    #[default]
    Owner,
}

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Manager, Self::Viewer];

    /// Returns the role as it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// Returns the message for a person who lacks this role.
    #[must_use]
    pub fn lacking(self) -> &'static str {
        match self {
            Self::Viewer => "Only members of this brand's team can do this.",
            Self::Manager => "You have read-only access. An owner of your team can do this, or make you a manager.",
            Self::Owner => "Only owners can do this. Ask an owner of your team to do it, or to make you one.",
        }
    }
}
