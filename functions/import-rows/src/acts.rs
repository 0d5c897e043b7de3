//! Bulk jobs: applies an action to each partner of a chunk.

use futures::StreamExt;
use shared::{
    App, Error, ErrorChain, Result,
    domain::{BulkAction, Import, Partner, RowError, RowOutcome},
    jobs::PartnersJob,
    store::{Found, keys},
};

use crate::{
    row::{Row, rows},
    rows::{AT_ONCE, Came},
    write::write,
};

/// Number of attempts when a partner is changed concurrently.
const LOOKS_MAX: usize = 5;

/// A chunk of partners, and the items read for it.
pub(crate) struct Acts<'a> {
    app: &'a App,
    job: &'a PartnersJob,
    import: Import,
    action: BulkAction,
    /// The partners, and the events of what this job already did to them.
    found: Found,
    ended: bool,
    /// True if the program to grant is archived or doesn't exist.
    closed: bool,
    given_up: bool,
}

impl<'a> Acts<'a> {
    /// Reads the items in one step, and the program to grant in another; `None` if there is nothing left to do.
    pub(crate) async fn find(app: &'a App, job: &'a PartnersJob, given_up: bool) -> Result<Option<Self>> {
        let (import, chunk) =
            (keys::import(&job.brand, &job.import), keys::import_chunk(&job.brand, &job.import, job.chunk));
        let rows = rows(job).flat_map(|row| [row.partner_key.raw(), row.event_key.raw()]);
        let found = app.store.read([import.raw(), chunk.raw()].into_iter().chain(rows)).await?;
        let Some(import) = found.get(&import)? else { return Ok(None) };
        // A chunk that was sent but wasn't recorded before dispatching ended isn't part of the import.
        if import.all_sent && job.chunk >= import.chunks_sent {
            return Ok(None);
        }
        let Some(action) = import.bulk().map(|bulk| bulk.action.clone()) else { return Ok(None) };
        let ended = found.get(&chunk)?.is_some();
        let closed = if let BulkAction::Grant { program } = &action {
            let program = app.store.get(&keys::program(&job.brand, program)).await?;
            !program.is_some_and(|program| program.is_live())
        } else {
            false
        };
        Ok(Some(Self { app, job, import, action, found, ended, closed, given_up }))
    }

    /// True if the outcomes were already written.
    pub(crate) fn have_ended(&self) -> bool {
        self.ended
    }

    /// Applies the action to all partners, and returns the outcomes in the same order. One
    /// failure doesn't stop the others.
    pub(crate) async fn act(&self) -> Result<Vec<Came>> {
        let came: Vec<_> = rows(self.job).map(|row| self.row(row)).collect();
        let came: Vec<_> = futures::stream::iter(came).buffered(AT_ONCE).collect().await;
        came.into_iter().collect()
    }

    async fn row(&self, row: Row<'_>) -> Result<Came> {
        let partner = self.found.get(&row.partner_key)?;
        let email = partner.as_ref().map_or_else(|| row.id.to_string(), |partner| partner.email.to_string());
        let outcome = match self.partner(&row, partner).await {
            Err(error) if self.given_up => {
                tracing::error!(import.id = %self.job.import, import.row = row.number, "a row failed: {}", ErrorChain(&error));
                RowOutcome::Failed
            }
            came => came?,
        };
        let problem = RowError { row: row.number, outcome, email, detail: None };
        Ok((outcome, outcome.is_problem().then_some(problem)))
    }

    /// After a concurrent change, the partner is read again and its current state decides.
    async fn partner(&self, row: &Row<'_>, mut partner: Option<Partner>) -> Result<RowOutcome> {
        let mut acted = self.found.get(&row.event_key)?.is_some();
        for _ in 0..LOOKS_MAX {
            // This same row did it, in an earlier attempt or in another worker.
            if acted {
                return Ok(self.action.done());
            }
            let Some(known) = partner else { return Ok(RowOutcome::UnknownPartner) };
            let by = self.import.asked_by.clone();
            let change = match self.action.act(known, row.event.clone(), by, self.app.now()) {
                Ok(change) => change.by_job(&self.import.id),
                // The items read together may be from different moments: perhaps this same row made the
                // change in another worker.
                Err(instead) => {
                    let acted = self.app.store.get(&row.event_key).await?.is_some();
                    return Ok(if acted { self.action.done() } else { instead });
                }
            };
            if let Some(outcome) = self.stopped() {
                return Ok(outcome);
            }
            if write(self.app, &change).await? {
                return Ok(self.action.done());
            }
            let found = self.app.store.read([row.partner_key.raw(), row.event_key.raw()]).await?;
            partner = found.get(&row.partner_key)?;
            acted = found.get(&row.event_key)?.is_some();
        }
        Err(Error::Busy)
    }

    /// Returns the outcome if nothing may be written for rows any more.
    fn stopped(&self) -> Option<RowOutcome> {
        if self.import.cancelled_at.is_some() {
            Some(RowOutcome::Cancelled)
        } else if self.closed {
            Some(RowOutcome::UnknownProgram)
        } else {
            self.given_up.then_some(RowOutcome::Failed)
        }
    }
}
