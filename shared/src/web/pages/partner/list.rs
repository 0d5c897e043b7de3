//! Pages of the admins' portal: the roster and the programs.

use askama::Template;

use crate::web::pages::{Filters, Layout, When};

/// The roster.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/partners.html")]
pub struct Partners {
    /// Page layout.
    pub shell: Layout,
    /// Partners on this page, newest first.
    pub rows: Vec<PartnerRow>,
    /// Filters of the roster.
    pub filters: Filters,
    /// Total number of partners, such as "128"; empty hides it.
    pub count: String,
    /// URL of the first page, unless this is it.
    pub first: Option<String>,
    /// URL of the next page.
    pub next: Option<String>,
    /// True if only one partner was requested.
    pub only_one: bool,
    /// Progress of a filter that stopped before the end of a large roster.
    pub looked: Option<ScanNotice>,
    /// Programs that can be granted now; if empty, no one can be invited yet.
    pub programs: Vec<ProgramChoice>,
}

impl Partners {
    /// URL from which one row is reloaded.
    pub fn refresh(&self) -> String {
        format!("{}/partners?partner={{id}}", self.shell.base)
    }

    /// All programs in a few words, for partners who are invited to all of them.
    pub fn everything(&self) -> String {
        everything(&self.programs)
    }
}

/// These programs in a few words.
pub(in crate::web::pages) fn everything(programs: &[ProgramChoice]) -> String {
    match programs {
        [one] => one.name.clone(),
        all => format!("{} programs", all.len()),
    }
}

/// The progress of a filter through a large roster.
#[derive(Clone, Debug)]
pub struct ScanNotice {
    /// Number of partners checked: "1,000".
    pub count: String,
    /// URL at which the search continues.
    pub further: String,
}

/// A program to select.
#[derive(Clone, Debug)]
pub struct ProgramChoice {
    /// ID of the program.
    pub id: String,
    /// Name of the program.
    pub name: String,
}

/// A partner on the roster.
#[derive(Clone, Debug)]
pub struct PartnerRow {
    /// ID of the partner, which is also the ID of the row.
    pub id: String,
    /// Name of the partner.
    pub name: String,
    /// Email address, in full.
    pub email: String,
    /// Status of the partner.
    pub state: PartnerState,
    /// True if a revocation should be emailed to them: if they have ever signed in and their email address isn't
    /// suppressed.
    pub told: bool,
    /// Delivery status of the last email; `None` if none was sent.
    pub mail: Option<Mail>,
    /// Reason for which their email address is suppressed.
    pub refused: Option<Refused>,
    /// True if nothing is in progress, neither an email nor an erasure; until then, the page polls.
    pub mail_settled: bool,
    /// Names of the programs granted to them.
    pub programs: Vec<String>,
    /// True if these are all programs that the brand offers now.
    pub all_programs: bool,
    /// Sources of grants, other than admins: "via Network".
    pub sources: Vec<String>,
    /// Time at which they were invited, or added without an invitation.
    pub when: When,
}

impl PartnerRow {
    /// Reason for which the email address is suppressed, unless the badge of the last email already shows it.
    pub fn refused_before(&self) -> Option<&Refused> {
        let is_refusal = |mail: &Mail| matches!(mail.state, MailState::Bounced | MailState::Complained);
        self.refused.as_ref().filter(|_| !self.mail.as_ref().is_some_and(is_refusal))
    }

    /// Programs in a few words.
    pub fn summary(&self) -> String {
        match (self.programs.as_slice(), self.all_programs) {
            ([], _) => "No program".to_owned(),
            ([one], _) => one.clone(),
            (all, true) => format!("All {} programs", all.len()),
            ([first, rest @ ..], false) => format!("{first} +{}", rest.len()),
        }
    }

    /// All programs, if the summary leaves some out.
    pub fn in_full(&self) -> Option<String> {
        (self.programs.len() > 1).then(|| self.programs.join(", "))
    }
}

