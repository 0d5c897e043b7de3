//! Backfills as the API shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{Backfill, BackfillId, BackfillLine, BackfillState, PartnerId, PartnerState, SyncStatus};

/// A backfill, which syncs a brand's whole roster to the Network, or a dry run of one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Backfill")]
pub struct BackfillView {
    id: BackfillId,
    state: BackfillState,
    /// True for a dry run, which sends nothing.
    dry_run: bool,
    /// Statuses of the partners that are synced.
    states: Vec<PartnerState>,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    /// Reason for which it stopped, in a sentence.
    failure: Option<String>,
    counts: CountsView,
    /// Partners that the Network rejected, at most 200. Only where a single backfill is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<LineView>>,
}

/// Number of partners per result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BackfillCounts")]
struct CountsView {
    /// Partners checked so far.
    looked_at: u64,
    /// Partners by status: new to the Network, known to it in an earlier state, or known in their current state.
    by_state: BTreeMap<String, StandingsView>,
    /// Partners sent to the Network.
    told: u64,
    /// Partners among those sent that the Network already had.
    known_before: u64,
    /// Partners that the Network rejected.
    refused: u64,
    /// Partners that were left out, by their status or by name.
    left_out: u64,
}

/// Partners with one status.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BackfillStandings")]
struct StandingsView {
    new: u64,
    changed: u64,
    known: u64,
}

/// A partner that the Network rejected.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BackfillLine")]
struct LineView {
    partner_id: PartnerId,
    /// Reason given by the Network.
    said: String,
}

impl BackfillView {
    /// The backfill as of `now`.
    #[must_use]
    pub fn of(backfill: &Backfill, now: Timestamp) -> Self {
        let counts = &backfill.counts;
        let standings = |state| StandingsView {
            new: counts.of(state, SyncStatus::New),
            changed: counts.of(state, SyncStatus::Changed),
            known: counts.of(state, SyncStatus::Known),
        };
        let by_state = PartnerState::TOLD.into_iter().map(|state| (state.as_str().to_owned(), standings(state)));
        Self {
            id: backfill.id.clone(),
            state: backfill.state(now),
            dry_run: backfill.dry_run,
            states: backfill.states.clone(),
            started_at: backfill.started_at,
            ended_at: backfill.ended_at,
            failure: backfill.why_failed(now),
            counts: CountsView {
                looked_at: counts.looked_at,
                by_state: by_state.collect(),
                told: counts.told,
                known_before: counts.known_before,
                refused: counts.refused,
                left_out: counts.left_out,
            },
            lines: None,
        }
    }

    /// Adds the partners that the Network rejected.
    #[must_use]
    pub fn with_lines(self, lines: Vec<BackfillLine>) -> Self {
        let line = |line: BackfillLine| LineView { partner_id: line.partner, said: line.said };
        Self { lines: Some(lines.into_iter().map(line).collect()), ..self }
    }
}
