//! An export: the partners of a brand, or some of them, as a file that is made while nobody waits for the answer.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ATTEMPTS_MAX, Actor, BrandSlug, ExportId, PartnerId, PartnersWanted};

/// How long an export is remembered. The bucket keeps its file for as long.
pub(crate) const EXPORTS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long after its last sign of life an export counts as failed. Its message may wait for hours where concurrency is
/// short; after a day it was set aside, and nobody is left to say so.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Where an export stands. It follows from what was written and from the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// The file is being made, or waits for that.
    Running,
    /// The file is there.
    Completed,
    /// There will be no file.
    Failed,
}

/// An export that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// Names it.
    pub id: ExportId,
    /// Whose partners.
    pub brand: BrandSlug,
    /// Which of them.
    pub wanted: PartnersWanted,
    /// The one person of whom everything is wanted, if it is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PartnerId>,
    /// Who asked.
    pub asked_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// How often a worker took it up since its file last grew.
    #[serde(default)]
    pub attempts: u32,
    /// When its file last grew, if it did before it was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grew_at: Option<Timestamp>,
    /// How many partners the file holds, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// When it was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Export {
    /// An export that begins at `now`.
    #[must_use]
    pub fn start(id: ExportId, brand: &BrandSlug, wanted: PartnersWanted, asked_by: Actor, now: Timestamp) -> Self {
        Self {
            id,
            brand: brand.clone(),
            wanted,
            person: None,
            asked_by,
            created_at: now,
            attempts: 0,
            grew_at: None,
            rows: None,
            failed_at: None,
            expires_at: now + EXPORTS_KEPT,
        }
    }

    /// An export of all that is known of one person.
    #[must_use]
    pub fn of_person(id: ExportId, brand: &BrandSlug, person: PartnerId, asked_by: Actor, now: Timestamp) -> Self {
        Self { person: Some(person), ..Self::start(id, brand, PartnersWanted::default(), asked_by, now) }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ExportState {
        match (self.rows, self.failed_at) {
            (Some(_), _) => ExportState::Completed,
            (None, Some(_)) => ExportState::Failed,
            (None, None) if self.grew_at.unwrap_or(self.created_at) + PATIENCE <= now => ExportState::Failed,
            (None, None) => ExportState::Running,
        }
    }

    /// Whether workers took it up too often without its file growing. A message that was received, and whose worker could
    /// not start, is no attempt.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.attempts > ATTEMPTS_MAX
    }

    /// What the file is called where it is saved.
    #[must_use]
    pub fn file_name(&self) -> String {
        let day = self.created_at.strftime("%Y-%m-%d");
        match &self.person {
            None => format!("partners-{}-{day}.csv", self.brand),
            Some(id) => format!("partner-{}-{id}-{day}.json", self.brand),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fresh;

    #[test]
    fn an_export_ends_one_way_or_another() {
        let now = Timestamp::UNIX_EPOCH;
        let brand = BrandSlug::parse("acme").unwrap();
        let id = ExportId::fresh(now, [0; 10]);
        let running = Export::start(id, &brand, PartnersWanted::default(), Actor::operator(), now);
        assert_eq!(running.file_name(), "partners-acme-1970-01-01.csv");
        let of_one =
            Export::of_person(running.id.clone(), &brand, PartnerId::fresh(now, [0; 10]), Actor::operator(), now);
        assert_eq!(of_one.file_name(), "partner-acme-ptn_00000000000000000000000000-1970-01-01.json");
        let later = now + PATIENCE;
        assert_eq!(running.state(later - SignedDuration::from_millis(1)), ExportState::Running);
        assert_eq!(running.state(later), ExportState::Failed, "nobody makes it any more");
        let failed = Export { failed_at: Some(now), ..running.clone() };
        assert_eq!(failed.state(now), ExportState::Failed);
        assert_eq!(Export { rows: Some(0), ..failed }.state(later), ExportState::Completed, "the file is there");
    }
}
