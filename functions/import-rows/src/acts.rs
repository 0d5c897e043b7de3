//! Partners of the roster to each of whom something is done.

use futures::StreamExt;
use shared::{
    App, Chain, Error, Result,
    domain::{BulkAction, Import, Partner, RowOutcome, RowProblem},
    queue::PartnersJob,
    store::{Found, keys},
};

use crate::{
    row::{Row, rows},
    rows::{AT_ONCE, Came},
    write::write,
};

/// How often a partner is looked at again whom somebody else changes at the same moment.
const LOOKS_MAX: usize = 5;

/// A chunk of them, and what is known of them.
pub(crate) struct Acts<'a> {
    app: &'a App,
    job: &'a PartnersJob,
    import: Import,
    action: BulkAction,
    /// They, and the events of what was done to them before.
    found: Found,
    ended: bool,
    /// Whether the program that is to be granted is open no more.
    closed: bool,
    given_up: bool,
}

impl<'a> Acts<'a> {
    /// Reads what is known in one step, and the program that is granted in another; `None` if there is nothing to be done any more.
    pub(crate) async fn find(app: &'a App, job: &'a PartnersJob, given_up: bool) -> Result<Option<Self>> {
        let (import, chunk) =
            (keys::import(&job.brand, &job.import), keys::import_chunk(&job.brand, &job.import, job.chunk));
        let rows = rows(job).flat_map(|row| [row.partner_key.raw(), row.event_key.raw()]);
        let found = app.store.read([import.raw(), chunk.raw()].into_iter().chain(rows)).await?;
        let Some(import) = found.get(&import)? else { return Ok(None) };
        // What went out without its being noted, before the import was closed, is not waited for.
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

    /// Whether what came of them was written before.
    pub(crate) fn have_ended(&self) -> bool {
        self.ended
    }

    /// Does it to everybody, and says what came of each, in their order. One that fails doesn't keep the others.
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
                tracing::error!(import.id = %self.job.import, import.row = row.number, "a row failed: {}", Chain(&error));
                RowOutcome::Failed
            }
            came => came?,
        };
        let problem = RowProblem { row: row.number, outcome, email, detail: None };
        Ok((outcome, outcome.is_problem().then_some(problem)))
    }

    /// Whoever stands in the way is looked at again: what holds at that moment decides.
    async fn partner(&self, row: &Row<'_>, mut partner: Option<Partner>) -> Result<RowOutcome> {
        let mut acted = self.found.get(&row.event_key)?.is_some();
        for _ in 0..LOOKS_MAX {
            // It was this very row, before or in another worker's hands.
            if acted {
                return Ok(self.action.done());
            }
            let Some(known) = partner else { return Ok(RowOutcome::UnknownPartner) };
            let by = self.import.asked_by.clone();
            let change = match self.action.act(known, row.event.clone(), by, self.app.now()) {
                Ok(change) => change.by_job(&self.import.id),
                // What is read together is of no one moment: perhaps it is so by this very row, in another worker's hands.
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

    /// Why nothing is written for a row any more, if that is so.
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
