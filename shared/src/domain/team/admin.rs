//! A person who manages a brand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, ActorKind, AdminId, BrandSlug, EmailAddress, MailNote, Name, Person, Principal, Purpose, Role,
};

/// An admin of one brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Admin {
    /// Names them.
    pub id: AdminId,
    /// The brand they manage.
    pub brand: BrandSlug,
    /// How partners see them in invitations.
    pub name: Name,
    /// Where their sign-in links go.
    pub email: EmailAddress,
    /// What they may do.
    #[serde(default)]
    pub role: Role,
    /// Goes up when every session and link of theirs must die.
    pub epoch: u64,
    /// When they were added.
    pub created_at: Timestamp,
    /// What became of the last mail to them that an event asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailNote>,
}

impl Admin {
    /// What signing in needs to know of them.
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

    /// The admin as the one who did something.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { kind: ActorKind::Admin, id: self.id.to_string(), name: Some(self.name.clone()) }
    }
}
