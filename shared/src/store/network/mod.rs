//! The connection to the Network: its settings, the calls in both directions, and the sync of partners.
//!
//! A worker claims a partner with a lease before it syncs them, so that no two workers do so at the same time. A sync
//! whose outcome is unknown is repeated.

pub(super) mod approvals;
pub(super) mod backfills;

pub use approvals::ApprovalError;
pub use backfills::BackfillClaim;

use jiff::Timestamp;

use super::{Condition, IdempotencyRecord, Lease, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    domain::{
        BrandSlug, Event, NetworkCall, NetworkConnection, NetworkSync, Partner, PartnerId, PushFailure, last_calls,
    },
    error::{Error, Result},
};

/// The outcome of claiming a partner for a sync.
#[derive(Debug)]
pub enum PushClaim {
    /// This worker syncs the partner, with the data returned here.
    Ours(Box<Partner>),
    /// Another worker has the lease: a backfill, identified by its ID, or a single sync, identified by its message.
    Theirs {
        /// The holder of the lease.
        by: String,
    },
    /// There is no such partner.
    Gone,
}

impl Store {
    /// Writes a connection, replacing the one that was read, with the event.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if another admin changed it.
    pub async fn set_network(
        &self,
        (before, connection): (Option<&NetworkConnection>, &NetworkConnection),
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let key = keys::network(&connection.brand);
        let transaction = match before {
            None => Transaction::new().create(&key, connection)?,
            Some(before) => {
                let mut update = up(Update::of(&key))
                    .set("url", attribute(&connection.url)?)
                    .set("token", attribute(&connection.token)?)
                    .set("secret", attribute(&connection.secret)?)
                    .set("revision", attribute(connection.revision)?)
                    // After a change, the connection counts as up: another URL may be reachable.
                    .when(Condition::Is("revision", attribute(before.revision)?));
                if !connection.former_secrets.is_empty() {
                    update = update.set("former_secrets", attribute(&connection.former_secrets)?);
                }
                Transaction::new().update(update)
            }
        };
        let transaction = transaction.create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Deletes a connection, with the event. Partners that were created through it stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was deleted in the meantime.
    pub async fn end_network(
        &self,
        brand: &BrandSlug,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let transaction = Transaction::new()
            .delete(&keys::network(brand), Condition::Present("pk"))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("connection")))
    }

    /// Counts a message of an unknown type.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn count_ignored(&self, brand: &BrandSlug) -> Result<()> {
        let key = keys::network(brand);
        self.update_if(&key, Update::of(&key).add("ignored", 1)).await.map(drop)
    }

    /// Records a call for the admins who check the connection.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_call(&self, brand: &BrandSlug, call: &NetworkCall) -> Result<()> {
        self.put_whole(&keys::network_call(brand, &call.id), call).await
    }

    /// Lists the latest calls in both directions, newest first.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn last_calls(&self, brand: &BrandSlug, limit: usize) -> Result<Vec<NetworkCall>> {
        let (noted, held, taken) = futures::try_join!(
            self.newest(keys::network_calls(brand), None, limit),
            self.approvals(brand, true, limit),
            self.approvals(brand, false, limit),
        )?;
        Ok(last_calls(noted.0, held.iter().chain(&taken), limit))
    }

    /// Records that the Network could not be reached, and the time until which no worker tries again.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_network_down(
        &self,
        connection: &NetworkConnection,
        until: Timestamp,
        (said, locked): (&str, bool),
    ) -> Result<()> {
        let key = keys::network(&connection.brand);
        let update = Update::of(&key)
            // The outcome of a call with an old token is irrelevant for a new one.
            .when(Condition::Is("revision", attribute(connection.revision)?))
            .set("down_until", attribute(until.as_millisecond())?)
            .set("down_said", attribute(said)?)
            .set("locked", attribute(locked)?)
            .set_once("down_since", attribute(self.now())?);
        self.update_if(&key, update).await.map(drop)
    }

    /// Records that the Network was reached again.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_network_up(&self, connection: &NetworkConnection) -> Result<()> {
        if connection.down_since.is_none() {
            return Ok(());
        }
        let key = keys::network(&connection.brand);
        let update = up(Update::of(&key)).when(Condition::Present("down_since"));
        self.update_if(&key, update).await.map(drop)
    }

    /// Claims a partner, to send their current data to this Network.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_push(
        &self,
        (connection, id): (&NetworkConnection, &PartnerId),
        claim: &Lease,
    ) -> Result<PushClaim> {
        let key = keys::partner(&connection.brand, id);
        let now = self.now();
        let free = Condition::Any(vec![
            Condition::Absent("push_until"),
            Condition::Below("push_until", attribute(now.as_millisecond())?),
            Condition::Is("push_by", attribute(&claim.by)?),
        ]);
        let until = (now + claim.lease).as_millisecond();
        let update = Update::of(&key)
            .set("push_until", attribute(until)?)
            .set("push_by", attribute(&claim.by)?)
            .set("push_to", attribute(connection.url.host())?)
            .when(free);
        match self.update(&key, update).await {
            Ok(partner) => Ok(PushClaim::Ours(Box::new(partner))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.text(&key, "push_by") {
                Some(by) => PushClaim::Theirs { by: by.to_owned() },
                None => PushClaim::Gone,
            }),
        }
    }

    /// Records the result of a partner's sync and releases the lease. Returns the partner's current data, or `None` if
    /// another worker has claimed them in the meantime.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn settle_push(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        note: &NetworkSync,
        claim: &Lease,
    ) -> Result<Option<Partner>> {
        let key = keys::partner(brand, id);
        let update = let_go(Update::of(&key).set("network", attribute(note)?), claim)?;
        match self.update(&key, update).await {
            Ok(partner) => Ok(Some(partner)),
            Err(WriteError::Refused(_)) => Ok(None),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Releases a partner who has certainly not been sent to the Network.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn drop_push(&self, (brand, id): (&BrandSlug, &PartnerId), claim: &Lease) -> Result<()> {
        let key = keys::partner(brand, id);
        self.update_if(&key, let_go(Update::of(&key), claim)?).await.map(drop)
    }

    /// Records that a partner couldn't be sent to the Network for good.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_push_failure(&self, brand: &BrandSlug, failure: &PushFailure) -> Result<()> {
        self.put_whole(&keys::push_failure(brand, &failure.partner), failure).await
    }

    /// Deletes the record of a failure, unless the sync has failed again in the meantime.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn forget_push_failure(&self, brand: &BrandSlug, failure: &PushFailure) -> Result<()> {
        let same = Condition::Is("at", attribute(failure.at)?);
        let transaction = Transaction::new().delete(&keys::push_failure(brand, &failure.partner), same);
        match self.commit(transaction).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Requests another sync of a partner whose sync failed: it follows from the event.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no recorded failure, or no longer one.
    pub async fn push_again(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let transaction = Transaction::new()
            .delete(&keys::push_failure(brand, id), Condition::Present("pk"))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("failed push")))
    }
}

fn up(update: Update) -> Update {
    update.remove("down_until").remove("down_since").remove("down_said").remove("locked")
}

fn let_go(update: Update, claim: &Lease) -> Result<Update> {
    let ours = Condition::Is("push_by", attribute(&claim.by)?);
    Ok(update.remove("push_until").remove("push_by").remove("push_to").when(ours))
}
