//! Imports as the API shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    domain::{
        Bulk, BulkAction, BulkActionKind, BulkTarget, Import, ImportFailure, ImportId, ImportState, ProgramId,
        RowError, RowOutcome, Scope,
    },
    web::api_views::ActorView,
};

/// Imports that a route is about. Callers who may start bulk jobs may follow those, and no other imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportsOf {
    /// All imports.
    Anything,
    /// Bulk jobs on the roster.
    Roster,
}

impl ImportsOf {
    /// Scope that a key must have to read and to cancel them.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Anything => Scope::ImportsWrite,
            Self::Roster => Scope::PartnersWrite,
        }
    }

    /// True if the route is about this import.
    #[must_use]
    pub fn has(self, import: &Import) -> bool {
        self == Self::Anything || import.bulk().is_some()
    }
}

/// An import, which invites one person per row of a CSV file, or a bulk job, which applies an action to many partners.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Import")]
pub struct ImportView {
    id: ImportId,
    state: ImportState,
    /// Name of the file, if known.
    file_name: Option<String>,
    /// Action of a bulk job, which reads no file.
    bulk: Option<BulkView>,
    /// True for a dry run, which shows the outcome of each row and has no effects.
    dry_run: bool,
    /// True if people are invited by email; if false, they are active immediately.
    send_invite: bool,
    /// Programs granted to rows that name none; null means all that were active when it began.
    program_ids: Option<Vec<ProgramId>>,
    /// The import whose rows or file this one processes again.
    repeats: Option<ImportId>,
    /// Actor who started it.
    started_by: ActorView,
    created_at: Timestamp,
    /// Number of rows in the file, once they were counted.
    rows: Option<u64>,
    /// Number of rows processed.
    rows_done: u64,
    /// Number of rows by outcome. An outcome that is missing has 0 rows.
    outcomes: BTreeMap<RowOutcome, u64>,
    /// Number of rows that can be retried.
    retryable: u64,
    /// Time at which it continues, if it is paused until another day.
    resumes_at: Option<Timestamp>,
    /// Number of days that it takes from then on.
    days_left: Option<u64>,
    cancelled_at: Option<Timestamp>,
    /// Time at which every row was processed, or at which it failed.
    ended_at: Option<Timestamp>,
    /// Reason for which it could not be read, if it failed.
    error: Option<ImportFailure>,
    /// True if its report can be downloaded.
    has_report: bool,
}

impl ImportView {
    /// The import as of `now`.
    #[must_use]
    pub fn of(import: &Import, now: Timestamp) -> Self {
        Self {
            id: import.id.clone(),
            state: import.state(now),
            file_name: import.options.file_name.clone(),
            bulk: import.bulk().map(BulkView::from),
            dry_run: import.options.dry_run,
            send_invite: import.options.send_invite,
            program_ids: import.options.programs.clone(),
            repeats: import.repeats.clone(),
            started_by: ActorView::from(&import.asked_by),
            created_at: import.created_at,
            rows: import.rows,
            rows_done: import.counts.total(),
            outcomes: import.counts.counted().collect(),
            retryable: import.retryable(),
            resumes_at: import.resumes_at,
            days_left: import.days_left,
            cancelled_at: import.cancelled_at,
            ended_at: import.ended_at,
            error: import.failure(now),
            has_report: import.has_report(now),
        }
    }
}

/// A bulk job: one action applied to many partners.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Bulk")]
pub(in crate::web) struct BulkView {
    action: BulkActionKind,
    /// Program that is granted or removed.
    program_id: Option<ProgramId>,
    /// True if partners who are revoked get an email.
    notify: Option<bool>,
    /// True if the partners were named one by one; false if a filter selected them.
    chosen: bool,
}

impl From<&Bulk> for BulkView {
    fn from(bulk: &Bulk) -> Self {
        Self {
            action: bulk.action.word(),
            program_id: bulk.action.program().cloned(),
            notify: if let BulkAction::Revoke { notify, .. } = &bulk.action { Some(*notify) } else { None },
            chosen: bulk.whom == BulkTarget::Chosen,
        }
    }
}

/// A row that could not be processed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RowError")]
pub struct RowErrorView {
    /// Number of the row in the file, as a spreadsheet shows it.
    row: u64,
    outcome: RowOutcome,
    /// Email address in the row, or the text in its place, truncated.
    email: String,
    /// Reason, in one sentence.
    message: String,
}

impl From<&RowError> for RowErrorView {
    fn from(problem: &RowError) -> Self {
        Self { row: problem.row, outcome: problem.outcome, email: problem.email.clone(), message: problem.in_words() }
    }
}
