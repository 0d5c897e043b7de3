//! Share links, as partners and admins see them.

use askama::Template;

use super::{Shell, When};

/// A partner's own links.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/share_link/links.html")]
pub struct Links {
    /// What surrounds it.
    pub shell: Shell,
    /// What they may make links for now.
    pub programs: Vec<LinkProgram>,
    /// What every link begins with: `https://partners.example/r/acme/`.
    pub prefix: String,
    /// A key to start from, likely to be free: `maria-lopez-7k`.
    pub proposal: String,
    /// Their links, newest first.
    pub links: Vec<ShareLink>,
}

/// A program that links can be made for.
#[derive(Clone, Debug)]
pub struct LinkProgram {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where its links lead by default, in full.
    pub destination: String,
    /// The hosts that deeper destinations may be on, the destination's own first.
    pub hosts: Vec<String>,
    /// What it earns: "10% of each sale".
    pub commission: String,
}

impl LinkProgram {
    /// The hosts among words: "shop.example, blog.example or news.example".
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
    /// Its key.
    pub key: String,
    /// Its address, in full.
    pub url: String,
    /// The name of the program.
    pub program: String,
    /// Where it leads, in full.
    pub destination: String,
    /// The host and the path of it, to be read.
    pub leads_to: String,
    /// How often it was followed: "1,204".
    pub clicks: String,
    /// How many conversions came by it.
    pub conversions: String,
    /// What it earned, one a currency; nothing yet is empty.
    pub earned: Vec<String>,
    /// When it was made.
    pub when: When,
}

impl ShareLink {
    /// The address without what every address begins with.
    pub fn short(&self) -> &str {
        self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest)
    }

    /// What it earned, on one line.
    pub fn earned_in_words(&self) -> String {
        self.earned.join(" + ")
    }
}
