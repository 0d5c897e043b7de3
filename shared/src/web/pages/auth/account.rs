//! What somebody sees of their own account.

use askama::Template;

use crate::web::pages::{Shell, When};

/// The account of whoever is signed in, at either door.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/auth/account.html")]
pub struct Account {
    /// What surrounds it.
    pub shell: Shell,
    /// Their name.
    pub name: String,
    /// Their address, in full.
    pub email: String,
    /// Their role, if they are an admin: "Owner".
    pub role: Option<&'static str>,
    /// The address of a partner's that waits to be confirmed.
    pub moving: Option<String>,
    /// Where they are signed in, newest first.
    pub sessions: Vec<SessionRow>,
    /// What was done a moment ago.
    pub done: Option<&'static str>,
}

/// A browser in which somebody is signed in.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// What names it.
    pub id: String,
    /// The browser in words: "Firefox on Windows".
    pub browser: String,
    /// Since when.
    pub since: When,
    /// When it was used last, to the nearest few minutes, where that is noted.
    pub used: Option<When>,
    /// Whether it is the one that asks.
    pub this: bool,
}
