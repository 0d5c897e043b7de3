//! The page of one partner, as admins see it.

use askama::Template;

use crate::web::pages::{CommissionRow, Layout, Mail, PartnerRow, PartnerState, ShareLink, Total, When};

/// A partner's page: who they are, what they may share, what they earned and what happened.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/partner.html")]
pub struct PartnerPage {
    /// Page layout.
    pub shell: Layout,
    /// Row of the partner, as in the roster.
    pub row: PartnerRow,
    /// Facts about them, in the order in which they are shown.
    pub facts: Vec<Fact>,
    /// Programs that are granted or could be, granted ones first.
    pub programs: Vec<ProgramTick>,
    /// Version of the grants, which a request that saves them must contain.
    pub grants_version: String,
    /// Share links, newest first.
    pub links: Vec<ShareLink>,
    /// Totals of their commissions, one per currency; empty means that nothing was earned.
    pub totals: Vec<Total>,
    /// Latest commissions, newest first.
    pub commissions: Vec<CommissionRow>,
    /// True if there are more commissions.
    pub more_commissions: bool,
    /// Timeline, newest event first.
    pub events: Vec<TimelineEntry>,
    /// URL of the older events.
    pub older: Option<String>,
    /// URL of the newest events, if older ones are shown.
    pub newest: Option<String>,
}

impl PartnerPage {
    /// URL from which the row and the rest of this page are reloaded.
    pub fn refresh(&self) -> String {
        format!("{}/partners/{{id}}", self.shell.base)
    }

    /// Programs that are granted.
    pub fn granted(&self) -> Vec<&ProgramTick> {
        self.programs.iter().filter(|program| program.grant.is_some()).collect()
    }

    /// Accrued commissions of all currencies on one line; `None` if there are none.
    pub fn accrued(&self) -> Option<String> {
        let sums: Vec<_> = self.totals.iter().filter(|total| total.owed).map(|total| total.accrued.as_str()).collect();
        (!sums.is_empty()).then(|| sums.join(" + "))
    }
}

/// A fact about a partner or an import.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Label: "Invited".
    pub label: &'static str,
    /// Text: "by Ada Byron"; may be empty.
    pub text: String,
    /// Time at which it happened.
    pub when: Option<When>,
}

/// A program that is granted to a partner, or could be.
#[derive(Clone, Debug)]
pub struct ProgramTick {
    /// ID of the program.
    pub id: String,
    /// Name of the program.
    pub name: String,
    /// Commission terms for this partner: "10% of each sale".
    pub commission: String,
    /// True if it is archived: the grant can then be removed, but not added.
    pub archived: bool,
    /// Grant, if there is one.
    pub grant: Option<GrantNote>,
}

/// Source of a grant.
#[derive(Clone, Debug)]
pub struct GrantNote {
    /// Grant source: "admin", "via import", "via Network".
    pub source: String,
    /// Name of the person who granted it, if a person did.
    pub by: Option<String>,
    /// Time at which it was granted.
    pub since: When,
}

/// An entry of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// Tone of the entry.
    pub tone: Tone,
    /// Event, in a sentence: "Invited to Spring launch".
    pub text: String,
    /// Details in the actor's own words, such as the reason of a revocation; may be empty.
    pub detail: String,
    /// Actor: "Ada Byron", "the API key “Shop”", "the partner".
    pub actor: String,
    /// Time at which it happened.
    pub when: When,
    /// Delivery status of the email that it caused.
    pub mail: Option<Mail>,
}

/// The tone of an entry, shown by colour and sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The partner joined or returned.
    Good,
    /// An email, or something else in progress.
    Info,
    /// Something to check.
    Warn,
    /// Access was revoked, or an email bounced.
    Bad,
    /// Everything else.
    Quiet,
}

impl Tone {
    /// Colour of the sign.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }

    /// The sign itself.
    pub fn sign(&self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Info => "→",
            Self::Warn => "!",
            Self::Bad => "×",
            Self::Quiet => "·",
        }
    }
}
