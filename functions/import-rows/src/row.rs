//! One partner of a chunk: who they are, and where the mark of what was done to them is.

use shared::{
    domain::{Event, EventId, Partner, PartnerId, Selection, event_of_job},
    queue::PartnersJob,
    store::{Key, keys},
};

/// One of them, by where they are and where the event of what is done to them is.
pub(crate) struct Row<'a> {
    pub(crate) number: u64,
    pub(crate) id: &'a PartnerId,
    pub(crate) event: EventId,
    pub(crate) partner_key: Key<Partner>,
    pub(crate) event_key: Key<Event>,
}

/// All of a chunk.
pub(crate) fn rows(job: &PartnersJob) -> impl Iterator<Item = Row<'_>> {
    let Selection { at, .. } = &job.selection;
    job.selection.rows().map(|(number, id)| {
        let event = event_of_job(&job.import, id, *at);
        let event_key = keys::partner_event(&job.brand, id, &event);
        Row { number, id, event, partner_key: keys::partner(&job.brand, id), event_key }
    })
}
