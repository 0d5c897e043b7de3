//! Texts and table rows for the counts of a backfill.

use jiff::Timestamp;
use shared::{
    domain::{Backfill, PartnerState, SyncStatus},
    web::{
        format,
        pages::{BackfillState, BackfillTick, Counted, JobSummary, StandingRow, TellOffer, Tone},
    },
};

use crate::outcomes;

/// Sync standings of a partner that the Network still has to receive.
const TO_SYNC: [SyncStatus; 2] = [SyncStatus::New, SyncStatus::Changed];

/// Summarizes the counts in a few words.
pub(crate) fn summary(backfill: &Backfill) -> String {
    let counts = &backfill.counts;
    let synced = if backfill.dry_run { (to_sync(backfill), "to sync") } else { (counts.told, "synced") };
    let parts = [synced, (counts.refused, "rejected"), (counts.left_out, "excluded")];
    let some: Vec<_> = parts.iter().filter(|(count, _)| *count > 0).collect();
    if some.is_empty() {
        return if backfill.ended_at.is_some() { "None" } else { "None yet" }.to_owned();
    }
    some.into_iter().map(|(count, words)| format!("{} {words}", format::number(*count))).collect::<Vec<_>>().join(", ")
}

pub(crate) fn verdict(backfill: &Backfill, state: BackfillState, now: Timestamp) -> Option<JobSummary> {
    let why = backfill.why_failed(now).unwrap_or_default();
    let (tone, text) = match (state, backfill.dry_run) {
        (BackfillState::Running, _) if backfill.not_reached_since.is_some() => {
            (Tone::Warn, "The Network can’t be reached. We keep retrying for an hour.".to_owned())
        }
        (BackfillState::Running, _) => return None,
        (BackfillState::Failed, true) => (Tone::Bad, format!("{why} Nothing was synced.")),
        (BackfillState::Failed, false) => (Tone::Bad, format!("{why} Starting again syncs only what is left.")),
        (_, true) if to_sync(backfill) == 0 => {
            (Tone::Good, "All partners are already up to date on the Network, so there is nothing to sync.".to_owned())
        }
        (_, true) => (Tone::Info, "Nothing has been shared yet: this is a preview.".to_owned()),
        (BackfillState::Refused, false) => {
            (Tone::Warn, "Sync complete, but the Network rejected some partners: see below.".to_owned())
        }
        (BackfillState::Completed, false) if backfill.counts.left_out > 0 => {
            (Tone::Good, "All partners are up to date on the Network, except those you excluded.".to_owned())
        }
        (BackfillState::Completed, false) => (Tone::Good, "All partners are up to date on the Network.".to_owned()),
    };
    Some(JobSummary { tone, text })
}

pub(crate) fn counts(backfill: &Backfill) -> Vec<Counted> {
    let counts = &backfill.counts;
    let synced = [("Synced", counts.told), ("Already known", counts.known_before), ("Rejected", counts.refused)];
    let synced = synced.into_iter().filter(|_| !backfill.dry_run);
    let looked = [("Checked", counts.looked_at)].into_iter();
    let counted = looked.chain(synced).chain([("Excluded", counts.left_out)]);
    counted.map(|(label, count)| Counted { label, count: format::number(count) }).collect()
}

pub(crate) fn standings(backfill: &Backfill) -> Vec<StandingRow> {
    let of = |state, standing| format::number(backfill.counts.of(state, standing));
    let any = |state: &PartnerState| SyncStatus::ALL.into_iter().any(|each| backfill.counts.of(*state, each) > 0);
    let row = |state| StandingRow {
        state: label(state),
        new: of(state, SyncStatus::New),
        changed: of(state, SyncStatus::Changed),
        known: of(state, SyncStatus::Known),
    };
    PartnerState::TOLD.into_iter().filter(any).map(row).collect()
}

/// Returns the offer to start the backfill after a dry run that found partners to sync.
pub(crate) fn offer(backfill: &Backfill, state: BackfillState) -> Option<TellOffer> {
    if !backfill.dry_run || state != BackfillState::Completed {
        return None;
    }
    let people = outcomes::counted(to_sync(backfill), "partner", "partners")?;
    let (unsynced, settled): (Vec<PartnerState>, Vec<PartnerState>) =
        backfill.states.iter().partition(|state| in_state(backfill, **state) > 0);
    let left_out: Vec<_> = backfill.left_out.iter().map(ToString::to_string).collect();
    Some(TellOffer {
        people,
        ticks: unsynced.into_iter().map(|state| tick(state, in_state(backfill, state))).collect(),
        settled: settled.into_iter().map(PartnerState::as_str).collect(),
        left_out_count: outcomes::counted(left_out.iter().map(|_| 1).sum(), "partner is", "partners are"),
        left_out: left_out.join("\n"),
    })
}

pub(crate) fn tick(state: PartnerState, count: u64) -> BackfillTick {
    let counted = outcomes::counted(count, "partner", "partners").unwrap_or_default();
    BackfillTick { state: state.as_str(), label: label(state), count, counted }
}

fn label(state: PartnerState) -> &'static str {
    match state {
        PartnerState::Invited => "Invited",
        PartnerState::Declined => "Declined",
        PartnerState::Active => "Active",
        PartnerState::Revoked => "Revoked",
    }
}

/// Counts the partners to sync.
fn to_sync(backfill: &Backfill) -> u64 {
    PartnerState::TOLD.into_iter().map(|state| in_state(backfill, state)).sum()
}

fn in_state(backfill: &Backfill, state: PartnerState) -> u64 {
    TO_SYNC.into_iter().map(|standing| backfill.counts.of(state, standing)).sum()
}
