//! Files of people: handing one in, and what comes of its rows.

use askama::Template;

use super::{Fact, Link, ProgramChoice, Shell, Tone, When, partner::list};

/// Where a file is handed in, and the imports so far.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/import/imports.html")]
pub struct Imports {
    /// What surrounds it.
    pub shell: Shell,
    /// The imports on this page, newest first.
    pub rows: Vec<ImportRow>,
    /// The programs that can be granted now; none of them means that nobody can be invited yet.
    pub programs: Vec<ProgramChoice>,
    /// How many bytes a file may have.
    pub bytes_max: u64,
    /// The first page, when this isn't it.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
    /// Whether just one import was asked for.
    pub only_one: bool,
}

impl Imports {
    /// What everybody gets who is granted everything.
    pub fn everything(&self) -> String {
        list::everything(&self.programs)
    }

    /// Programs as a row names them.
    pub fn example(&self) -> String {
        let plain = |name: &&str| !name.contains([',', '|', '"']);
        let mut names: Vec<_> = self.programs.iter().map(|program| program.name.as_str()).filter(plain).collect();
        names.sort_by_key(|name| name.len());
        names.truncate(2);
        names.join("|")
    }

    /// Whether a file is handed in here, and not further down the list.
    pub fn takes_files(&self) -> bool {
        self.shell.manages && self.first.is_none() && !self.only_one
    }
}

/// One import in the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its id, which is the id of the row too.
    pub id: String,
    /// What its file is called, or "Import"; of what is done to many, what that is: "Revoke access".
    pub name: String,
    /// Whether it does something to many partners, and reads no file.
    pub bulk: bool,
    /// Where it stands.
    pub state: ImportState,
    /// Whether it only looks what would come of each row.
    pub dry_run: bool,
    /// How far it is.
    pub progress: Progress,
    /// What came of its rows, in a few words: "38 invited, 2 problems"; may be empty.
    pub summary: String,
    /// Who started it: "Ada Byron", "the API key “Shop”".
    pub by: String,
    /// When it was started.
    pub when: When,
    /// Whether it changes by itself soon, so that the page keeps asking.
    pub moves: bool,
    /// After how many milliseconds the page asks again, if it never gives up.
    pub pace: Option<u32>,
}

/// How many rows are accounted for.
#[derive(Clone, Debug)]
pub struct Progress {
    /// So many: "12,300".
    pub done: String,
    /// Of so many; not known before they are counted.
    pub rows: Option<String>,
    /// The same in thousandths, for a bar.
    pub thousandths: u64,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Its file is awaited.
    Receiving,
    /// Its rows are being worked through.
    Running,
    /// It goes on another day.
    Paused,
    /// Every row came out well.
    Completed,
    /// Some rows could not be invited.
    CompletedWithErrors,
    /// It was stopped.
    Cancelled,
    /// It could not be read.
    Failed,
}

impl ImportState {
    /// The word for it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Receiving => "Waiting for the file",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Completed => "Completed",
            Self::CompletedWithErrors => "Completed, with problems",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }

    /// The colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Receiving | Self::Cancelled => "quiet",
            Self::Running => "info",
            Self::Completed => "good",
            Self::Paused | Self::CompletedWithErrors => "warn",
            Self::Failed => "bad",
        }
    }

    /// Whether it becomes another one soon, by itself.
    pub fn moves(&self) -> bool {
        matches!(self, Self::Receiving | Self::Running)
    }

    /// Whether rows are still to be worked through, so that a bar says how far it is.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// One import: how far it is, what came of its rows, and what can be done next.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/import/import.html")]
pub struct ImportPage {
    /// What surrounds it.
    pub shell: Shell,
    /// What the list tells of it.
    pub row: ImportRow,
    /// How it goes, said once for those who hear the page: "30% done".
    pub aloud: String,
    /// What it comes to, in a sentence or two.
    pub verdict: Option<Verdict>,
    /// What is known of it, in the order of reading.
    pub facts: Vec<Fact>,
    /// The import whose rows or whose file this one takes once more.
    pub repeats: Option<Link>,
    /// What came of how many rows, the good ones first.
    pub came: Vec<Came>,
    /// The first rows that could not be invited.
    pub problems: Vec<Problem>,
    /// How many there are in all, if that is more: "1,204".
    pub problems_in_all: Option<String>,
    /// Whether it can be stopped.
    pub can_cancel: bool,
    /// How many rows are not done yet, if that is known: "600 rows are".
    pub left: Option<String>,
    /// What can follow a dry run.
    pub invite: Option<InviteOffer>,
    /// What can be tried again.
    pub retry: Option<RetryOffer>,
    /// Whether there is a report.
    pub report: ReportState,
}

/// What an import comes to.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What kind of news it is.
    pub tone: Tone,
    /// The news.
    pub text: String,
}

/// What came of some rows.
#[derive(Clone, Debug)]
pub struct Came {
    /// What kind of thing it is.
    pub tone: Tone,
    /// What it is: "Invited".
    pub label: &'static str,
    /// What to do about it; may be empty.
    pub hint: &'static str,
    /// How many rows.
    pub count: String,
}

/// A row that could not be invited.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Its number in the file.
    pub row: String,
    /// Its address, or what stands there instead; may be empty.
    pub email: String,
    /// Why, in a sentence.
    pub why: String,
}

/// What pressing *Invite* after a dry run does.
#[derive(Clone, Debug)]
pub struct InviteOffer {
    /// Who is new: "8 people".
    pub people: Option<String>,
    /// Who is here already, and is granted more: "3 people".
    pub widened: Option<String>,
    /// How many rows are left out: "2 rows are".
    pub left_out: Option<String>,
    /// Whether the new ones get a mail.
    pub by_mail: bool,
    /// What is said in the mails so far; may be empty.
    pub note: String,
    /// Over how many days it goes, if one is not enough: "3 days".
    pub days: Option<String>,
}

impl InviteOffer {
    /// What the button says.
    pub fn label(&self) -> String {
        match (&self.people, &self.widened, self.by_mail) {
            (Some(people), _, true) => format!("Invite {people}"),
            (Some(people), _, false) => format!("Add {people}"),
            (None, Some(widened), _) => format!("Grant programs to {widened}"),
            (None, None, _) => "Import".to_owned(),
        }
    }
}

/// What trying again does.
#[derive(Clone, Debug)]
pub struct RetryOffer {
    /// What the button says.
    pub label: &'static str,
    /// How many rows it takes: "12 rows are".
    pub rows: String,
    /// What becomes of them.
    pub effect: &'static str,
}

/// Whether there is a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// There is none, or none any more.
    Absent,
    /// It is being written.
    Coming,
    /// It can be fetched.
    Ready,
}
