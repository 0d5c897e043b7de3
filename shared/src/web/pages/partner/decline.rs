//! Pages on which a person declines an invitation.

use askama::Template;

use crate::web::pages::Layout;

/// The page on which an invited person can decline. Nothing happens before the button is clicked.
#[derive(Clone, Template)]
#[template(path = "web/pages/partner/not_interested.html")]
pub struct Decline {
    /// Page layout.
    pub shell: Layout,
    /// URL of the form, with the proof from the email.
    pub action: String,
    /// Email address of the person invited, masked: `m•••@example.com`.
    pub masked: String,
    /// Name of the person who invited; `None` if the brand did.
    pub invited_by: Option<String>,
}

/// Thanks a person who declined, and says how to change one's mind.
#[derive(Clone, Template)]
#[template(path = "web/pages/partner/declined.html")]
pub struct Declined {
    /// Page layout.
    pub shell: Layout,
}
