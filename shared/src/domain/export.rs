//! Exports: files of a brand's partners, or of one person's data, that are created in the background.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ATTEMPTS_MAX, Actor, BrandSlug, ExportId, PartnerId, PartnerSelector};

/// Retention of exports, the same as that of their files in the bucket.
pub(crate) const EXPORTS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Time without progress after which an export counts as failed. Its message may wait for hours while concurrency is
/// short; after a day it is in the dead-letter queue, and no worker is left to record the failure.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Status of an export, which follows from what is stored and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// The file is being created, or waits for that.
    Running,
    /// The file is ready.
    Completed,
    /// There will be no file.
    Failed,
}

/// A requested export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// Identifies the export.
    pub id: ExportId,
    /// Brand of the partners.
    pub brand: BrandSlug,
    /// Filter for the partners.
    pub wanted: PartnerSelector,
    /// The one person whose data is exported, instead of a list of partners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PartnerId>,
    /// Actor who requested it.
    pub asked_by: Actor,
    /// Time of the request.
    pub created_at: Timestamp,
    /// Number of times that a worker started on it since its file last grew.
    #[serde(default)]
    pub attempts: u32,
    /// Time at which its file last grew, before it was complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grew_at: Option<Timestamp>,
    /// Number of partners in the file, once it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Time at which it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Export {
    /// Creates an export that starts at `now`.
    #[must_use]
    pub fn start(id: ExportId, brand: &BrandSlug, wanted: PartnerSelector, asked_by: Actor, now: Timestamp) -> Self {
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

    /// Creates an export of all data about one person.
    #[must_use]
    pub fn of_person(id: ExportId, brand: &BrandSlug, person: PartnerId, asked_by: Actor, now: Timestamp) -> Self {
        Self { person: Some(person), ..Self::start(id, brand, PartnerSelector::default(), asked_by, now) }
    }

    /// Returns the status at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ExportState {
        match (self.rows, self.failed_at) {
            (Some(_), _) => ExportState::Completed,
            (None, Some(_)) => ExportState::Failed,
            (None, None) if self.grew_at.unwrap_or(self.created_at) + PATIENCE <= now => ExportState::Failed,
            (None, None) => ExportState::Running,
        }
    }

    /// Returns `true` if workers started on it too often without its file growing. A message whose worker could not
    /// start is no attempt.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.attempts > ATTEMPTS_MAX
    }

    /// Returns the name under which the file is saved.
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
        let running = Export::start(id, &brand, PartnerSelector::default(), Actor::operator(), now);
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
