//! What the admins' pages show.

use askama::Template;

use crate::web::pages::{Filters, Shell, When};

/// The roster.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/partners.html")]
pub struct Partners {
    /// What surrounds it.
    pub shell: Shell,
    /// The partners on this page, newest first.
    pub rows: Vec<PartnerRow>,
    /// What of the roster is asked for.
    pub filters: Filters,
    /// How many there are in all, "128" or "1,000+"; empty hides it.
    pub count: String,
    /// The first page, when this isn't it.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
    /// Whether just one partner was asked for.
    pub only_one: bool,
    /// How far a filter looked through a large roster, when it stopped on the way.
    pub looked: Option<Looked>,
    /// The programs that can be granted now; none of them means that nobody can be invited yet.
    pub programs: Vec<ProgramChoice>,
}

impl Partners {
    /// How one row is read again.
    pub fn refresh(&self) -> String {
        format!("{}/partners?partner={{id}}", self.shell.base)
    }

    /// What a partner gets who is invited to everything.
    pub fn everything(&self) -> String {
        everything(&self.programs)
    }
}

/// All these programs in a few words.
pub(in crate::web::pages) fn everything(programs: &[ProgramChoice]) -> String {
    match programs {
        [one] => one.name.clone(),
        all => format!("{} programs", all.len()),
    }
}

/// How far a filter looked.
#[derive(Clone, Debug)]
pub struct Looked {
    /// At how many partners: "1,000".
    pub count: String,
    /// Where it looks on.
    pub further: String,
}

/// A program to tick.
#[derive(Clone, Debug)]
pub struct ProgramChoice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// One partner on the roster.
#[derive(Clone, Debug)]
pub struct PartnerRow {
    /// Their id, which is the id of the row too.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address, in full.
    pub email: String,
    /// Where they stand.
    pub state: PartnerState,
    /// Whether they should hear of it when access is taken back: those who ever signed in, if their address takes mail.
    pub told: bool,
    /// What became of the last mail; none was sent, none is shown.
    pub mail: Option<Mail>,
    /// Why the address gets no mail.
    pub refused: Option<Refused>,
    /// Whether nothing moves any more, neither the mail nor an erasure; until then the page keeps asking.
    pub mail_settled: bool,
    /// The names of what is granted to them.
    pub programs: Vec<String>,
    /// Whether that is everything the brand offers now.
    pub all_programs: bool,
    /// Where grants came from other than from admins: "via Network".
    pub sources: Vec<String>,
    /// When they were invited, or came by themselves.
    pub when: When,
}

impl PartnerRow {
    /// Why the address gets no mail, unless the last mail's badge says it already.
    pub fn refused_before(&self) -> Option<&Refused> {
        let told = |mail: &Mail| matches!(mail.state, MailState::Bounced | MailState::Complained);
        self.refused.as_ref().filter(|_| !self.mail.as_ref().is_some_and(told))
    }

    /// The programs in a few words.
    pub fn summary(&self) -> String {
        match (self.programs.as_slice(), self.all_programs) {
            ([], _) => "None".to_owned(),
            ([one], _) => one.clone(),
            (all, true) => format!("All {} programs", all.len()),
            ([first, rest @ ..], false) => format!("{first} +{}", rest.len()),
        }
    }

    /// The programs in full, where the summary leaves some out.
    pub fn in_full(&self) -> Option<String> {
        (self.programs.len() > 1).then(|| self.programs.join(", "))
    }
}

/// Why an address gets no mail.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Whether the reader marked a mail as spam, rather than the mailbox refusing it.
    pub complained: bool,
    /// The day: "22 November 2026".
    pub on: String,
}

impl Refused {
    /// What happened.
    pub fn what(&self) -> &'static str {
        if self.complained { "The reader marked our mail as spam" } else { "This address bounced" }
    }
}

/// Where a partner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerState {
    /// The invitation is open.
    Invited,
    /// The invitation ended unanswered.
    Expired,
    /// They are not interested.
    Declined,
    /// They came in.
    Active,
    /// They were shut out.
    Revoked,
    /// They were erased, and what lies elsewhere is being scrubbed.
    Erasing,
    /// They were erased.
    Erased,
}

impl PartnerState {
    /// The word for it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Expired => "Invitation ended",
            Self::Declined => "Declined",
            Self::Active => "Active",
            Self::Revoked => "Revoked",
            Self::Erasing => "Erasing…",
            Self::Erased => "Erased",
        }
    }

    /// Whether there is nobody any more to do anything with.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Erasing | Self::Erased)
    }

    /// The colour of the badge.
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

/// What became of a mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// How far it came.
    pub state: MailState,
    /// More about it, such as the reason of a bounce; may be empty.
    pub detail: String,
}

/// How far a mail came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// It waits for its turn.
    Queued,
    /// It is on its way.
    Sent,
    /// It is in the mailbox.
    Delivered,
    /// The mailbox asked to come back later.
    Delayed,
    /// The mailbox refused it for good.
    Bounced,
    /// The reader marked it as spam.
    Complained,
    /// It could not be sent.
    Failed,
    /// It was held back, since the address refused mail before.
    Suppressed,
    /// A newer mail took its place.
    Superseded,
}

impl MailState {
    /// The word for it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Delayed => "Delayed",
            Self::Bounced => "Bounced",
            Self::Complained => "Marked as spam",
            Self::Failed => "Failed",
            Self::Suppressed => "Held back",
            Self::Superseded => "Replaced",
        }
    }

    /// The colour of the badge.
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
    /// What surrounds it.
    pub shell: Shell,
    /// All programs, the archived ones last.
    pub rows: Vec<ProgramRow>,
}

impl Programs {
    /// How many can be shared now.
    pub fn live(&self) -> usize {
        self.rows.iter().filter(|row| !row.archived).count()
    }
}

/// One program in the list, and what its form starts from.
#[derive(Clone, Debug)]
pub struct ProgramRow {
    /// Its id, which is the id of the row too.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where links lead by default, in full.
    pub destination: String,
    /// The host of it, to be read.
    pub host: String,
    /// Where else partners' links may lead.
    pub allowed_hosts: Vec<String>,
    /// What it earns: "10% of each sale".
    pub commission: String,
    /// For the form: `percent` or `fixed`.
    pub commission_type: String,
    /// For the form: "12.5" for percent, "5.00" for a fixed amount.
    pub commission_value: String,
    /// For the form: the ISO 4217 code of a fixed amount, else empty.
    pub commission_currency: String,
    /// In how many days after a click a sale counts.
    pub attribution_days: String,
    /// Whether it is put away.
    pub archived: bool,
    /// When it was made.
    pub when: When,
}

impl ProgramRow {
    /// The allowed hosts as the form's text: one a line.
    pub fn hosts_as_lines(&self) -> String {
        self.allowed_hosts.join("\n")
    }
}
