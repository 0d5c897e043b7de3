//! One partner, as admins see them.

use askama::Template;

use crate::web::pages::{CommissionRow, Mail, PartnerRow, PartnerState, ShareLink, Shell, Total, When};

/// A partner's page: who they are, what they may share, what they earned and what happened.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/partner/partner.html")]
pub struct PartnerPage {
    /// What surrounds it.
    pub shell: Shell,
    /// What the roster tells of them.
    pub row: PartnerRow,
    /// What is known of them, in the order of reading.
    pub facts: Vec<Fact>,
    /// Every program that is granted or could be, granted ones first.
    pub programs: Vec<ProgramTick>,
    /// The version of the grants, which saving them must name.
    pub grants_version: String,
    /// Their links, newest first.
    pub links: Vec<ShareLink>,
    /// Sums, one a currency; none means that nothing was earned.
    pub totals: Vec<Total>,
    /// Their latest commissions, newest first.
    pub commissions: Vec<CommissionRow>,
    /// Whether there are more than these.
    pub more_commissions: bool,
    /// What happened, newest first.
    pub events: Vec<Happening>,
    /// What happened before that.
    pub older: Option<String>,
    /// What happened last, when older things are shown.
    pub newest: Option<String>,
}

impl PartnerPage {
    /// How their row and the rest of this page are read again.
    pub fn refresh(&self) -> String {
        format!("{}/partners/{{id}}", self.shell.base)
    }

    /// What is granted.
    pub fn granted(&self) -> Vec<&ProgramTick> {
        self.programs.iter().filter(|program| program.grant.is_some()).collect()
    }

    /// What is still to be paid, all currencies on one line; nothing at all is `None`.
    pub fn accrued(&self) -> Option<String> {
        let sums: Vec<_> = self.totals.iter().filter(|total| total.owed).map(|total| total.accrued.as_str()).collect();
        (!sums.is_empty()).then(|| sums.join(" + "))
    }
}

/// Something known.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is about: "Invited".
    pub label: &'static str,
    /// What is known: "by Ada Byron"; may be empty.
    pub text: String,
    /// When.
    pub when: Option<When>,
}

/// A program that is granted to a partner, or could be.
#[derive(Clone, Debug)]
pub struct ProgramTick {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it earns this partner: "10% of each sale".
    pub commission: String,
    /// Whether it is put away: it can be taken away then, but not given.
    pub archived: bool,
    /// How they came by it.
    pub grant: Option<GrantNote>,
}

/// How a partner came by a program.
#[derive(Clone, Debug)]
pub struct GrantNote {
    /// Where it came from: "admin", "via import", "via Network".
    pub source: String,
    /// Who gave it, if a person did.
    pub by: Option<String>,
    /// Since when.
    pub since: When,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// What kind of thing it was.
    pub tone: Tone,
    /// What happened, in a sentence: "Invited to Spring launch".
    pub text: String,
    /// More about it, in their own words: the reason of a revocation; may be empty.
    pub detail: String,
    /// Who did it: "Ada Byron", "the API key “Shop”", "the partner".
    pub actor: String,
    /// When.
    pub when: When,
    /// What became of the mail it caused.
    pub mail: Option<Mail>,
}

/// What kind of thing happened, told by colour and sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// They came in, or came back.
    Good,
    /// A mail, or something else on its way.
    Info,
    /// Something to look at.
    Warn,
    /// Access was taken, or a mailbox refused.
    Bad,
    /// Everything else.
    Quiet,
}

impl Tone {
    /// The colour of the sign.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }

    /// The sign.
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
