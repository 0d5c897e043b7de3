//! The rows of an import's chunk, and the items read for them.

use futures::StreamExt;
use shared::{
    App, Error, ErrorChain, Result,
    domain::{EmailAddress, Import, ImportPlan, Name, RowError, RowOutcome},
    jobs::{RowJob, RowTask, RowsJob},
    store::{Found, Key, keys},
};

/// Number of rows of a chunk that are processed in parallel.
pub(crate) const AT_ONCE: usize = 10;

/// Outcome of a row, and its details if it is a problem.
pub(crate) type Came = (RowOutcome, Option<RowError>);

/// A chunk of rows, and the items read for it.
pub(crate) struct Rows<'a> {
    pub(crate) app: &'a App,
    pub(crate) job: &'a RowsJob,
    pub(crate) import: Import,
    pub(crate) plan: ImportPlan,
    /// The claims on the email addresses, and their suppressions.
    pub(crate) found: Found,
    /// The existing partners, and the erasure tombstones of the other email addresses.
    pub(crate) people: Found,
    ended: bool,
    /// True if there were too many attempts, so that the remaining rows fail.
    pub(crate) given_up: bool,
}

/// A person to invite.
#[derive(Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) number: u64,
    pub(crate) email: &'a EmailAddress,
    pub(crate) name: &'a Name,
    pub(crate) programs: &'a [u8],
}

impl<'a> Rows<'a> {
    /// Reads the items in one step, and the existing partners in another; `None` if the import doesn't exist any more.
    pub(crate) async fn find(app: &'a App, job: &'a RowsJob, given_up: bool) -> Result<Option<Self>> {
        let brand = &job.brand;
        let (import, plan) = (keys::import(brand, &job.import), keys::import_plan(brand, &job.import));
        let chunk = keys::import_chunk(brand, &job.import, job.chunk);
        let claims: Vec<_> = people(job).map(|person| keys::email(brand, person.email)).collect();
        let refused = people(job).map(|person| keys::address(brand, person.email).raw());
        let wanted = [import.raw(), plan.raw(), chunk.raw()].into_iter();
        let found = app.store.read(wanted.chain(claims.iter().map(Key::raw)).chain(refused)).await?;
        let Some(import) = found.get(&import)? else { return Ok(None) };
        // A chunk that was sent but wasn't recorded before dispatching ended isn't part of the import.
        if import.all_sent && job.chunk >= import.chunks_sent {
            return Ok(None);
        }
        let plan = found.get(&plan)?.ok_or(Error::NotFound("plan"))?;
        let known = people(job).zip(&claims).map(|(person, claim)| match found.get(claim)? {
            Some(claim) => Ok(keys::partner(brand, &claim.id).raw()),
            // Erasing deletes the claim and writes the tombstone in one transaction: read after the claim,
            // the tombstone isn't missed.
            None => Ok(keys::erased(brand, &app.erasure_mark(brand, person.email)?).raw()),
        });
        let people = app.store.read(known.collect::<Result<Vec<_>>>()?).await?;
        let ended = found.get(&chunk)?.is_some();
        Ok(Some(Self { app, job, import, plan, found, people, ended, given_up }))
    }

    /// True if the outcomes were already written.
    pub(crate) fn have_ended(&self) -> bool {
        self.ended
    }

    /// Processes all rows, and returns the outcomes in the same order. One failure doesn't stop the others.
    pub(crate) async fn bring_in(&self) -> Result<Vec<Came>> {
        let came: Vec<_> = self.job.rows.iter().map(|row| self.row(row)).collect();
        let came: Vec<_> = futures::stream::iter(came).buffered(AT_ONCE).collect().await;
        came.into_iter().collect()
    }

    async fn row(&self, row: &RowJob) -> Result<Came> {
        let person = match &row.what {
            RowTask::Decided(problem) => return Ok((problem.outcome, Some(problem.clone()))),
            RowTask::Bring { email, name, programs } => Person { number: row.number, email, name, programs },
        };
        let outcome = match self.person(person).await {
            Err(error) if self.given_up => {
                tracing::error!(import.id = %self.job.import, import.row = row.number, "a row failed: {}", ErrorChain(&error));
                RowOutcome::Failed
            }
            came => came?,
        };
        let row_error = || RowError { row: row.number, outcome, email: person.email.to_string(), detail: None };
        Ok((outcome, outcome.is_problem().then(row_error)))
    }
}

/// Returns the rows of a chunk that contain a person.
fn people(job: &RowsJob) -> impl Iterator<Item = Person<'_>> {
    job.rows.iter().filter_map(|row| match &row.what {
        RowTask::Bring { email, name, programs } => Some(Person { number: row.number, email, name, programs }),
        RowTask::Decided(_) => None,
    })
}
