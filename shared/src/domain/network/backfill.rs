//! Backfills: sending a brand's whole roster to the Network, or a dry run of that.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, BackfillId, BrandSlug, NetworkConnection, Partner, PartnerId, PartnerState, SyncStatus};

/// Number of partners that are sent to the Network in one call.
pub const BACKFILL_PAGE: usize = 500;

/// Maximum number of partners that can be excluded individually.
pub const LEFT_OUT_MAX: usize = 500;

/// Time without progress after which a backfill counts as failed: longer than a call is retried.
const SILENCE: SignedDuration = SignedDuration::from_mins(30);

/// Time for which the Network may be unreachable before a backfill fails.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// A backfill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backfill {
    /// Identifies the backfill.
    pub id: BackfillId,
    /// Brand whose roster is sent.
    pub brand: BrandSlug,
    /// Host of the Network that it sends to; it sends to no other.
    pub host: String,
    /// True if it only counts and sends nothing.
    pub dry_run: bool,
    /// Partners with these statuses are sent.
    pub states: Vec<PartnerState>,
    /// Partners who are excluded individually.
    #[serde(default)]
    pub left_out: Vec<PartnerId>,
    /// Actor who started it.
    pub asked_by: Actor,
    /// Start time.
    pub started_at: Timestamp,
    /// Time of its last progress.
    pub touched_at: Timestamp,
    /// End time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Reason why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<BackfillFailure>,
    /// Position in the roster, which is read from the newest partner on: older partners than this one are still to
    /// come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PartnerId>,
    /// Time since which the Network has been unreachable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_reached_since: Option<Timestamp>,
    /// Number of partners per outcome.
    #[serde(default)]
    pub counts: BackfillCounts,
}

/// Reasons why a backfill stops early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackfillFailure {
    /// The brand disconnected, or connected to another Network.
    Disconnected,
    /// Another backfill was started because this one made no progress for so long.
    Replaced,
    /// The Network was unreachable for an hour; with the last error as a sentence.
    NotReached(String),
    /// The Network rejects every call; with its message as a sentence.
    Refused(String),
}

impl BackfillFailure {
    fn in_words(&self) -> String {
        match self {
            Self::Disconnected => "The Network was disconnected.".to_owned(),
            Self::Replaced => "Another backfill was started.".to_owned(),
            Self::NotReached(said) => format!("The Network could not be reached for an hour. {said}"),
            Self::Refused(said) => format!("The Network rejected it. {said}"),
        }
    }
}

/// Status of a backfill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackfillState {
    /// It is in progress.
    Running,
    /// It is complete.
    Completed,
    /// It failed. It can be started again, and then sends only what is left.
    Failed,
}

/// Number of partners per outcome. A dry run counts the same way and sends nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackfillCounts {
    /// Number of partners that were read.
    pub looked_at: u64,
    /// Number of partners by status and sync status, both those to be sent and those that the Network knows already.
    /// Read it with [`BackfillCounts::of`].
    pub by_state: BTreeMap<String, u64>,
    /// Number of partners that were sent to the Network.
    pub told: u64,
    /// Number of those that the Network knew before.
    pub known_before: u64,
    /// Number of partners that the Network rejected; each has a [`BackfillLine`].
    pub refused: u64,
    /// Number of partners that were excluded, by their status or individually.
    pub left_out: u64,
}

impl BackfillCounts {
    /// Counts a partner who isn't excluded.
    pub fn count(&mut self, state: PartnerState, standing: SyncStatus) {
        *self.by_state.entry(kind(state, standing)).or_default() += 1;
    }

    /// Returns the number of partners with a status and a sync status.
    #[must_use]
    pub fn of(&self, state: PartnerState, standing: SyncStatus) -> u64 {
        self.by_state.get(&kind(state, standing)).copied().unwrap_or_default()
    }
}

/// Returns the key of a counter, such as `active.new`.
fn kind(state: PartnerState, standing: SyncStatus) -> String {
    let standing = match standing {
        SyncStatus::New => "new",
        SyncStatus::Changed => "changed",
        SyncStatus::Known => "known",
    };
    format!("{}.{standing}", state.as_str())
}

impl Backfill {
    /// Returns the status at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> BackfillState {
        match (self.ended_at, &self.failure) {
            (_, Some(_)) => BackfillState::Failed,
            (Some(_), None) => BackfillState::Completed,
            (None, None) if now > self.touched_at + SILENCE => BackfillState::Failed,
            (None, None) => BackfillState::Running,
        }
    }

    /// Returns the reason why it failed, as a sentence.
    #[must_use]
    pub fn why_failed(&self, now: Timestamp) -> Option<String> {
        let silent = || "There was no progress for half an hour.".to_owned();
        let failed = self.state(now) == BackfillState::Failed;
        failed.then(|| self.failure.as_ref().map_or_else(silent, BackfillFailure::in_words))
    }

    /// Returns `true` if it may have missed a partner who changed at `at`: the roster is read one list per status, and
    /// a partner who moves from one list to another at that moment may be on neither.
    #[must_use]
    pub fn may_have_missed(&self, partner: &Partner, at: Timestamp) -> bool {
        let ended = self.ended_at.is_some_and(|ended| at > ended + SignedDuration::from_mins(1));
        self.takes(partner) && at >= self.started_at && !ended
    }

    /// Returns the reason to stop if the connection is no longer the one that it was started for.
    #[must_use]
    pub fn is_overtaken(&self, connection: Option<&NetworkConnection>) -> Option<BackfillFailure> {
        let Some(connection) = connection.filter(|connection| connection.url.host() == self.host) else {
            return Some(BackfillFailure::Disconnected);
        };
        match &connection.backfill {
            _ if self.dry_run => None,
            Some(id) if *id == self.id => None,
            Some(_) => Some(BackfillFailure::Replaced),
            // An admin who disconnects and connects again doesn't want the earlier backfill to continue.
            None => Some(BackfillFailure::Disconnected),
        }
    }

    /// Records that the Network is unreachable. Returns the reason to stop once this has lasted for too long.
    #[must_use]
    pub fn not_reached(&mut self, said: String, now: Timestamp) -> Option<BackfillFailure> {
        let since = *self.not_reached_since.get_or_insert(now);
        (now >= since + PATIENCE).then_some(BackfillFailure::NotReached(said))
    }

    /// Returns `true` if the partner is to be sent.
    #[must_use]
    pub fn takes(&self, partner: &Partner) -> bool {
        self.states.contains(&partner.state()) && !self.left_out.contains(&partner.id)
    }
}

/// A partner that the Network rejected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackfillLine {
    /// The partner.
    pub partner: PartnerId,
    /// The Network's reason, as a sentence.
    pub said: String,
}
