//! The brand's settings: API keys, and how attribution works.

use askama::Template;

use super::{Shell, When};

/// The settings.
#[derive(Clone, Template)]
#[template(path = "web/pages/settings.html")]
pub struct Settings {
    /// What surrounds it.
    pub shell: Shell,
    /// The API keys, newest first.
    pub keys: Vec<ApiKeyRow>,
    /// The scopes that a key can have, as the API names them.
    pub scopes: Vec<String>,
    /// Whether user ids without a signature are taken.
    pub unsigned_identify: bool,
    /// Whether whoever is invited is reminded before the invitation ends.
    pub reminders: bool,
    /// What was dropped in the last 30 days, newest first, without days on which nothing was.
    pub dropped: Vec<DroppedDay>,
    /// All of these days together.
    pub dropped_sum: DroppedDay,
}

impl Settings {
    /// What a scope lets a key do.
    pub fn says(&self, scope: &str) -> &'static str {
        match scope {
            "partners:read" => "See partners, their links and what happened to them.",
            "partners:write" => "Invite partners, change them, revoke and reinstate them.",
            "programs:read" => "See programs.",
            "programs:write" => "Create programs, change and archive them.",
            "links:write" => "Create and delete partners’ links.",
            "imports:write" => "Start and cancel imports.",
            "events:write" => "Report visitors, sales and other conversions.",
            "commissions:read" => "See commissions.",
            "commissions:write" => "Mark commissions as paid, or reverse them.",
            "network:write" => "Act for the Network: give programs to partners it brings.",
            _ => "",
        }
    }
}

/// An API key. The key itself is kept nowhere.
#[derive(Clone, Debug)]
pub struct ApiKeyRow {
    /// Its id, which is the id of the row too.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// What it may do, as the API names it.
    pub scopes: Vec<String>,
    /// When it was made.
    pub when: When,
    /// Who made it, if that is known.
    pub by: Option<String>,
    /// When it was used last; `None` if it never was.
    pub used: Option<When>,
}

/// What was not counted for anybody, on one day.
#[derive(Clone, Debug, Default)]
pub struct DroppedDay {
    /// The day: "22 November 2026".
    pub day: String,
    /// Clicks on links of revoked partners.
    pub clicks: String,
    /// Conversions of revoked partners.
    pub conversions: String,
    /// Conversions of visitors nobody had brought.
    pub unknown: String,
    /// Conversions after the days in which they count.
    pub late: String,
}
