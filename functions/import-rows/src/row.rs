//! One partner of a bulk job's chunk, with the keys of the items concerned.

use shared::{
    domain::{Event, EventId, Partner, PartnerId, Selection, event_of_job},
    jobs::PartnersJob,
    store::{Key, keys},
};

/// A partner, with the keys of the partner and of the event that the action writes.
pub(crate) struct Row<'a> {
    pub(crate) number: u64,
    pub(crate) id: &'a PartnerId,
    pub(crate) event: EventId,
    pub(crate) partner_key: Key<Partner>,
    pub(crate) event_key: Key<Event>,
}

/// Returns all rows of a chunk.
pub(crate) fn rows(job: &PartnersJob) -> impl Iterator<Item = Row<'_>> {
    let Selection { at, .. } = &job.selection;
    job.selection.rows().map(|(number, id)| {
        let event = event_of_job(&job.import, id, *at);
        let event_key = keys::partner_event(&job.brand, id, &event);
        Row { number, id, event, partner_key: keys::partner(&job.brand, id), event_key }
    })
}
