//! Applies the daily limit to bulk resends, which share it with the invitations of imports.

use shared::{
    App, Result,
    domain::{IMPORT_DAYS_MAX, Import, ImportFailure, Selection},
    store::keys,
};

/// Returns how many people a day has room for; `None` if the job sends no emails.
pub(crate) async fn limit(app: &App, import: &Import) -> Result<Option<u64>> {
    if !import.invites() {
        return Ok(None);
    }
    let brand = app.store.get(&keys::brand(&import.brand)).await?.map_or(0, |brand| brand.daily_invites);
    Ok(Some(Import::people_a_day(brand, app.config.bulk_emails_a_day())))
}

/// Returns the failure if so many can't be emailed.
pub(crate) fn unable(selected: u64, limit: Option<u64>) -> Option<ImportFailure> {
    let limit = limit?;
    if limit == 0 {
        let sentence = "Bulk invitations are turned off for this brand. Nothing was done.";
        return Some(ImportFailure::new("over_limit", sentence));
    }
    let days = Import::days_for(selected, limit);
    let message = format!(
        "At {limit} people a day these {selected} partners would take {days} days; the limit is {IMPORT_DAYS_MAX} days. Select fewer. Nothing was done."
    );
    (days > IMPORT_DAYS_MAX).then(|| ImportFailure::new("too_many_days", message))
}

/// Reserves room in the daily limit for all of the chunks, or else for the first. Returns their number and the day;
/// `None` if the day is full. A limit that was lowered still has room for one chunk.
pub(crate) async fn room(
    app: &App,
    import: &Import,
    (selections, limit): (&[Selection], Option<u64>),
) -> Result<Option<(usize, Option<i64>)>> {
    let Some(limit) = limit.filter(|_| import.cancelled_at.is_none()) else {
        return Ok(Some((selections.len(), None)));
    };
    let first = selections.get(..1).unwrap_or_default();
    let limit = limit.max(people(first));
    // The same applies if the deployment's limit was lowered.
    let deployment = app.config.bulk_emails_a_day().map(|most| most.max(people(first)));
    for some in [selections, first] {
        if let Some(day) = app.store.take_of_today(&import.brand, people(some), (limit, deployment)).await? {
            return Ok(Some((some.len(), Some(day))));
        }
    }
    Ok(None)
}

/// Counts the partners.
pub(crate) fn people(selections: &[Selection]) -> u64 {
    selections.iter().flat_map(|selection| &selection.partners).map(|_| 1).sum()
}
