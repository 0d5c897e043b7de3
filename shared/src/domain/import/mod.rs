//! Imports: CSV files in which each row is a person to invite, and bulk jobs in which each row is a partner that one
//! action is applied to. Both are processed in the background.
//!
//! Rows are processed in chunks, and each chunk completes exactly once: only then are its rows counted. So the counters
//! add up to the file, whichever worker crashed and however often a message was delivered.

mod chunk;
mod daily_limit;
mod row;
mod source;

pub use chunk::{Chunk, ImportPlan, RowError};
pub use daily_limit::IMPORT_DAYS_MAX;
pub use row::{Counts, RowOutcome, shown_of_file};
pub use source::{ImportFile, ImportSource};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, BrandSlug, Bulk, ImportId, InvitationNote, PersonalNote, ProgramId, TraceId};

/// Time for which a file may be uploaded after its URL was returned.
pub const UPLOAD_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Time to wait for a file before its import counts as failed: as long as it may be uploaded, and six hours more, since
/// the message that it arrived waits while concurrency is short. A file that arrives even later is imported all the
/// same.
const AWAITED: SignedDuration = SignedDuration::from_hours(7);

/// Retention of imports.
pub(crate) const IMPORTS_KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Retention of an import's file and report in the bucket, and of each row's outcome in the table.
pub const FILES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Maximum duration of an import: a little longer than `IMPORT_DAYS_MAX` days, and shorter than the retention of its
/// file.
const LASTS_MAX: SignedDuration = SignedDuration::from_hours(28 * 24);

/// Maximum number of times that a worker starts on an import, a chunk of its rows or an export without progress before
/// it fails.
pub const ATTEMPTS_MAX: u32 = 5;

/// Maximum number of rows in a file.
pub const ROWS_MAX: u64 = 1_000_000;

/// Maximum size of an uploaded file in bytes.
pub const FILE_BYTES_MAX: u64 = 500 * 1024 * 1024;

/// Maximum number of rows that an admin without a recent sign-in may import.
pub const ROWS_UNPROVEN: u64 = 1_000;

/// Number of rows per chunk.
pub const CHUNK_ROWS: u64 = 100;

/// Status of an import, which follows from what is stored and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It waits for its file.
    Receiving,
    /// Its rows are being processed.
    Running,
    /// It waits for the next day because the brand reached its daily limit.
    Paused,
    /// Every row has an outcome, and none is an error.
    Completed,
    /// Every row has an outcome, and some could not be invited.
    CompletedWithErrors,
    /// It was cancelled. Rows in progress are still counted.
    Cancelled,
    /// It could not be read, or not to its end.
    Failed,
}

impl ImportState {
    /// Returns the status as it is written in the API.
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

/// Options of an import, chosen when it is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// Programs granted by rows that name none; all that are active when the job starts, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programs: Option<Vec<ProgramId>>,
    /// True for a dry run, which only shows the outcome that each row would have.
    #[serde(default)]
    pub dry_run: bool,
    /// True if people are invited by email; otherwise they are active immediately.
    pub send_invite: bool,
    /// Personal note in the invitations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<PersonalNote>,
    /// Original name of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

impl ImportOptions {
    /// Returns the options of a bulk job, which invites no one.
    #[must_use]
    pub fn of_roster() -> Self {
        Self { send_invite: false, ..Self::default() }
    }

    /// Sets the name of the file, shortened to one line.
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

/// Reason why an import could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportFailure {
    /// Stable code for programs.
    pub code: String,
    /// One sentence for people.
    pub message: String,
}

impl ImportFailure {
    /// Creates a failure.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// An import or a bulk job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Identifies the import.
    pub id: ImportId,
    /// Brand that the partners belong to.
    pub brand: BrandSlug,
    /// Options for each row.
    #[serde(flatten)]
    pub options: ImportOptions,
    /// Source of its rows.
    #[serde(flatten)]
    pub source: ImportSource,
    /// Earlier import whose failed rows it retries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<ImportId>,
    /// Maximum number of rows, if the admin who started it had no recent sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_most: Option<u64>,
    /// Trace ID, as the table adds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
    /// Actor who started it.
    pub asked_by: Actor,
    /// Time at which it was requested.
    pub created_at: Timestamp,
    /// Time until which it waits for its file, if that had to be uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaited_until: Option<Timestamp>,
    /// Time at which its file was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// Number of times that a worker started on it since its last progress.
    #[serde(default)]
    pub attempts: u32,
    /// Number of rows, once they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Number of rows sent to workers: the checkpoint from which another worker continues.
    #[serde(default)]
    pub rows_sent: u64,
    /// Number of chunks sent to workers.
    #[serde(default)]
    pub chunks_sent: u64,
    /// True if no more chunks will be sent.
    #[serde(default)]
    pub all_sent: bool,
    /// Number of completed chunks.
    #[serde(default)]
    pub chunks_done: u64,
    /// Number of rows per outcome so far.
    #[serde(flatten)]
    pub counts: Counts,
    /// Time at which it continues, if it is paused until the next day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes_at: Option<Timestamp>,
    /// Number of days it will take from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<u64>,
    /// Time at which it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Time at which every row had an outcome, or it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Reason why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ImportFailure>,
    /// ETag of the report in S3, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_etag: Option<String>,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Import {
    /// Returns the reference to its personal note, as it is stored with each invited partner: the text is stored only
    /// here.
    #[must_use]
    pub fn note(&self) -> Option<InvitationNote> {
        self.options.note.as_ref().map(|_| InvitationNote::OfImport(self.id.clone()))
    }

