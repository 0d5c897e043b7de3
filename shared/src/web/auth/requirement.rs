//! Permissions that a route requires of the team: of an API key or of an admin.

use http::Method;
use jiff::Timestamp;

use crate::{
    domain::{Admin, Role, Scope, Session},
    error::{Error, Result},
};

/// Permissions that a route requires of the team: a scope of an API key, a role of an admin, and a sign-in within the
/// last 15 minutes for sensitive actions. API keys don't sign in, so that last requirement doesn't apply to them.
///
/// Most routes require only a scope, which converts into this. Routes that only an admin may call in person use one of
/// [`Requirement::viewer`], [`Requirement::manager`] and [`Requirement::owner`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// Scope that a key must have; if `None`, no key may call.
    pub scope: Option<Scope>,
    /// Role that an admin must have; if `None`, it follows from scope and method.
    pub role: Option<Role>,
    /// True if an admin must have signed in recently.
    pub recent: bool,
}

impl Requirement {
    /// Requires any admin, in person.
    #[must_use]
    pub const fn viewer() -> Self {
        Self { scope: None, role: Some(Role::Viewer), recent: false }
    }

    /// Requires a manager or an owner, in person.
    #[must_use]
    pub const fn manager() -> Self {
        Self { scope: None, role: Some(Role::Manager), recent: false }
    }

    /// Requires an owner, in person.
    #[must_use]
    pub const fn owner() -> Self {
        Self { scope: None, role: Some(Role::Owner), recent: false }
    }

    /// Also requires a sign-in within the last 15 minutes.
    #[must_use]
    pub const fn recently(self) -> Self {
        Self { recent: true, ..self }
    }

    /// Also allows API keys with this scope.
    #[must_use]
    pub const fn or_key(self, scope: Scope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// Role required to send `method`. A read requires a viewer, whatever scope a key must have for it.
    #[must_use]
    pub fn role_for(&self, method: &Method) -> Role {
        match (self.role, self.scope) {
            (Some(role), _) => role,
            (None, _) if matches!(*method, Method::GET | Method::HEAD) => Role::Viewer,
            (None, Some(scope)) => scope.role(),
            (None, None) => Role::Owner,
        }
    }

    /// Returns an error if the admin lacks a required permission.
    pub(in crate::web) fn check(
        &self,
        method: &Method,
        admin: &Admin,
        session: &Session,
        now: Timestamp,
    ) -> Result<()> {
        let role = self.role_for(method);
        if admin.role < role {
            return Err(Error::RoleMissing(role));
        }
        if self.recent && !session.is_recent(now) {
            return Err(Error::SignInAgain);
        }
        Ok(())
    }
}

impl From<Scope> for Requirement {
    fn from(scope: Scope) -> Self {
        Self { scope: Some(scope), role: None, recent: false }
    }
}
