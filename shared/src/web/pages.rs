//! Content of the pages: one struct per page, already formatted, each with its template in `pages/`.
//!
//! Nothing here decides, reads a clock or knows the request: the handler that fills a page has done all of that. All
//! text that people read is here and in the templates.

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
    Came, ImportPage, ImportRow, ImportState, Imports, InviteOffer, JobSummary, Problem, Progress, ReportState,
    RetryOffer,
};
pub use layout::{Assets, Audience, Layout, Nav};
pub use network::{
    BackfillPage, BackfillRow, BackfillState, BackfillTick, BackfillsPage, CallRow, Connected, Counted, DecidedRow,
    FailedPush, HeldApproval, NetworkPage, RefusedLine, RequestRow, RequestsPage, StandingRow, TellOffer, Waiting,
};
pub use overview::{ActionItem, Cohort, DroppedSums, FunnelPart, Guide, Numbers, Overview, StageBar};
pub use partner::{
    Chip, Choice, Decline, Declined, Fact, Filters, GrantNote, Mail, MailState, MoveAddress, PartnerPage, PartnerRow,
    PartnerState, Partners, ProgramChoice, ProgramRow, ProgramTick, Programs, Refused, ScanNotice, Select,
    TimelineEntry, Tone,
};
pub use share_link::{LinkProgram, Links, ShareLink};
pub use theme::{LogoMark, Theme};
pub use webhook::{DeliveryRow, WebhookPage, WebhookRow, WebhookState, Webhooks};

pub use settings::{ApiKeyRow, DroppedDay, Settings};
pub use team::{AdminRow, Team};

pub use brand::BrandPage;

use askama::Template;

/// A time as people read it.
#[derive(Clone, Debug)]
pub struct When {
    /// Timestamp for machines: RFC 3339.
    pub datetime: String,
    /// Time relative to now: "2 hours ago".
    pub relative: String,
    /// Full date and time in the brand's time zone: "22 November 2026, 14:05 CET".
    pub absolute: String,
}

/// Form that requests a sign-in link for an email address.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/auth/login.html")]
pub struct Login {
    /// Page layout.
    pub shell: Layout,
    /// Email address that was entered before, to be corrected.
    pub address: String,
    /// Message about what just happened: "You are signed out."
    pub notice: Option<String>,
    /// Name of the person signed in in this browser already.
    pub signed_in: Option<String>,
    /// Error message about the email address.
    pub error: Option<String>,
}

/// Says that an email may be on its way, and has the form for its code.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/auth/check_mail.html")]
pub struct CheckMail {
    /// Page layout.
    pub shell: Layout,
    /// Email address as it was typed, or masked if it wasn't typed. This page never shows whether it is known.
    pub address: String,
    /// Name of the person signed in in this browser already, whose session ends when the code is entered.
    pub signed_in: Option<String>,
    /// Code that was entered before.
    pub code: String,
    /// Error message about the code.
    pub error: Option<String>,
}

impl CheckMail {
    /// True if the email address is shown in full, so that another email can be requested with it.
    pub fn in_full(&self) -> bool {
        !self.address.contains('•')
    }
}

/// Landing page of a sign-in link. Nothing happens before the button is clicked.
#[derive(Clone, Template)]
#[template(path = "web/pages/auth/confirm.html")]
pub struct Confirm {
    /// Page layout.
    pub shell: Layout,
    /// Token, to be posted.
    pub token: String,
    /// Email address of the person that the link signs in, masked: `m•••@example.com`.
    pub masked: String,
    /// Name of another person signed in in this browser.
    pub somebody_else: Option<String>,
    /// True if the same person is already signed in in this browser.
    pub already: bool,
    /// Page to return to after signing in, if there is one.
    pub back: Option<String>,
    /// Invitation that the link accepts, if it is one.
    pub invitation: Option<Invited>,
}

/// The invitation that a sign-in link accepts.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Name of the person who invited; `None` if the brand did.
    pub invited_by: Option<String>,
    /// Names of the programs in the invitation.
    pub programs: Vec<String>,
    /// URL at which they can decline.
    pub decline: String,
}

/// A link that is used, expired or invalid; served as 410.
#[derive(Clone, Template)]
#[template(path = "web/pages/auth/dead_link.html")]
pub struct DeadLink {
    /// Page layout.
    pub shell: Layout,
    /// Data for requesting a new link; without it, the page asks for the email address.
    pub fresh: Option<Fresh>,
    /// Reason why no new link is sent now.
    pub notice: Option<String>,
}

