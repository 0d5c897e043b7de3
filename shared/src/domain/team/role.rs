//! What an admin may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an admin may do. Each role may do what those before it may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks at everything, and changes nothing.
    Viewer,
    /// Does the daily work: partners, programs, links, imports, commissions, the Network.
    Manager,
    /// Also decides on the team, keys, secrets and settings. Who was an admin before there were roles is one.
    #[default]
    Owner,
}

impl Role {
    /// Every role, the one that may most first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Manager, Self::Viewer];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// What somebody is told who would have to have this role, and lacks it.
    #[must_use]
    pub fn lacking(self) -> &'static str {
        match self {
            Self::Viewer => "Only the team of this brand may do this.",
            Self::Manager => {
                "You may look at everything, but not change it. An owner of your team can do this, or make you a manager."
            }
            Self::Owner => "Only owners may do this. Ask an owner of your team to do it, or to make you one.",
        }
    }
}
