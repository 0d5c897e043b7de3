//! The page of a person's own account.

use askama::Template;

use crate::web::pages::{Layout, When};

/// The account of the person signed in, in either portal.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/auth/account.html")]
pub struct Account {
    /// Page layout.
    pub shell: Layout,
    /// Name of the person.
    pub name: String,
    /// Email address, in full.
    pub email: String,
    /// Role, if they are an admin: "Owner".
    pub role: Option<&'static str>,
    /// New email address of a partner that waits to be confirmed.
    pub moving: Option<String>,
    /// Sessions, newest first.
    pub sessions: Vec<SessionRow>,
    /// Message about what was just done.
    pub done: Option<&'static str>,
}

/// A browser in which the person is signed in.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// ID of the session.
    pub id: String,
    /// Description of the browser: "Firefox on Windows".
    pub browser: String,
    /// Time of the sign-in.
    pub since: When,
    /// Time of the last use, to within a few minutes, if that is recorded.
    pub used: Option<When>,
    /// True for the session of this request.
    pub this: bool,
}
