//! What the pages show: one struct a page, already formatted, each with its template in `pages/`.
//!
//! Nothing here decides, reads a clock or knows a request: whoever fills a page has done all of that.
//! All words that people read are here and in the templates.

mod attribution;
mod auth;
mod brand;
pub mod docs;
mod import;
mod layout;
mod network;
mod overview;
mod partner;
mod settings;
mod share_link;
mod team;
#[cfg(test)]
mod tests;
mod theme;
mod webhook;

pub use attribution::{Bar, Chart, CommissionRow, CommissionState, Commissions, Earnings, Person, Tab, Total};
pub use auth::{Account, SessionRow};
pub use import::{
    Came, ImportPage, ImportRow, ImportState, Imports, InviteOffer, Problem, Progress, ReportState, RetryOffer, Verdict,
};
pub use layout::{Assets, Audience, Nav, Shell};
pub use network::{
    BackfillPage, BackfillRow, BackfillState, BackfillTick, BackfillsPage, CallRow, Connected, Counted, DecidedRow,
    FailedPush, HeldApproval, NetworkPage, RefusedLine, RequestRow, RequestsPage, StandingRow, TellOffer, Waiting,
};
pub use overview::{Cohort, DroppedSums, FunnelPart, Guide, Need, Numbers, Overview, StageBar};
pub use partner::{
    Chip, Choice, Decline, Declined, Fact, Filters, GrantNote, Happening, Looked, Mail, MailState, MoveAddress,
    PartnerPage, PartnerRow, PartnerState, Partners, ProgramChoice, ProgramRow, ProgramTick, Programs, Refused, Select,
    Tone,
};
pub use share_link::{LinkProgram, Links, ShareLink};
pub use theme::{LogoMark, Worn};
pub use webhook::{DeliveryRow, WebhookPage, WebhookRow, WebhookState, Webhooks};

pub use settings::{ApiKeyRow, DroppedDay, Settings};
pub use team::{AdminRow, Team};

pub use brand::BrandPage;

use askama::Template;

/// A moment as people read it.
#[derive(Clone, Debug)]
pub struct When {
    /// For machines: RFC 3339.
    pub datetime: String,
    /// For a glance: "2 hours ago".
    pub relative: String,
    /// For certainty, in the brand's zone: "22 November 2026, 14:05 CET".
    pub absolute: String,
}

/// Asks for an address and mails a link to it.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/auth/login.html")]
pub struct Login {
    /// What surrounds it.
    pub shell: Shell,
    /// What was typed before, to be corrected.
    pub address: String,
    /// What just happened: "You are signed out."
    pub notice: Option<String>,
    /// Who is signed in in this browser already.
    pub signed_in: Option<String>,
    /// What is wrong with the address.
    pub error: Option<String>,
}

/// Says that a mail may be on its way, and takes the code from it.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/auth/check_mail.html")]
pub struct CheckMail {
    /// What surrounds it.
    pub shell: Shell,
    /// The address as it was typed, or masked if it wasn't: this page never tells whether it is known.
    pub address: String,
    /// Who is signed in in this browser already, and will not be when the code is typed.
    pub signed_in: Option<String>,
    /// What was typed as the code before.
    pub code: String,
    /// What is wrong with the code.
    pub error: Option<String>,
}

impl CheckMail {
    /// Whether the address is in full, so that another mail can be asked for with it.
    pub fn in_full(&self) -> bool {
        !self.address.contains('•')
    }
}

/// Where a mailed link lands: nothing happens before the button is pressed.
#[derive(Clone, Template)]
#[template(path = "web/pages/auth/confirm.html")]
pub struct Confirm {
    /// What surrounds it.
    pub shell: Shell,
    /// The token, to be posted.
    pub token: String,
    /// Whom the link signs in, masked: `m•••@example.com`.
    pub masked: String,
    /// Who else is signed in in this browser, by name.
    pub somebody_else: Option<String>,
    /// Whether the very person is signed in in this browser already.
    pub already: bool,
    /// Where they go on, if they were somewhere before.
    pub back: Option<String>,
    /// The invitation that the link accepts, if it is one.
    pub invitation: Option<Invited>,
}

/// The invitation behind a link.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Who invited; nobody in particular means that the brand did.
    pub invited_by: Option<String>,
    /// The names of the programs that wait.
    pub programs: Vec<String>,
    /// Where they can say no.
    pub decline: String,
}

/// A link that is used, expired or made up; served as 410.
#[derive(Clone, Template)]
#[template(path = "web/pages/auth/dead_link.html")]
pub struct DeadLink {
    /// What surrounds it.
    pub shell: Shell,
    /// What a fresh link can be made from; without it the address is asked for.
    pub fresh: Option<Fresh>,
    /// Why there is no fresh one now.
    pub notice: Option<String>,
}

