//! What a route needs of those who run the brand, be it a key or a person.

use http::Method;
use jiff::Timestamp;

use crate::{
    domain::{Admin, Role, Scope, Session},
    error::{Error, Result},
};

/// What a route needs of those who run the brand: of a key its scope, of an admin a role, and for what is dangerous a
/// sign-in of the last 15 minutes. Keys don't sign in, so that is asked of nobody who calls by one.
///
/// A scope is all that most routes need, and turns into this by itself. Where it takes an admin in person, one of
/// [`Needs::viewer`], [`Needs::manager`] and [`Needs::owner`] says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// What a key must hold; without it, no key may call.
    pub scope: Option<Scope>,
    /// The role that an admin must have; left out, it follows from scope and method.
    pub role: Option<Role>,
    /// Whether an admin must have signed in a moment ago.
    pub recent: bool,
}

impl Needs {
    /// Any admin, in person.
    #[must_use]
    pub const fn viewer() -> Self {
        Self { scope: None, role: Some(Role::Viewer), recent: false }
    }

    /// A manager or an owner, in person.
    #[must_use]
    pub const fn manager() -> Self {
        Self { scope: None, role: Some(Role::Manager), recent: false }
    }

    /// An owner, in person.
    #[must_use]
    pub const fn owner() -> Self {
        Self { scope: None, role: Some(Role::Owner), recent: false }
    }

    /// The same, and a sign-in of the last 15 minutes.
    #[must_use]
    pub const fn recently(self) -> Self {
        Self { recent: true, ..self }
    }

    /// The same for those, too, who call by a key with this scope.
    #[must_use]
    pub const fn or_key(self, scope: Scope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// The role that it takes to send `method`. Reading takes a viewer, whatever keys must hold for it.
    #[must_use]
    pub fn role_for(&self, method: &Method) -> Role {
        match (self.role, self.scope) {
            (Some(role), _) => role,
            (None, _) if matches!(*method, Method::GET | Method::HEAD) => Role::Viewer,
            (None, Some(scope)) => scope.role(),
            (None, None) => Role::Owner,
        }
    }

    /// Refuses an admin who lacks what is needed.
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

impl From<Scope> for Needs {
    fn from(scope: Scope) -> Self {
        Self { scope: Some(scope), role: None, recent: false }
    }
}