/// Data for requesting a new link in place of an expired one.
#[derive(Clone)]
pub struct Fresh {
    /// Token of the expired link, to be posted.
    pub token: String,
    /// Email address of its holder, masked.
    pub masked: String,
}

/// A message with one link to continue.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/notice.html")]
pub struct Notice {
    /// Page layout; its title is used too.
    pub shell: Layout,
    /// Heading, in a few words.
    pub heading: String,
    /// Explanation and what to do.
    pub text: String,
    /// Request ID, with which support finds the request in the logs.
    pub request_id: Option<String>,
    /// Link to continue.
    pub link: Option<Link>,
}

/// A link on a page.
#[derive(Clone, Debug)]
pub struct Link {
    /// Text of the link.
    pub label: String,
    /// URL of the link.
    pub href: String,
}

impl Notice {
    /// 404: nothing at this URL, or nothing that the caller may know of.
    pub fn not_found(shell: Layout) -> Self {
        Self::new(shell, "Page not found", "Check the URL, or go back to where you came from.")
    }

    /// 410: a share link that was deleted. Its visitors aren't partners, so there is no link to continue.
    pub fn link_deleted(shell: Layout) -> Self {
        let text = "The person who shared it has deleted it. You can still visit the site directly.";
        Self { link: None, ..Self::new(shell, "This link has been deleted", text) }
    }

    /// 404: a share link that never existed.
    pub fn link_unknown(shell: Layout) -> Self {
        let text = "Check it for typos, or ask the person who shared it.";
        Self { link: None, ..Self::new(shell, "This link doesn’t exist", text) }
    }

    /// 403: a form sent from another site.
    pub fn foreign_form(shell: Layout) -> Self {
        Self::new(
            shell,
            "Request blocked",
            "This form was submitted from another site, so nothing was changed. If that was you, open the page here and submit it again.",
        )
    }

    /// 403: signed in, but not allowed to do this.
    pub fn forbidden(shell: Layout) -> Self {
        Self::new(shell, "You don’t have access", "Your account can’t do this. Someone on your team may be able to.")
    }

    /// 403: not allowed by their role in the team; `why` names the role that is required.
    pub fn not_your_role(shell: Layout, why: &str) -> Self {
        Self::new(shell, "You don’t have access", why)
    }

    /// 413: more than the server accepts.
    pub fn too_large(shell: Layout) -> Self {
        Self::new(shell, "That’s too large", "What you sent is larger than we can accept. Nothing was changed.")
    }

    /// 429: too many requests; `wait` says for how long to wait, as in "in a minute".
    pub fn too_often(shell: Layout, wait: &str) -> Self {
        let text = format!("You’ve made too many requests in a short time. Please try again {wait}.");
        Self::new(shell, "Too many requests", &text)
    }

    /// 400: the browser doesn't store cookies, so no one can be signed in.
    pub fn cookies(shell: Layout) -> Self {
        Self::new(
            shell,
            "Your browser blocks cookies",
            "We use one cookie to keep you signed in, and no others. Allow cookies for this site, then try again.",
        )
    }

    /// 500 and 503: an error on our side.
    pub fn broken(shell: Layout, request_id: String) -> Self {
        let mut notice = Self::new(
            shell,
            "Something went wrong on our end",
            "We’ve logged the problem. Please try again in a moment.",
        );
        notice.request_id = Some(request_id);
        notice
    }

    fn new(mut shell: Layout, heading: &str, text: &str) -> Self {
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
    /// Page layout.
    pub shell: Layout,
    /// The partner's name.
    pub name: String,
    /// Exactly the programs that they may share.
    pub programs: Vec<ProgramCard>,
    /// Number of their links.
    pub links: usize,
    /// Totals of their commissions, one per currency; empty hides them.
    pub totals: Vec<Total>,
    /// Chart of the last weeks, in the currency in which they earn most.
    pub chart: Option<Chart>,
}

/// A program as its partners see it.
#[derive(Clone, Debug)]
pub struct ProgramCard {
    /// Name of the program.
    pub name: String,
    /// Destination of its links, in full.
    pub destination: String,
    /// Host of the destination, for display.
    pub host: String,
    /// Commission terms: "10% of each sale".
    pub commission: String,
}