/// The reason for which an email address is suppressed.
#[derive(Clone, Debug)]
pub struct Refused {
    /// True if the recipient marked an email as spam; false if it bounced.
    pub complained: bool,
    /// Day: "22 November 2026".
    pub on: String,
}

impl Refused {
    /// Describes the reason.
    pub fn what(&self) -> &'static str {
        if self.complained { "They reported our email as spam" } else { "This email address bounced" }
    }
}

/// Status of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerState {
    /// The invitation is open.
    Invited,
    /// The invitation expired without a response.
    Expired,
    /// The person declined.
    Declined,
    /// The partner is active.
    Active,
    /// The access was revoked.
    Revoked,
    /// The person was erased, and other items are still being scrubbed.
    Erasing,
    /// The person was erased completely.
    Erased,
}

impl PartnerState {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Expired => "Invitation expired",
            Self::Declined => "Declined",
            Self::Active => "Active",
            Self::Revoked => "Revoked",
            Self::Erasing => "Erasing…",
            Self::Erased => "Erased",
        }
    }

    /// True if the person was erased, so that no actions are possible.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Erasing | Self::Erased)
    }

    /// Colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Invited => "info",
            Self::Expired => "warn",
            Self::Declined => "quiet",
            Self::Active => "good",
            Self::Revoked => "bad",
            Self::Erasing | Self::Erased => "quiet",
        }
    }
}

/// The delivery status of an email.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Delivery status.
    pub state: MailState,
    /// Details, such as the reason of a bounce; may be empty.
    pub detail: String,
}

/// Delivery status of an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// Queued.
    Queued,
    /// Sent.
    Sent,
    /// Delivered.
    Delivered,
    /// The recipient's server asked to try again later.
    Delayed,
    /// The recipient's server refused it permanently.
    Bounced,
    /// The recipient reported it as spam.
    Complained,
    /// Sending failed.
    Failed,
    /// Not sent, because the email address is suppressed.
    Suppressed,
    /// A newer email replaced it.
    Superseded,
}

impl MailState {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Delayed => "Delayed",
            Self::Bounced => "Bounced",
            Self::Complained => "Spam complaint",
            Self::Failed => "Failed",
            Self::Suppressed => "Not sent",
            Self::Superseded => "Superseded",
        }
    }

    /// Colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Queued | Self::Superseded => "quiet",
            Self::Sent => "info",
            Self::Delivered => "good",
            Self::Delayed | Self::Suppressed => "warn",
            Self::Bounced | Self::Complained | Self::Failed => "bad",
        }
    }
}

/// The brand's programs.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/program/programs.html")]
pub struct Programs {
    /// Page layout.
    pub shell: Layout,
    /// All programs, archived ones last.
    pub rows: Vec<ProgramRow>,
}

impl Programs {
    /// Number of active programs.
    pub fn live(&self) -> usize {
        self.rows.iter().filter(|row| !row.archived).count()
    }
}

/// A program in the list, with the values of its form.
#[derive(Clone, Debug)]
pub struct ProgramRow {
    /// ID of the program, which is also the ID of its row.
    pub id: String,
    /// Name of the program.
    pub name: String,
    /// Default destination of its links, in full.
    pub destination: String,
    /// Host of the destination, for display.
    pub host: String,
    /// Other hosts to which links may redirect.
    pub allowed_hosts: Vec<String>,
    /// Commission terms: "10% of each sale".
    pub commission: String,
    /// Value for the form: `percent` or `fixed`.
    pub commission_type: String,
    /// Value for the form: "12.5" for percent, "5.00" for a fixed amount.
    pub commission_value: String,
    /// Value for the form: ISO 4217 code of a fixed amount, else empty.
    pub commission_currency: String,
    /// Number of days after a click in which a conversion counts.
    pub attribution_days: String,
    /// True if it is archived.
    pub archived: bool,
    /// Time of creation.
    pub when: When,
}

impl ProgramRow {
    /// Allowed hosts as the text of the form: one per line.
    pub fn hosts_as_lines(&self) -> String {
        self.allowed_hosts.join("\n")
    }
}
