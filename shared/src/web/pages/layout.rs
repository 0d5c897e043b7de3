//! The layout around every page.

use super::Theme;

/// URLs of the assets; each contains a hash of its content.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    /// The vendored stylesheet.
    pub pico: &'static str,
    /// Our stylesheet on top of it.
    pub css: &'static str,
    /// The only script.
    pub js: &'static str,
    /// The icon of the browser tab.
    pub icon: &'static str,
}

/// Portal that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The partners' portal.
    Partner,
    /// The admins' portal.
    Admin,
}

/// The current entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// None of them, as on an error page.
    Elsewhere,
    /// The partner's dashboard.
    Dashboard,
    /// The overview of the brand.
    Overview,
    /// The roster.
    Partners,
    /// Imports.
    Imports,
    /// The brand's programs.
    Programs,
    /// The brand's commissions.
    Commissions,
    /// The Network.
    Network,
    /// The brand's settings.
    Settings,
    /// The account of the person signed in.
    Account,
    /// The partner's links.
    Links,
    /// The partner's earnings.
    Earnings,
}

/// The layout around every page.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Language of the text, for `<html lang>`.
    pub lang: &'static str,
    /// Title of the page; the brand's name is added.
    pub title: String,
    /// Name of the brand; empty where no brand is known, which hides everything about it.
    pub brand_name: String,
    /// Slug of the brand.
    pub brand_slug: String,
    /// Base path of this portal, without a slash at the end: `/t/acme` or `/t/acme/admin`.
    pub base: String,
    /// Portal that the page belongs to.
    pub audience: Audience,
    /// Name of the person signed in; `None` hides navigation and *Sign out*.
    pub signed_in_as: Option<String>,
    /// True if they may do the daily work: owners and managers.
    pub manages: bool,
    /// True if they also decide on the team, keys and settings: owners.
    pub owns: bool,
    /// Current entry of the navigation.
    pub nav: Nav,
    /// Email address for people who need help: the brand's reply-to address.
    pub help: Option<String>,
    /// URLs of the assets.
    pub assets: Assets,
    /// Branding of the page.
    pub worn: Theme,
}

impl Layout {
    /// Letter shown in place of the brand's logo.
    pub fn monogram(&self) -> String {
        self.brand_name.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect()
    }

    /// True in the admins' portal.
    pub fn admin(&self) -> bool {
        self.audience == Audience::Admin
    }

    /// CSS class for what the role of the person signed in permits; empty if it permits everything.
    pub fn may(&self) -> &'static str {
        match (self.admin() && self.signed_in_as.is_some(), self.manages, self.owns) {
            (true, false, _) => " looks",
            (true, true, false) => " manages",
            (false, ..) | (true, true, true) => "",
        }
    }

    /// True on the page of the person's own account.
    pub fn at_account(&self) -> bool {
        self.nav == Nav::Account
    }

    /// Entries of the navigation, each with label and URL.
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

    /// True if `nav` is the current entry.
    pub fn at(&self, nav: &Nav) -> bool {
        self.nav == *nav
    }
}