/// What a fresh link is made from.
#[derive(Clone)]
pub struct Fresh {
    /// The dead token, to be posted.
    pub token: String,
    /// Whom it belongs to, masked.
    pub masked: String,
}

/// One message with one way on.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/notice.html")]
pub struct Notice {
    /// What surrounds it; its title is used too.
    pub shell: Shell,
    /// What happened, in a few words.
    pub heading: String,
    /// What it means and what to do.
    pub text: String,
    /// What support needs to find it in the logs.
    pub request_id: Option<String>,
    /// The way on.
    pub link: Option<Link>,
}

/// A link on a page.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Notice {
    /// 404: nothing at this address, or nothing that the caller may know of.
    pub fn not_found(shell: Shell) -> Self {
        Self::new(shell, "There is nothing here", "The address may be mistyped, or what was here is gone.")
    }

    /// 410: a share link that was deleted. Whoever followed it is no partner, so there is no way on.
    pub fn link_deleted(shell: Shell) -> Self {
        let text = "Whoever shared it has taken it down. You can still visit the site it led to by its own address.";
        Self { link: None, ..Self::new(shell, "This link is no longer active", text) }
    }

    /// 404: a share link that never was.
    pub fn link_unknown(shell: Shell) -> Self {
        let text = "It may be mistyped. Check the address, or ask whoever shared it.";
        Self { link: None, ..Self::new(shell, "This link leads nowhere", text) }
    }

    /// 403: a form that another site sent.
    pub fn foreign_form(shell: Shell) -> Self {
        Self::new(
            shell,
            "We stopped that",
            "This form was sent from another site, so nothing was changed. If it was you, open the page here and send it again.",
        )
    }

    /// 403: signed in, but not allowed to do this.
    pub fn forbidden(shell: Shell) -> Self {
        Self::new(shell, "This isn't open to you", "Your account can't do this. Someone on your team may be able to.")
    }

    /// 403: what their role in the team doesn't show them; `why` says whom it is for.
    pub fn not_your_role(shell: Shell, why: &str) -> Self {
        Self::new(shell, "This isn't open to you", why)
    }

    /// 413: more than the server takes.
    pub fn too_large(shell: Shell) -> Self {
        Self::new(shell, "That is too much at once", "What you sent is larger than we can take. Nothing was changed.")
    }

    /// 429: asked too often; `wait` says for how long, as in "in a minute".
    pub fn too_often(shell: Shell, wait: &str) -> Self {
        let text = format!("You have asked a few times in a row. Please try again {wait}.");
        Self::new(shell, "A short pause, please", &text)
    }

    /// 400: the browser keeps no cookies, so nobody can be signed in.
    pub fn cookies(shell: Shell) -> Self {
        Self::new(
            shell,
            "Your browser blocks cookies",
            "We need one cookie to keep you signed in, and none for anything else. Allow cookies for this site, then try again.",
        )
    }

    /// 500 and 503: our fault.
    pub fn broken(shell: Shell, request_id: String) -> Self {
        let mut notice = Self::new(
            shell,
            "Something went wrong on our side",
            "We have made a note of it. Please try again in a moment.",
        );
        notice.request_id = Some(request_id);
        notice
    }

    fn new(mut shell: Shell, heading: &str, text: &str) -> Self {
        heading.clone_into(&mut shell.title);
        let link = (!shell.brand_name.is_empty())
            .then(|| Link { label: format!("Go to {}", shell.brand_name), href: shell.base.clone() });
        Self { shell, heading: heading.to_owned(), text: text.to_owned(), request_id: None, link }
    }
}

/// A partner's first page.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/dashboard.html")]
pub struct Dashboard {
    /// What surrounds it.
    pub shell: Shell,
    /// The partner's name.
    pub name: String,
    /// Exactly what they may share.
    pub programs: Vec<ProgramCard>,
    /// How many links they have, as a number to be read.
    pub links: usize,
    /// What they earned, one a currency; none hides it.
    pub totals: Vec<Total>,
    /// The last weeks, in the currency they earn most in.
    pub chart: Option<Chart>,
}

/// A program as its partner sees it.
#[derive(Clone, Debug)]
pub struct ProgramCard {
    /// What the brand calls it.
    pub name: String,
    /// Where links lead, in full.
    pub destination: String,
    /// The host of it, to be read.
    pub host: String,
    /// What it earns: "10% of each sale".
    pub commission: String,
}
