//! The page of the brand's branding.

use askama::Template;

use super::Layout;

/// Branding and contact settings of the brand.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/brand/brand.html")]
pub struct BrandPage {
    /// Page layout, with the logo.
    pub shell: Layout,
    /// True if the settings were just saved.
    pub saved: bool,
    /// Brand colour; empty if it is the default.
    pub accent: String,
    /// Default colour.
    pub usual_accent: String,
    /// Sender name of emails; empty if it is the brand's name.
    pub sender_name: String,
    /// Email address for replies and questions.
    pub support_address: String,
    /// Lines of the postal address; may be empty.
    pub footer: String,
    /// Time zone in which times are shown.
    pub time_zone: String,
    /// All time zones.
    pub time_zones: Vec<String>,
}
