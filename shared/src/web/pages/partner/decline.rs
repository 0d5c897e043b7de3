//! Saying no to an invitation.

use askama::Template;

use crate::web::pages::Shell;

/// Where an invited person can say no: nothing happens before the button is pressed.
#[derive(Clone, Template)]
#[template(path = "web/pages/partner/not_interested.html")]
pub struct Decline {
    /// What surrounds it.
    pub shell: Shell,
    /// Where the form goes, with the proof that came with the mail.
    pub action: String,
    /// Who was invited, masked: `m•••@example.com`.
    pub masked: String,
    /// Who invited; nobody in particular means that the brand did.
    pub invited_by: Option<String>,
}

/// Thanks whoever said no, and tells how to change one's mind.
#[derive(Clone, Template)]
#[template(path = "web/pages/partner/declined.html")]
pub struct Declined {
    /// What surrounds it.
    pub shell: Shell,
}
