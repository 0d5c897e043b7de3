//! Share links, as partners and admins see them.

use askama::Template;

use super::{Layout, When};

/// A partner's own share links.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/share_link/links.html")]
pub struct Links {
    /// Page layout.
    pub shell: Layout,
    /// Programs for which they may create links now.
    pub programs: Vec<LinkProgram>,
    /// URL prefix of every link: `https://partners.example/r/acme/`.
    pub prefix: String,
    /// Proposed link key, likely to be free: `maria-lopez-7k`.
    pub proposal: String,
    /// Share links, newest first.
    pub links: Vec<ShareLink>,
}

/// A program for which links can be created.
#[derive(Clone, Debug)]
pub struct LinkProgram {
    /// ID of the program.
    pub id: String,
    /// Name of the program.
    pub name: String,
    /// Default destination of its links, in full.
    pub destination: String,
    /// Hosts that other destinations may be on, the default destination's own first.
    pub hosts: Vec<String>,
    /// Commission terms: "10% of each sale".
    pub commission: String,
}

impl LinkProgram {
    /// Hosts as a phrase: "shop.example, blog.example or news.example".
    pub fn hosts_in_words(&self) -> String {
        match self.hosts.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
        }
    }
}

/// A share link.
#[derive(Clone, Debug)]
pub struct ShareLink {
    /// Link key.
    pub key: String,
    /// URL, in full.
    pub url: String,
    /// Name of the program.
    pub program: String,
    /// Destination, in full.
    pub destination: String,
    /// Host and path of the destination, for display.
    pub leads_to: String,
    /// Number of clicks: "1,204".
    pub clicks: String,
    /// Number of conversions.
    pub conversions: String,
    /// Commissions earned, one amount per currency; empty if there are none.
    pub earned: Vec<String>,
    /// Time of creation.
    pub when: When,
}

impl ShareLink {
    /// URL without its scheme.
    pub fn short(&self) -> &str {
        self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest)
    }

    /// Commissions earned, on one line.
    pub fn earned_in_words(&self) -> String {
        self.earned.join(" + ")
    }
}
