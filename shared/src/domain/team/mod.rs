//! A brand's team: its admins, and what its owners decide about them.

mod admin;
mod role;

pub use admin::Admin;
pub use role::Role;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AdminId, AdminRecipient, BrandSlug, EmailAddress, MailStatus, Name};

/// Maximum number of admins of a brand; each change queues emails to all of its owners in one transaction.
pub const TEAM_MAX: usize = 40;

/// The admins of a brand, read together.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// Brand of the team.
    pub brand: BrandSlug,
    /// All admins.
    pub admins: Vec<Admin>,
    /// Increases with every change, so that two owners can't both change the same version of the team.
    pub version: u64,
}

/// Change of an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamAct {
    /// They were invited.
    Invited,
    /// They got another role.
    RoleGiven,
    /// They were removed.
    Removed,
}

/// A change of the team: what to write, and which owners to email.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamChange {
    /// Version of the team that was changed.
    pub version: u64,
    /// Kind of change.
    pub act: TeamAct,
    /// The changed admin, after the change or before their removal.
    pub admin: Admin,
    /// Owners who are emailed about it.
    pub told: Vec<AdminRecipient>,
}

/// Reasons why the team can't be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TeamError {
    /// A brand without an owner could not be managed.
    #[error("There must be at least one owner. Make someone else an owner first.")]
    LastOwner,
    /// An admin of the team has this email address.
    #[error("Someone with this email address is already on the team.")]
    InTeam,
    /// The team has the maximum size.
    #[error("A team can have at most {TEAM_MAX} people. Remove someone first.")]
    Full,
}

impl Team {
    /// Returns an admin of the team.
    #[must_use]
    pub fn admin(&self, id: &AdminId) -> Option<&Admin> {
        self.admins.iter().find(|admin| admin.id == *id)
    }

    /// Adds an admin. `mail` is the record of their queued welcome email.
    ///
    /// # Errors
    /// Fails with [`TeamError::InTeam`] or [`TeamError::Full`].
    pub fn invite(
        &self,
        (id, name, email): (AdminId, Name, EmailAddress),
        role: Role,
        mail: MailStatus,
        now: Timestamp,
    ) -> Result<TeamChange, TeamError> {
        if self.admins.iter().any(|admin| admin.email == email) {
            return Err(TeamError::InTeam);
        }
        if self.admins.len() >= TEAM_MAX {
            return Err(TeamError::Full);
        }
        let (brand, mail) = (self.brand.clone(), Some(mail));
        let admin = Admin { id, brand, name, email, role, epoch: 0, created_at: now, mail };
        // The new admin gets the welcome email instead of the notification.
        Ok(self.change(TeamAct::Invited, admin))
    }

    /// Changes an admin's role; returns `None` if they have it already.
    ///
    /// # Errors
    /// Fails with [`TeamError::LastOwner`].
    pub fn give(&self, admin: &Admin, role: Role) -> Result<Option<TeamChange>, TeamError> {
        if admin.role == role {
            return Ok(None);
        }
        self.keeps_an_owner(admin)?;
        Ok(Some(self.change(TeamAct::RoleGiven, Admin { role, ..admin.clone() })))
    }

    /// Removes an admin.
    ///
    /// # Errors
    /// Fails with [`TeamError::LastOwner`].
    pub fn remove(&self, admin: &Admin) -> Result<TeamChange, TeamError> {
        self.keeps_an_owner(admin)?;
        Ok(self.change(TeamAct::Removed, admin.clone()))
    }

    fn keeps_an_owner(&self, without: &Admin) -> Result<(), TeamError> {
        let others = |admin: &&Admin| admin.role == Role::Owner && admin.id != without.id;
        if without.role < Role::Owner || self.admins.iter().any(|admin| others(&admin)) {
            Ok(())
        } else {
            Err(TeamError::LastOwner)
        }
    }

    /// Creates a change that notifies everyone who is an owner before or after it, except for the admin who is invited
    /// or removed.
    fn change(&self, act: TeamAct, admin: Admin) -> TeamChange {
        let owners = self.admins.iter().filter(|other| match act {
            TeamAct::Invited => other.role == Role::Owner,
            TeamAct::RoleGiven => other.role == Role::Owner || (other.id == admin.id && admin.role == Role::Owner),
            TeamAct::Removed => other.role == Role::Owner && other.id != admin.id,
        });
        let recipients = owners.map(|owner| AdminRecipient { admin: owner.id.clone(), epoch: owner.epoch }).collect();
        TeamChange { version: self.version, act, admin, told: recipients }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EventId, Fresh};

    fn admin(number: u8, role: Role) -> Admin {
        let now = Timestamp::UNIX_EPOCH;
        Admin {
            id: AdminId::fresh(now, [number; 10]),
            brand: BrandSlug::parse("acme").unwrap(),
            name: Name::parse("Ada").unwrap(),
            email: EmailAddress::parse(&format!("a{number}@acme.example")).unwrap(),
            role,
            epoch: 0,
            created_at: now,
            mail: None,
        }
    }

    fn team(roles: &[Role]) -> Team {
        let admins = (0..).zip(roles).map(|(number, role)| admin(number, *role)).collect();
        Team { brand: BrandSlug::parse("acme").unwrap(), admins, version: 7 }
    }

    #[test]
    fn the_last_owner_stays_one() {
        use Role::{Manager, Owner, Viewer};
        for (roles, member, allowed) in [
            (vec![Owner], 0, false),
            (vec![Owner, Manager, Viewer], 0, false),
            (vec![Owner, Manager, Viewer], 1, true),
            (vec![Owner, Owner], 0, true),
        ] {
            let team = team(&roles);
            let one = &team.admins[member];
            assert_eq!(team.remove(one).is_ok(), allowed, "{roles:?} without {member}");
            assert_eq!(team.give(one, Viewer).is_ok(), allowed, "{roles:?} with less for {member}");
        }
    }

    #[test]
    fn owners_are_notified_who_were_or_are_some_and_still_in_the_team() {
        use Role::{Manager, Owner};
        let team = team(&[Owner, Owner, Manager]);
        let notified =
            |change: TeamChange| change.told.into_iter().map(|recipient| recipient.admin).collect::<Vec<_>>();
        let ids = |of: &[usize]| of.iter().map(|number| team.admins[*number].id.clone()).collect::<Vec<_>>();
        assert_eq!(notified(team.remove(&team.admins[1]).unwrap()), ids(&[0]));
        assert_eq!(notified(team.give(&team.admins[1], Manager).unwrap().unwrap()), ids(&[0, 1]));
        assert_eq!(notified(team.give(&team.admins[2], Owner).unwrap().unwrap()), ids(&[0, 1, 2]));
        assert_eq!(team.give(&team.admins[2], Manager), Ok(None));
    }

    #[test]
    fn nobody_is_in_a_team_twice_and_it_ends_somewhere() {
        let now = Timestamp::UNIX_EPOCH;
        let new = |number: u8| {
            let Admin { id, name, email, .. } = admin(number, Role::Viewer);
            (id, name, email)
        };
        let mail = || MailStatus::queued(&EventId::fresh(now, [0; 10]), now);
        let full = team(&[Role::Owner; TEAM_MAX]);
        assert_eq!(full.invite(new(200), Role::Viewer, mail(), now), Err(TeamError::Full));
        let two = team(&[Role::Owner; 2]);
        assert_eq!(two.invite(new(1), Role::Viewer, mail(), now), Err(TeamError::InTeam));
        assert_eq!(two.invite(new(200), Role::Viewer, mail(), now).unwrap().told.len(), 2);
    }
}
