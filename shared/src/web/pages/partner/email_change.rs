//! The pages on which a partner confirms a new email address.

use askama::Template;

use crate::web::pages::{Link, Notice, Shell};

/// Landing page of the link sent to a new email address. Nothing happens before the button is clicked.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/move_address.html")]
pub struct MoveAddress {
    /// Page layout.
    pub shell: Shell,
    /// Link, to be posted.
    pub link: String,
    /// New email address, masked.
    pub masked: String,
}

impl Notice {
    /// 410: the change was confirmed with another link, replaced, cancelled, or requested too long ago.
    pub fn address_over(shell: Shell) -> Self {
        let text = "It was asked for more than a day ago, or something else was decided since. Nothing has changed. You can ask for it again on your account page.";
        Self::new(shell, "This change can’t be confirmed any more", text)
    }

    /// The email address was changed.
    pub fn address_moved(shell: Shell, masked: &str, signed_in: bool) -> Self {
        let text = format!("Your mails and your links to sign in come to {masked} now. The address you had was told.");
        let link = if signed_in {
            Link { label: "Go to your dashboard".to_owned(), href: shell.base.clone() }
        } else {
            Link { label: "Sign in".to_owned(), href: format!("{}/login", shell.base) }
        };
        Self { link: Some(link), ..Self::new(shell, "Your address is changed", &text) }
    }

    /// The person who requested the change isn't signed in in this browser.
    pub fn address_elsewhere(shell: Shell) -> Self {
        let text = "You asked for this change in another browser. Open the link of this mail there, or sign in here with the address you have now and open it again. Nothing has changed yet.";
        let link = Link { label: "Sign in".to_owned(), href: format!("{}/login", shell.base) };
        Self { link: Some(link), ..Self::new(shell, "Sign in first", text) }
    }

    /// 409: another partner has the email address.
    pub fn address_taken(shell: Shell) -> Self {
        let text = "Another partner account has this address already, so nothing was changed. Sign in with it to see that account, or ask for help.";
        Self::new(shell, "This address is in use", text)
    }
}