    /// Creates an import of `source` with `options`.
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

    /// Returns the import as one whose file has yet to be uploaded.
    #[must_use]
    pub fn awaited(self) -> Self {
        Self { awaited_until: Some(self.created_at + AWAITED), ..self }
    }

    /// Returns the file that it reads, if it reads one.
    #[must_use]
    pub fn file(&self) -> Option<&ImportFile> {
        match &self.source {
            ImportSource::File(file) => Some(file),
            ImportSource::Roster(_) => None,
        }
    }

    /// Returns the bulk job, if it is one.
    #[must_use]
    pub fn bulk(&self) -> Option<&Bulk> {
        match &self.source {
            ImportSource::File(_) => None,
            ImportSource::Roster(bulk) => Some(bulk),
        }
    }

    /// Returns the status at `now`.
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

    /// Returns the reason why it could not be read, if it failed.
    #[must_use]
    pub fn failure(&self, now: Timestamp) -> Option<ImportFailure> {
        let never_came = self.started_at.is_none()
            && self.cancelled_at.is_none()
            && self.awaited_until.is_some_and(|until| until <= now);
        self.failure.clone().or_else(|| {
            never_came.then(|| ImportFailure::new("file_missing", "The file was not uploaded. Start another import."))
        })
    }

    /// Returns `true` if workers started on it too often without progress. A message whose worker could not start is no
    /// attempt.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.attempts > ATTEMPTS_MAX
    }

    /// Returns `true` if it has been running for longer than any import may, even if it is paused: its file is about to
    /// be deleted.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.started_at.is_some_and(|at| at + LASTS_MAX <= now)
    }

    /// Returns `true` if it has ended or failed.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ended_at.is_some() || self.failure(now).is_some()
    }

    /// Returns `true` if every row that was sent has an outcome, and no more will be sent.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.all_sent && self.chunks_done >= self.chunks_sent
    }

    /// Returns `true` if its report has yet to be created. Without counted rows there is nothing to report.
    #[must_use]
    pub fn is_to_be_reported(&self) -> bool {
        self.ended_at.is_some() && self.rows.is_some() && self.report_etag.is_none()
    }

    /// Returns `true` if it may still be cancelled.
    #[must_use]
    pub fn may_be_cancelled(&self, now: Timestamp) -> bool {
        self.cancelled_at.is_none() && !self.has_ended(now)
    }

    /// Cancels the import; returns `None` if it is over already.
    #[must_use]
    pub fn cancel(self, now: Timestamp) -> Option<Self> {
        if !self.may_be_cancelled(now) {
            return None;
        }
        // A file that isn't being read may never come, so the import ends now. The worker that selects a bulk job's
        // partners does come, and records an outcome for all of them.
        let ended_at = (self.started_at.is_none() && self.bulk().is_none()).then_some(now);
        Some(Self { cancelled_at: Some(now), resumes_at: None, days_left: None, ended_at, ..self })
    }

    /// Returns the number of rows that may be retried. A bulk job isn't retried but started again.
    #[must_use]
    pub fn retryable(&self) -> u64 {
        if self.bulk().is_some() {
            return 0;
        }
        RowOutcome::ALL.into_iter().filter(|outcome| outcome.may_be_retried()).map(|it| self.counts.of(it)).sum()
    }

    /// Returns `true` if the report is there and hasn't been deleted from the bucket.
    #[must_use]
    pub fn has_report(&self, now: Timestamp) -> bool {
        self.report_etag.is_some() && self.ended_at.is_some_and(|at| now < at + FILES_KEPT)
    }

    /// Returns `true` if its file is still stored and can be read again.
    #[must_use]
    pub fn has_file(&self, now: Timestamp) -> bool {
        self.file().is_some_and(|file| file.etag.is_some()) && self.started_at.is_some_and(|at| now < at + FILES_KEPT)
    }

    /// Returns the identifier of a row of this import, which is stored with everything the row creates.
    #[must_use]
    pub fn origin(id: &ImportId, row: u64) -> String {
        format!("{id}:{row}")
    }
}
