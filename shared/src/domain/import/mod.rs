//! An import: a file of people, of whom each row brings one in, or partners to each of whom something is done, worked
//! through while nobody waits for the answer.
//!
//! Its rows go out in chunks, and every chunk ends once: then its rows are counted. So what the counters say adds up to
//! the file, whoever died on the way and however often a message came.

mod chunk;
mod daily_limit;
mod row;
mod source;

pub use chunk::{Chunk, ImportPlan, RowProblem};
pub use daily_limit::IMPORT_DAYS_MAX;
pub use row::{Counts, RowOutcome, shown_of_file};
pub use source::{ImportFile, ImportSource};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, BrandSlug, Bulk, ImportId, InvitationNote, PersonalNote, ProgramId, TraceId};

/// How long a file may be uploaded after its address was given out.
pub const UPLOAD_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// How long a file is awaited before its import counts as failed: for as long as it may be uploaded, and six hours, since the
/// message that it is there waits where concurrency is short. A file that comes even later is imported all the same.
const AWAITED: SignedDuration = SignedDuration::from_hours(7);

/// How long an import is remembered.
pub(crate) const IMPORTS_KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

/// How long the bucket keeps its file and its report, and the table what came of each row.
pub const FILES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long an import goes on at most: a little longer than the days that one may wait for, and less than its file is
/// kept.
const LASTS_MAX: SignedDuration = SignedDuration::from_hours(28 * 24);

/// How often a worker takes an import, a chunk of its rows or an export up before it is given up, unless it gets further.
pub const ATTEMPTS_MAX: u32 = 5;

/// How many rows a file may have.
pub const ROWS_MAX: u64 = 1_000_000;

/// How many bytes an uploaded file may have.
pub const FILE_BYTES_MAX: u64 = 500 * 1024 * 1024;

/// How many rows somebody may import who has not signed in for a while.
pub const ROWS_UNPROVEN: u64 = 1_000;

/// How many rows go out together.
pub const CHUNK_ROWS: u64 = 100;

/// Where an import stands. It follows from what was written and from the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// The file is awaited.
    Receiving,
    /// Its rows are being worked through.
    Running,
    /// It waits for the next day, since the brand may invite no more people today.
    Paused,
    /// Every row came out well.
    Completed,
    /// Every row is accounted for, and some could not be invited.
    CompletedWithErrors,
    /// Somebody stopped it. Rows that were under way are still counted.
    Cancelled,
    /// It could not be read, or not to its end.
    Failed,
}

impl ImportState {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::CompletedWithErrors => "completed_with_errors",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// What an import does with a row. Whoever starts it says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// What rows that name no programs are granted; all that are open when the job starts, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programs: Option<Vec<ProgramId>>,
    /// Whether it only looks what would come of each row.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether people are invited by mail; if not, they are active at once.
    pub send_invite: bool,
    /// What is said in the invitations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<PersonalNote>,
    /// What the file was called where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

impl ImportOptions {
    /// Those of an import that reads no file: there is nobody to bring in.
    #[must_use]
    pub fn of_roster() -> Self {
        Self { send_invite: false, ..Self::default() }
    }

    /// Keeps what a file is called, in one short line.
    #[must_use]
    pub fn named(self, file_name: Option<&str>) -> Self {
        Self { file_name: file_name.and_then(shown_of_file), ..self }
    }
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { programs: None, dry_run: false, send_invite: true, note: None, file_name: None }
    }
}

/// Why an import could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportFailure {
    /// What programs match on.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
}

impl ImportFailure {
    /// A failure.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Names it.
    pub id: ImportId,
    /// Whose partners its rows become.
    pub brand: BrandSlug,
    /// What it does with a row.
    #[serde(flatten)]
    pub options: ImportOptions,
    /// What it reads.
    #[serde(flatten)]
    pub source: ImportSource,
    /// Which earlier one it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<ImportId>,
    /// How many rows it may have, if whoever started it had not signed in for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_most: Option<u64>,
    /// What it follows from, as the table adds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
    /// Who started it.
    pub asked_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// Until when its file is awaited, if it was to be uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaited_until: Option<Timestamp>,
    /// When the file was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// How often a worker took it up since it last got further.
    #[serde(default)]
    pub attempts: u32,
    /// How many rows it has, once they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// How many rows have gone out, and in how many chunks: from here on somebody else can go on.
    #[serde(default)]
    pub rows_sent: u64,
    /// How many chunks have gone out.
    #[serde(default)]
    pub chunks_sent: u64,
    /// Whether no more will go out.
    #[serde(default)]
    pub all_sent: bool,
    /// How many chunks ended.
    #[serde(default)]
    pub chunks_done: u64,
    /// What came of its rows so far.
    #[serde(flatten)]
    pub counts: Counts,
    /// When it goes on, if it waits for the next day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes_at: Option<Timestamp>,
    /// How many days it will take from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<u64>,
    /// When somebody stopped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// When every row was accounted for, or it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ImportFailure>,
    /// What S3 knows the report's content by, once that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_etag: Option<String>,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Import {
    /// What is said to whom it invites, as it is kept with them: the words stay here, once.
    #[must_use]
    pub fn note(&self) -> Option<InvitationNote> {
        self.options.note.as_ref().map(|_| InvitationNote::OfImport(self.id.clone()))
    }

