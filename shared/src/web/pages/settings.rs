//! The brand's settings: API keys, and how attribution works.

use askama::Template;

use super::{Layout, When};

/// The page of the settings.
#[derive(Clone, Template)]
#[template(path = "web/pages/settings.html")]
pub struct Settings {
    /// Page layout.
    pub shell: Layout,
    /// API keys, newest first.
    pub keys: Vec<ApiKeyRow>,
    /// Scopes that a key can have, as spelled in the API.
    pub scopes: Vec<String>,
    /// True if user IDs without a signature are accepted.
    pub unsigned_identify: bool,
    /// True if partners are reminded before their invitation expires.
    pub reminders: bool,
    /// Dropped attribution of the last 30 days, newest first, without days on which nothing was dropped.
    pub dropped: Vec<DroppedDay>,
    /// Sums of these days.
    pub dropped_sum: DroppedDay,
}

impl Settings {
    /// Description of a scope.
    pub fn says(&self, scope: &str) -> &'static str {
        match scope {
            "partners:read" => "View partners, their links and activity.",
            "partners:write" => "Invite, edit, revoke and reinstate partners.",
            "programs:read" => "View programs.",
            "programs:write" => "Create, edit and archive programs.",
            "links:write" => "Create and delete partners’ links.",
            "imports:write" => "Start and cancel imports.",
            "events:write" => "Report visitors, sales and other conversions.",
            "commissions:read" => "View commissions.",
            "commissions:write" => "Mark commissions as paid, or reverse them.",
            "network:write" => "Act for the Network: add the partners it approves to programs.",
            _ => "",
        }
    }
}

/// An API key. The key itself isn't stored anywhere.
#[derive(Clone, Debug)]
pub struct ApiKeyRow {
    /// ID of the key, which is also the ID of its row.
    pub id: String,
    /// Label of the key.
    pub label: String,
    /// Scopes of the key, as spelled in the API.
    pub scopes: Vec<String>,
    /// Time of creation.
    pub when: When,
    /// Name of the actor who created it, if known.
    pub by: Option<String>,
    /// Time of the last use; `None` if it was never used.
    pub used: Option<When>,
}

/// Dropped attribution on one day.
#[derive(Clone, Debug, Default)]
pub struct DroppedDay {
    /// Day: "22 November 2026".
    pub day: String,
    /// Clicks on links of revoked partners.
    pub clicks: String,
    /// Conversions of revoked partners.
    pub conversions: String,
    /// Conversions of visitors that no partner's link brought.
    pub unknown: String,
    /// Conversions after the attribution window.
    pub late: String,
}
