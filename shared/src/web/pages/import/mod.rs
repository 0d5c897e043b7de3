//! Pages of imports: the upload of a file, and the outcomes of its rows.

use askama::Template;

use super::{Fact, Layout, Link, ProgramChoice, Tone, When, partner::list};

/// The upload form, and the imports so far.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/import/imports.html")]
pub struct Imports {
    /// Page layout.
    pub shell: Layout,
    /// Imports on this page, newest first.
    pub rows: Vec<ImportRow>,
    /// Programs that can be granted now; if empty, no one can be invited yet.
    pub programs: Vec<ProgramChoice>,
    /// Largest size of a file, in bytes.
    pub bytes_max: u64,
    /// URL of the first page, unless this is it.
    pub first: Option<String>,
    /// URL of the next page.
    pub next: Option<String>,
    /// True if only one import was requested.
    pub only_one: bool,
}

impl Imports {
    /// All programs in a few words, for partners who are granted all of them.
    pub fn everything(&self) -> String {
        list::everything(&self.programs)
    }

    /// Example of the programs in a row.
    pub fn example(&self) -> String {
        let plain = |name: &&str| !name.contains([',', '|', '"']);
        let mut names: Vec<_> = self.programs.iter().map(|program| program.name.as_str()).filter(plain).collect();
        names.sort_by_key(|name| name.len());
        names.truncate(2);
        names.join("|")
    }

    /// True if the page has the upload form, which only the first page of the list has.
    pub fn takes_files(&self) -> bool {
        self.shell.manages && self.first.is_none() && !self.only_one
    }
}

/// An import in the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// ID of the import, which is also the ID of its row.
    pub id: String,
    /// Name of the file, or "Import"; for a bulk job, its action: "Revoke access".
    pub name: String,
    /// True for a bulk job, which reads no file.
    pub bulk: bool,
    /// Status of the import.
    pub state: ImportState,
    /// True for a dry run, which only shows the outcome of each row.
    pub dry_run: bool,
    /// Progress of the import.
    pub progress: Progress,
    /// Outcomes of its rows, in a few words: "38 invited, 2 problems"; may be empty.
    pub summary: String,
    /// Actor who started it: "Ada Byron", "the API key “Shop”".
    pub by: String,
    /// Time at which it was started.
    pub when: When,
    /// True if it soon changes by itself, so that the page polls.
    pub moves: bool,
    /// Polling interval in milliseconds, if the page polls without giving up.
    pub pace: Option<u32>,
}

/// The number of rows processed.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Number of rows processed: "12,300".
    pub done: String,
    /// Total number of rows; `None` until they are counted.
    pub rows: Option<String>,
    /// Progress in thousandths, for a progress bar.
    pub thousandths: u64,
}

/// Status of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Waiting for its file.
    Receiving,
    /// Its rows are being processed.
    Running,
    /// Paused until another day.
    Paused,
    /// All rows succeeded.
    Completed,
    /// Some rows could not be processed.
    CompletedWithErrors,
    /// Cancelled.
    Cancelled,
    /// Failed: the file could not be read.
    Failed,
}

impl ImportState {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Receiving => "Waiting for the file",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Completed => "Completed",
            Self::CompletedWithErrors => "Completed with errors",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }

    /// Colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Receiving | Self::Cancelled => "quiet",
            Self::Running => "info",
            Self::Completed => "good",
            Self::Paused | Self::CompletedWithErrors => "warn",
            Self::Failed => "bad",
        }
    }

    /// True if the status soon changes by itself.
    pub fn moves(&self) -> bool {
        matches!(self, Self::Receiving | Self::Running)
    }

    /// True if rows are still to be processed, so that a progress bar is shown.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// An import: its progress, the outcomes of its rows, and possible next steps.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/import/import.html")]
pub struct ImportPage {
    /// Page layout.
    pub shell: Layout,
    /// Row of the import, as in the list.
    pub row: ImportRow,
    /// Progress, announced once by screen readers: "30% done".
    pub aloud: String,
    /// Result, in a sentence or two.
    pub verdict: Option<JobSummary>,
    /// Facts about it, in the order in which they are shown.
    pub facts: Vec<Fact>,
    /// Import whose rows or file this one processes again.
    pub repeats: Option<Link>,
    /// Number of rows by outcome, successful ones first.
    pub came: Vec<Came>,
    /// First rows that could not be processed.
    pub problems: Vec<Problem>,
    /// Total number of these rows, if it is larger: "1,204".
    pub problems_in_all: Option<String>,
    /// True if it can be cancelled.
    pub can_cancel: bool,
    /// Number of rows not processed yet, if known: "600 rows are".
    pub left: Option<String>,
    /// Import that can follow a dry run.
    pub invite: Option<InviteOffer>,
    /// Rows that can be retried.
    pub retry: Option<RetryOffer>,
    /// Availability of the report.
    pub report: ReportState,
}

/// The result of an import.
#[derive(Clone, Debug)]
pub struct JobSummary {
    /// Tone of the message.
    pub tone: Tone,
    /// Message.
    pub text: String,
}

/// An outcome and the number of its rows.
#[derive(Clone, Debug)]
pub struct Came {
    /// Tone of the outcome.
    pub tone: Tone,
    /// Label: "Invited".
    pub label: &'static str,
    /// Advice; may be empty.
    pub hint: &'static str,
    /// Number of rows.
    pub count: String,
}

/// A row that could not be processed.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Number of the row in the file.
    pub row: String,
    /// Email address in the row, or the text in its place; may be empty.
    pub email: String,
    /// Reason, in a sentence.
    pub why: String,
}

/// The import that the button *Invite* starts after a dry run.
#[derive(Clone, Debug)]
pub struct InviteOffer {
    /// Number of new partners: "8 people".
    pub people: Option<String>,
    /// Number of existing partners who are granted more programs: "3 people".
    pub widened: Option<String>,
    /// Number of rows that are left out: "2 rows are".
    pub left_out: Option<String>,
    /// True if the new partners get an email.
    pub by_mail: bool,
    /// Personal note in the emails so far; may be empty.
    pub note: String,
    /// Number of days that it takes, if more than one: "3 days".
    pub days: Option<String>,
}

impl InviteOffer {
    /// Label of the button.
    pub fn label(&self) -> String {
        match (&self.people, &self.widened, self.by_mail) {
            (Some(people), _, true) => format!("Invite {people}"),
            (Some(people), _, false) => format!("Add {people}"),
            (None, Some(widened), _) => format!("Add programs for {widened}"),
            (None, None, _) => "Import".to_owned(),
        }
    }
}

/// The retry of rows that failed.
#[derive(Clone, Debug)]
pub struct RetryOffer {
    /// Label of the button.
    pub label: &'static str,
    /// Number of rows to retry: "12 rows are".
    pub rows: String,
    /// Effect on these rows.
    pub effect: &'static str,
}

/// The availability of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// No report, or none that is still available.
    Absent,
    /// Being written.
    Coming,
    /// Ready for download.
    Ready,
}
