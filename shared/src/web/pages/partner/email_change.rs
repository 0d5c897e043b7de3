//! The pages on which a partner confirms a new email address.

use askama::Template;

use crate::web::pages::{Layout, Link, Notice};

/// Landing page of the link sent to a new email address. Nothing happens before the button is clicked.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/move_address.html")]
pub struct MoveAddress {
    /// Page layout.
    pub shell: Layout,
    /// Link, to be posted.
    pub link: String,
    /// New email address, masked.
    pub masked: String,
}

impl Notice {
    /// 410: the change was confirmed with another link, replaced, cancelled, or requested too long ago.
    pub fn address_over(shell: Layout) -> Self {
        let text = "Confirmation links work for 24 hours, and only until something else is decided. Nothing was changed. You can request the change again on your account page.";
        Self::new(shell, "This confirmation link has expired", text)
    }

    /// The email address was changed.
    pub fn address_moved(shell: Layout, masked: &str, signed_in: bool) -> Self {
        let text = format!("Emails and sign-in links now go to {masked}. We’ve notified your previous email address.");
        let link = if signed_in {
            Link { label: "Go to your dashboard".to_owned(), href: shell.base.clone() }
        } else {
            Link { label: "Sign in".to_owned(), href: format!("{}/login", shell.base) }
        };
        Self { link: Some(link), ..Self::new(shell, "Your email address has been changed", &text) }
    }

    /// The person who requested the change isn't signed in in this browser.
    pub fn address_elsewhere(shell: Layout) -> Self {
        let text = "Sign in here with your current email address, then open the link again, or open it in the browser in which you requested the change. Nothing has changed yet.";
        let link = Link { label: "Sign in".to_owned(), href: format!("{}/login", shell.base) };
        Self { link: Some(link), ..Self::new(shell, "Please sign in first", text) }
    }

    /// 409: another partner has the email address.
    pub fn address_taken(shell: Layout) -> Self {
        let text = "Another partner account already uses this email address, so nothing was changed. Sign in with it to see that account, or ask for help.";
        Self::new(shell, "This email address is already in use", text)
    }
}
