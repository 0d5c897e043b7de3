//! Mails anew are of the same day's limit as the invitations of imports.

use shared::{
    App, Result,
    domain::{IMPORT_DAYS_MAX, Import, ImportFailure, Selection},
    store::keys,
};

/// How many people a day takes; `None` if they get no mail.
pub(crate) async fn limit(app: &App, import: &Import) -> Result<Option<u64>> {
    if !import.invites() {
        return Ok(None);
    }
    let brand = app.store.get(&keys::brand(&import.brand)).await?.map_or(0, |brand| brand.daily_invites);
    Ok(Some(Import::people_a_day(brand, app.config.bulk_emails_a_day())))
}

/// Why so many can't be mailed, if that is so.
pub(crate) fn unable(selected: u64, limit: Option<u64>) -> Option<ImportFailure> {
    let limit = limit?;
    if limit == 0 {
        let sentence = "Jobs of this brand may mail invitations to nobody. Nothing was done.";
        return Some(ImportFailure::new("over_limit", sentence));
    }
    let days = Import::days_for(selected, limit);
    let message = format!(
        "At {limit} people a day these {selected} partners would take {days} days; at most {IMPORT_DAYS_MAX} are waited for. Choose fewer; nothing was done."
    );
    (days > IMPORT_DAYS_MAX).then(|| ImportFailure::new("too_many_days", message))
}

/// How many of some chunks the day has room for, and the day: all, or the first, or `None`. A limit that was lowered
/// still takes a chunk.
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
    // So must the deployment, if that was made smaller.
    let deployment = app.config.bulk_emails_a_day().map(|most| most.max(people(first)));
    for some in [selections, first] {
        if let Some(day) = app.store.take_of_today(&import.brand, people(some), (limit, deployment)).await? {
            return Ok(Some((some.len(), Some(day))));
        }
    }
    Ok(None)
}

/// How many they are.
pub(crate) fn people(selections: &[Selection]) -> u64 {
    selections.iter().flat_map(|selection| &selection.partners).map(|_| 1).sum()
}
