//! Imports as the API shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    domain::{
        Bulk, BulkAction, BulkWhom, BulkWord, Import, ImportFailure, ImportId, ImportState, ProgramId, RowOutcome,
        RowProblem, Scope,
    },
    web::api_views::ActorView,
};

/// Which imports a route is about. Whoever may do something to many partners may follow that, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportsOf {
    /// All of them.
    Anything,
    /// What is done to many partners of the roster.
    Roster,
}

impl ImportsOf {
    /// What a key must hold to read them, and to stop them.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Anything => Scope::ImportsWrite,
            Self::Roster => Scope::PartnersWrite,
        }
    }

    /// Whether it is about this one.
    #[must_use]
    pub fn has(self, import: &Import) -> bool {
        self == Self::Anything || import.bulk().is_some()
    }
}

/// An import: a file of people, of whom each row brings one in; or partners, to each of whom something is done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Import")]
pub struct ImportView {
    id: ImportId,
    state: ImportState,
    /// What its file is called, if that is known.
    file_name: Option<String>,
    /// What is done to partners of the roster, if it reads no file.
    bulk: Option<BulkView>,
    /// Whether it only looks what would come of each row.
    dry_run: bool,
    /// Whether mails invite people; if not, they are active at once.
    send_invite: bool,
    /// What rows that name no programs are granted; nothing here means all that were open when it began.
    program_ids: Option<Vec<ProgramId>>,
    /// The import whose rows or whose file this one takes once more.
    repeats: Option<ImportId>,
    /// Who started it.
    started_by: ActorView,
    created_at: Timestamp,
    /// How many rows the file has, once they were counted.
    rows: Option<u64>,
    /// How many of them are accounted for.
    rows_done: u64,
    /// How many rows came out how, by code. What isn't here is 0.
    outcomes: BTreeMap<RowOutcome, u64>,
    /// How many rows could be tried again.
    retryable: u64,
    /// When it goes on, if it waits for another day.
    resumes_at: Option<Timestamp>,
    /// How many days it takes from then on.
    days_left: Option<u64>,
    cancelled_at: Option<Timestamp>,
    /// When every row was accounted for, or it failed.
    ended_at: Option<Timestamp>,
    /// Why it could not be read, if it failed.
    error: Option<ImportFailure>,
    /// Whether its report can be fetched.
    has_report: bool,
}

impl ImportView {
    /// The import as it stands at `now`.
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

/// What is done to many partners.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Bulk")]
pub(in crate::web) struct BulkView {
    action: BulkWord,
    /// Which program is granted or taken away.
    program_id: Option<ProgramId>,
    /// Whether those who are revoked are mailed.
    notify: Option<bool>,
    /// Whether they were named one by one; if not, words of the list chose them.
    chosen: bool,
}

impl From<&Bulk> for BulkView {
    fn from(bulk: &Bulk) -> Self {
        Self {
            action: bulk.action.word(),
            program_id: bulk.action.program().cloned(),
            notify: if let BulkAction::Revoke { notify, .. } = &bulk.action { Some(*notify) } else { None },
            chosen: bulk.whom == BulkWhom::Chosen,
        }
    }
}

/// A row that could not be invited.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RowProblem")]
pub struct RowProblemView {
    /// Its number in the file, as a spreadsheet shows it.
    row: u64,
    outcome: RowOutcome,
    /// Its address, or what stands where that should be, cut short.
    email: String,
    /// Why, in one sentence.
    message: String,
}

impl From<&RowProblem> for RowProblemView {
    fn from(problem: &RowProblem) -> Self {
        Self { row: problem.row, outcome: problem.outcome, email: problem.email.clone(), message: problem.in_words() }
    }
}
