//! Admins of a brand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, ActorKind, AdminId, BrandSlug, EmailAddress, MailStatus, Name, Person, Principal, Purpose, Role,
};

/// An admin of one brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Admin {
    /// Identifies the admin.
    pub id: AdminId,
    /// Brand they manage.
    pub brand: BrandSlug,
    /// Name that partners see in invitations.
    pub name: Name,
    /// Email address for their sign-in links.
    pub email: EmailAddress,
    /// Role in the team.
    #[serde(default)]
    pub role: Role,
    /// Increases when all of their sessions and sign-in links must stop working.
    pub epoch: u64,
    /// Time at which they were added.
    pub created_at: Timestamp,
    /// Delivery status of the last email to them that an event caused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailStatus>,
}

impl Admin {
    /// Returns the data that signing in needs.
    #[must_use]
    pub fn person(&self) -> Person {
        Person {
            principal: Principal::Admin(self.id.clone()),
            name: self.name.clone(),
            email: self.email.clone(),
            epoch: self.epoch,
            may_sign_in: true,
            purpose: Purpose::SignIn,
            invitation_ends_at: None,
        }
    }

    /// Returns the admin as an actor.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { kind: ActorKind::Admin, id: self.id.to_string(), name: Some(self.name.clone()) }
    }
}
