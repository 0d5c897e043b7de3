//! A backfill: the telling of the Network of a brand's whole roster, or a look at what would be told.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, BackfillId, BrandSlug, NetworkConnection, NetworkStanding, Partner, PartnerId, PartnerState,
};

/// How many partners one call tells the Network of.
pub const BACKFILL_PAGE: usize = 500;

/// How many partners can be left out by name.
pub const LEFT_OUT_MAX: usize = 500;

/// How long nothing may happen in one before it counts as failed: longer than a call is tried again.
const SILENCE: SignedDuration = SignedDuration::from_mins(30);

/// How long the Network may not be reached before one fails.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// A backfill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backfill {
    /// Names it.
    pub id: BackfillId,
    /// The brand.
    pub brand: BrandSlug,
    /// The host of the Network that is told, and no other.
    pub host: String,
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
    pub failure: Option<BackfillFailure>,
    /// How far it is: whoever is older is yet to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PartnerId>,
    /// Since when the Network could not be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_reached_since: Option<Timestamp>,
    /// What came of how many.
    #[serde(default)]
    pub counts: BackfillCounts,
}

/// Why a backfill stopped before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackfillFailure {
    /// The connection was ended, or is one with another Network.
    Disconnected,
    /// Another one was begun, since nothing happened in this one for so long.
    Replaced,
    /// The Network could not be reached for an hour; what came last, in a sentence.
    NotReached(String),
    /// The Network refuses whatever it is told; with its words, in a sentence.
    Refused(String),
}

impl BackfillFailure {
    fn in_words(&self) -> String {
        match self {
            Self::Disconnected => "The connection with this Network was ended.".to_owned(),
            Self::Replaced => "Another one was begun.".to_owned(),
            Self::NotReached(said) => format!("The Network could not be reached for an hour. {said}"),
            Self::Refused(said) => format!("The Network refused it. {said}"),
        }
    }
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
    /// By state and standing, as [`BackfillCounts::of`] tells: those who are to be told of, and those whom the Network
    /// knows as they are.
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
        *self.by_state.entry(kind(state, standing)).or_default() += 1;
    }

    /// How many there are of a kind.
    #[must_use]
    pub fn of(&self, state: PartnerState, standing: NetworkStanding) -> u64 {
        self.by_state.get(&kind(state, standing)).copied().unwrap_or_default()
    }
}

/// As in `active.new`.
fn kind(state: PartnerState, standing: NetworkStanding) -> String {
    let standing = match standing {
        NetworkStanding::New => "new",
        NetworkStanding::Changed => "changed",
        NetworkStanding::Known => "known",
    };
    format!("{}.{standing}", state.as_str())
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

    /// Why it stopped before its end, in a sentence.
    #[must_use]
    pub fn why_failed(&self, now: Timestamp) -> Option<String> {
        let silent = || "Nothing happened in it for half an hour.".to_owned();
        let failed = self.state(now) == BackfillState::Failed;
        failed.then(|| self.failure.as_ref().map_or_else(silent, BackfillFailure::in_words))
    }

    /// Whether it may have missed a partner who changed at `at`: the roster is read list by list, and whoever goes from one
    /// to the other at that moment is on neither.
    #[must_use]
    pub fn may_have_missed(&self, partner: &Partner, at: Timestamp) -> bool {
        let ended = self.ended_at.is_some_and(|ended| at > ended + SignedDuration::from_mins(1));
        self.takes(partner) && at >= self.started_at && !ended
    }

    /// Why it has to stop, if the connection is not the one any more that it was begun for.
    #[must_use]
    pub fn is_overtaken(&self, connection: Option<&NetworkConnection>) -> Option<BackfillFailure> {
        let Some(connection) = connection.filter(|connection| connection.url.host() == self.host) else {
            return Some(BackfillFailure::Disconnected);
        };
        match &connection.backfill {
            _ if self.dry_run => None,
            Some(id) if *id == self.id => None,
            Some(_) => Some(BackfillFailure::Replaced),
            // Who disconnects and connects again wants no more of what was under way.
            None => Some(BackfillFailure::Disconnected),
        }
    }

    /// Notes that the Network could not be reached; why it has to stop, if that has been so for too long.
    #[must_use]
    pub fn not_reached(&mut self, said: String, now: Timestamp) -> Option<BackfillFailure> {
        let since = *self.not_reached_since.get_or_insert(now);
        (now >= since + PATIENCE).then_some(BackfillFailure::NotReached(said))
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
