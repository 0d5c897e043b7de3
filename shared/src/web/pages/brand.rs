//! The brand's own face.

use askama::Template;

use super::Shell;

/// How the brand looks and where it is reached.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/brand/brand.html")]
pub struct BrandPage {
    /// What surrounds it, with the logo.
    pub shell: Shell,
    /// Whether something was saved a moment ago.
    pub saved: bool,
    /// The accent; empty if it is the usual one.
    pub accent: String,
    /// The usual one.
    pub usual_accent: String,
    /// Whom mails come from; empty if from the brand's name.
    pub sender_name: String,
    /// Where answers and questions go.
    pub support_address: String,
    /// The lines of the postal address; may be empty.
    pub footer: String,
    /// The zone in which it tells the time.
    pub time_zone: String,
    /// Every zone that there is.
    pub time_zones: Vec<String>,
}
