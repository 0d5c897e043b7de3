//! The page of the team.

use askama::Template;

use super::{Layout, Mail, When};

/// The team of a brand.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/team/team.html")]
pub struct Team {
    /// Page layout.
    pub shell: Layout,
    /// All admins, oldest first.
    pub rows: Vec<AdminRow>,
}

impl Team {
    /// Roles, each with its value, label, description, and `true` for the default.
    pub fn roles(&self) -> [(&'static str, &'static str, &'static str, bool); 3] {
        [
            ("owner", "Owner", "Full access, including team, API keys, secrets and settings.", false),
            ("manager", "Manager", "Day-to-day work: partners, programs, imports, commissions and the Network.", true),
            ("viewer", "Viewer", "Read-only access to everything except settings.", false),
        ]
    }
}

/// An admin in the team's list.
#[derive(Clone, Debug)]
pub struct AdminRow {
    /// ID of the admin, which is also the ID of the row.
    pub id: String,
    /// Name of the admin.
    pub name: String,
    /// Email address, in full.
    pub email: String,
    /// Role, as spelled in the API.
    pub role: &'static str,
    /// True if this is the person signed in.
    pub you: bool,
    /// True if no one else is an owner.
    pub last_owner: bool,
    /// Labels of the API keys that they created: "Shop, Import".
    pub keys: String,
    /// Delivery status of their welcome email, if one was sent.
    pub mail: Option<Mail>,
    /// True if that status is final; until then, the page polls.
    pub mail_settled: bool,
    /// Time at which they were invited.
    pub when: When,
}

impl AdminRow {
    /// Label of the role.
    pub fn role_label(&self) -> &'static str {
        match self.role {
            "owner" => "Owner",
            "manager" => "Manager",
            _ => "Viewer",
        }
    }

    /// Explains what happens to their API keys when they are removed.
    pub fn about_keys(&self) -> String {
        if self.keys.is_empty() {
            "They created no API keys.".to_owned()
        } else {
            format!("API keys they created still work: {}. Delete them in Settings if they know them.", self.keys)
        }
    }
}
