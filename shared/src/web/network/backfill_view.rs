//! Backfills as the API shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{Backfill, BackfillId, BackfillLine, BackfillState, NetworkStanding, PartnerId, PartnerState};

/// A telling of the Network of a brand's roster, or a look at what would be told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Backfill")]
pub struct BackfillView {
    id: BackfillId,
    state: BackfillState,
    /// Whether it only looks.
    dry_run: bool,
    /// Partners in these states are told of.
    states: Vec<PartnerState>,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    /// Why it stopped, in a sentence.
    failure: Option<String>,
    counts: CountsView,
    /// Whom the Network refused, at most 200; only where one backfill is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<LineView>>,
}

/// What came of how many partners.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BackfillCounts")]
struct CountsView {
    /// How many were looked at so far.
    looked_at: u64,
    /// By state: of whom the Network never heard, whom it knows as they were, and whom it knows as they are.
    by_state: BTreeMap<String, StandingsView>,
    /// How many the Network was told of.
    told: u64,
    /// Of those, how many it knew before.
    known_before: u64,
    /// How many it refused.
    refused: u64,
    /// How many were left out, by their state or by name.
    left_out: u64,
}

/// Partners of one state.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BackfillStandings")]
struct StandingsView {
    new: u64,
    changed: u64,
    known: u64,
}

/// Somebody whom the Network refused.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BackfillLine")]
struct LineView {
    partner_id: PartnerId,
    /// Why.
    said: String,
}

impl BackfillView {
    /// The backfill as it is at `now`.
    #[must_use]
    pub fn of(backfill: &Backfill, now: Timestamp) -> Self {
        let counts = &backfill.counts;
        let standings = |state| StandingsView {
            new: counts.of(state, NetworkStanding::New),
            changed: counts.of(state, NetworkStanding::Changed),
            known: counts.of(state, NetworkStanding::Known),
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

    /// The same with those whom the Network refused.
    #[must_use]
    pub fn with_lines(self, lines: Vec<BackfillLine>) -> Self {
        let line = |line: BackfillLine| LineView { partner_id: line.partner, said: line.said };
        Self { lines: Some(lines.into_iter().map(line).collect()), ..self }
    }
}