    /// An import that reads `source`, as `options` say.
    #[must_use]
    pub fn start(
        id: ImportId,
        brand: &BrandSlug,
        (source, options): (ImportSource, ImportOptions),
        asked_by: Actor,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            brand: brand.clone(),
            options,
            source,
            repeats: None,
            rows_most: None,
            trace: None,
            asked_by,
            created_at: now,
            awaited_until: None,
            started_at: None,
            attempts: 0,
            rows: None,
            rows_sent: 0,
            chunks_sent: 0,
            all_sent: false,
            chunks_done: 0,
            counts: Counts::default(),
            resumes_at: None,
            days_left: None,
            cancelled_at: None,
            ended_at: None,
            failure: None,
            report_etag: None,
            expires_at: now + IMPORTS_KEPT,
        }
    }

    /// The same, of a file that is yet to be uploaded.
    #[must_use]
    pub fn awaited(self) -> Self {
        Self { awaited_until: Some(self.created_at + AWAITED), ..self }
    }

    /// The file that it reads, if it reads one.
    #[must_use]
    pub fn file(&self) -> Option<&ImportFile> {
        match &self.source {
            ImportSource::File(file) => Some(file),
            ImportSource::Roster(_) => None,
        }
    }

    /// What it does to partners of the roster, if that is what it does.
    #[must_use]
    pub fn bulk(&self) -> Option<&Bulk> {
        match &self.source {
            ImportSource::File(_) => None,
            ImportSource::Roster(bulk) => Some(bulk),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ImportState {
        if self.failure(now).is_some() {
            ImportState::Failed
        } else if self.cancelled_at.is_some() {
            ImportState::Cancelled
        } else if self.ended_at.is_some() {
            if self.counts.have_errors() { ImportState::CompletedWithErrors } else { ImportState::Completed }
        } else if self.resumes_at.is_some() {
            ImportState::Paused
        } else if self.started_at.is_some() || self.bulk().is_some() {
            ImportState::Running
        } else {
            ImportState::Receiving
        }
    }

    /// Why it could not be read, if that is so.
    #[must_use]
    pub fn failure(&self, now: Timestamp) -> Option<ImportFailure> {
        let never_came = self.started_at.is_none()
            && self.cancelled_at.is_none()
            && self.awaited_until.is_some_and(|until| until <= now);
        self.failure.clone().or_else(|| {
            never_came.then(|| ImportFailure::new("file_missing", "The file did not arrive. Start another import."))
        })
    }

    /// Whether workers took it up too often without getting any further. A message that was received, and whose worker
    /// could not start, is no attempt.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.attempts > ATTEMPTS_MAX
    }

    /// Whether it has gone on for longer than any import may, whatever it waits for: its file is about to be deleted.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.started_at.is_some_and(|at| at + LASTS_MAX <= now)
    }

    /// Whether nothing more will come of it.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ended_at.is_some() || self.failure(now).is_some()
    }

    /// Whether every row that went out is accounted for, and no more will go out.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.all_sent && self.chunks_done >= self.chunks_sent
    }

    /// Whether there is anything to report: that its rows were counted.
    #[must_use]
    pub fn is_to_be_reported(&self) -> bool {
        self.ended_at.is_some() && self.rows.is_some() && self.report_etag.is_none()
    }

    /// Whether somebody may still stop it.
    #[must_use]
    pub fn may_be_cancelled(&self, now: Timestamp) -> bool {
        self.cancelled_at.is_none() && !self.has_ended(now)
    }

    /// The import as somebody stops it; `None` if it is over already.
    #[must_use]
    pub fn cancel(self, now: Timestamp) -> Option<Self> {
        if !self.may_be_cancelled(now) {
            return None;
        }
        // A file that nobody has begun to read may never come; whoever selects partners comes, and accounts for all.
        let ended_at = (self.started_at.is_none() && self.bulk().is_none()).then_some(now);
        Some(Self { cancelled_at: Some(now), resumes_at: None, days_left: None, ended_at, ..self })
    }

    /// How many rows might be tried again. What is done to partners of the roster is begun anew instead.
    #[must_use]
    pub fn retryable(&self) -> u64 {
        if self.bulk().is_some() {
            return 0;
        }
        RowOutcome::ALL.into_iter().filter(|outcome| outcome.may_be_retried()).map(|it| self.counts.of(it)).sum()
    }

    /// Whether the report is there, and the bucket still keeps it.
    #[must_use]
    pub fn has_report(&self, now: Timestamp) -> bool {
        self.report_etag.is_some() && self.ended_at.is_some_and(|at| now < at + FILES_KEPT)
    }

    /// Whether its file is still there to be read once more.
    #[must_use]
    pub fn has_file(&self, now: Timestamp) -> bool {
        self.file().is_some_and(|file| file.etag.is_some()) && self.started_at.is_some_and(|at| now < at + FILES_KEPT)
    }

    /// What names the row `row` of this import wherever it leaves a trace.
    #[must_use]
    pub fn origin(id: &ImportId, row: u64) -> String {
        format!("{id}:{row}")
    }
}
