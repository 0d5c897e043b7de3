//! A backfill: the telling of the Network of a brand's whole roster, or a look at what would be told.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, BackfillId, BrandSlug, NetworkStanding, Partner, PartnerId, PartnerState};

/// How many partners one call tells the Network of.
pub const BACKFILL_PAGE: usize = 500;

/// How many partners can be left out by name.
pub const LEFT_OUT_MAX: usize = 500;

/// How long nothing may happen in one before it counts as failed: longer than a call is tried again.
const SILENCE: SignedDuration = SignedDuration::from_mins(30);

/// A backfill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backfill {
    /// Names it.
    pub id: BackfillId,
    /// The brand.
    pub brand: BrandSlug,
    /// Whether it only looks.
    pub dry_run: bool,
    /// Partners in these states are told of.
    pub states: Vec<PartnerState>,
    /// These are not.
    #[serde(default)]
    pub left_out: Vec<PartnerId>,
    /// Who wants it.
    pub asked_by: Actor,
    /// Since when.
    pub started_at: Timestamp,
    /// When something last happened in it.
    pub touched_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it could not be ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How far it is: whoever is older is yet to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PartnerId>,
    /// How often in a row the Network could not be reached.
    #[serde(default)]
    pub tries: u32,
    /// What came of how many.
    #[serde(default)]
    pub counts: BackfillCounts,
}

/// Where a backfill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackfillState {
    /// It is under way.
    Running,
    /// It came to its end.
    Completed,
    /// It stopped. It can be started again, and tells only what is left.
    Failed,
}

/// What came of how many partners. A dry run counts the same without telling anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackfillCounts {
    /// How many were looked at.
    pub looked_at: u64,
    /// By state and standing, as in `active.new`: those who are to be told of, and those whom the Network knows as they are.
    pub by_state: BTreeMap<String, u64>,
    /// How many the Network was told of.
    pub told: u64,
    /// Of those, how many it knew before.
    pub known_before: u64,
    /// How many it refused; there is a line for each.
    pub refused: u64,
    /// How many were left out, by their state or by name.
    pub left_out: u64,
}

impl BackfillCounts {
    /// Counts one who is not left out.
    pub fn count(&mut self, state: PartnerState, standing: NetworkStanding) {
        let standing = match standing {
            NetworkStanding::New => "new",
            NetworkStanding::Changed => "changed",
            NetworkStanding::Known => "known",
        };
        *self.by_state.entry(format!("{}.{standing}", state.as_str())).or_default() += 1;
    }

    /// How many there are of a kind.
    #[must_use]
    pub fn of(&self, state: PartnerState, standing: &str) -> u64 {
        self.by_state.get(&format!("{}.{standing}", state.as_str())).copied().unwrap_or_default()
    }
}

impl Backfill {
    /// Where it stands at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> BackfillState {
        match (self.ended_at, &self.failure) {
            (_, Some(_)) => BackfillState::Failed,
            (Some(_), None) => BackfillState::Completed,
            (None, None) if now > self.touched_at + SILENCE => BackfillState::Failed,
            (None, None) => BackfillState::Running,
        }
    }

    /// Whether it may have missed a partner who changed at `at`: the roster is read list by list, and whoever goes from one
    /// to the other at that moment is on neither.
    #[must_use]
    pub fn may_have_missed(&self, partner: &Partner, at: Timestamp) -> bool {
        let ended = self.ended_at.is_some_and(|ended| at > ended + SignedDuration::from_mins(1));
        self.takes(partner) && at >= self.started_at && !ended
    }

    /// Whether a partner is told of at all.
    #[must_use]
    pub fn takes(&self, partner: &Partner) -> bool {
        self.states.contains(&partner.state()) && !self.left_out.contains(&partner.id)
    }
}

/// That the Network refused somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackfillLine {
    /// Whom.
    pub partner: PartnerId,
    /// Why, in a sentence.
    pub said: String,
}
