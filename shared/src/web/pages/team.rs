//! What the page of the team shows.

use askama::Template;

use super::{Mail, Shell, When};

/// The team of a brand.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/team/team.html")]
pub struct Team {
    /// What surrounds it.
    pub shell: Shell,
    /// Everybody, the one who was first first.
    pub rows: Vec<AdminRow>,
}

impl Team {
    /// The roles that there are: the word, what it is called, what it lets somebody do, and whether it is the usual one.
    pub fn roles(&self) -> [(&'static str, &'static str, &'static str, bool); 3] {
        [
            ("owner", "Owner", "Everything, also the team, keys, secrets and settings.", false),
            ("manager", "Manager", "The daily work: partners, programs, imports, commissions, the Network.", true),
            ("viewer", "Viewer", "Looks at everything but settings, and changes nothing.", false),
        ]
    }
}

/// One of the team.
#[derive(Clone, Debug)]
pub struct AdminRow {
    /// Their id, which is the id of the row too.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address, in full.
    pub email: String,
    /// Their role, as the API names it.
    pub role: &'static str,
    /// Whether the page is shown to them.
    pub you: bool,
    /// Whether nobody else is an owner.
    pub last_owner: bool,
    /// The keys that they made: "Shop, Import".
    pub keys: String,
    /// What became of their welcome mail, if one was sent.
    pub mail: Option<Mail>,
    /// Whether that is final; until then the page keeps asking.
    pub mail_settled: bool,
    /// When they were invited.
    pub when: When,
}

impl AdminRow {
    /// The role as people read it.
    pub fn role_label(&self) -> &'static str {
        match self.role {
            "owner" => "Owner",
            "manager" => "Manager",
            _ => "Viewer",
        }
    }

    /// What becomes of their keys when they go.
    pub fn about_keys(&self) -> String {
        if self.keys.is_empty() {
            "They made no API key.".to_owned()
        } else {
            format!("API keys that they made work on: {}. If they know them, delete these under Settings.", self.keys)
        }
    }
}
