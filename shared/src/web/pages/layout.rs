//! What surrounds every page.

use super::Worn;

/// Where the browser finds the assets; each address carries a hash of its content.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    /// The vendored stylesheet.
    pub pico: &'static str,
    /// Our layer above it.
    pub css: &'static str,
    /// The one script.
    pub js: &'static str,
    /// The icon of the browser's tab.
    pub icon: &'static str,
}

/// Whose side of the portal a page is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The people who share links.
    Partner,
    /// The people who run the brand.
    Admin,
}

/// Which entry of the navigation is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// None of them, as on a page of errors.
    Elsewhere,
    /// The partner's first page.
    Dashboard,
    /// How everything is.
    Overview,
    /// The roster.
    Partners,
    /// Bringing in many at once.
    Imports,
    /// The brand's programs.
    Programs,
    /// The brand's commissions.
    Commissions,
    /// The Network.
    Network,
    /// The brand's settings.
    Settings,
    /// Their own account.
    Account,
    /// The partner's links.
    Links,
    /// The partner's earnings.
    Earnings,
}

/// What surrounds every page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The language of the words, for `<html lang>`.
    pub lang: &'static str,
    /// The page's own part of the title; the brand is added.
    pub title: String,
    /// The brand as people know it; empty where no brand is known, which hides everything about it.
    pub brand_name: String,
    /// The brand as addresses know it.
    pub brand_slug: String,
    /// The root of this side of the portal, without a slash at the end: `/t/acme` or `/t/acme/admin`.
    pub base: String,
    /// Whose side of the portal this is.
    pub audience: Audience,
    /// Who is signed in, as they should read it; nobody hides navigation and *Sign out*.
    pub signed_in_as: Option<String>,
    /// Whether they may do the daily work, and not just look.
    pub manages: bool,
    /// Whether they also decide on the team, keys and settings.
    pub owns: bool,
    /// The current entry of the navigation.
    pub nav: Nav,
    /// Where people who are stuck may write to: the brand's reply-to address.
    pub help: Option<String>,
    /// Where the assets are.
    pub assets: Assets,
    /// What it wears of its brand.
    pub worn: Worn,
}

impl Shell {
    /// The letter that stands in for the brand's logo.
    pub fn monogram(&self) -> String {
        self.brand_name.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect()
    }

    /// Whether this is the admins' side.
    pub fn admin(&self) -> bool {
        self.audience == Audience::Admin
    }

    /// How much of the admins' side whoever is signed in may use, as the stylesheet knows it.
    pub fn may(&self) -> &'static str {
        match (self.admin() && self.signed_in_as.is_some(), self.manages, self.owns) {
            (true, false, _) => " looks",
            (true, true, false) => " manages",
            (false, ..) | (true, true, true) => "",
        }
    }

    /// Whether this is the account of whoever is signed in.
    pub fn at_account(&self) -> bool {
        self.nav == Nav::Account
    }

    /// The entries of the navigation: which, what it says, and where it leads.
    pub fn entries(&self) -> Vec<(Nav, &'static str, String)> {
        let entries: &[(Nav, &'static str, &str)] = match self.audience {
            Audience::Admin => &[
                (Nav::Overview, "Overview", "/overview"),
                (Nav::Partners, "Partners", "/partners"),
                (Nav::Imports, "Import", "/imports"),
                (Nav::Programs, "Programs", "/programs"),
                (Nav::Commissions, "Commissions", "/commissions"),
                (Nav::Network, "Network", "/network"),
                (Nav::Settings, "Settings", "/settings"),
            ],
            Audience::Partner => &[
                (Nav::Dashboard, "Dashboard", ""),
                (Nav::Links, "Links", "/links"),
                (Nav::Earnings, "Earnings", "/earnings"),
            ],
        };
        let seen = entries.iter().filter(|(nav, ..)| self.owns || *nav != Nav::Settings);
        seen.map(|(nav, label, path)| (*nav, *label, format!("{}{path}", self.base))).collect()
    }

    /// Whether `nav` is the current entry.
    pub fn at(&self, nav: &Nav) -> bool {
        self.nav == *nav
    }
}
