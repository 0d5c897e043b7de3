//! The connection with the Network: its settings, the calls each way, and what the Network was told of partners.
//!
//! Whoever tells the Network of a partner takes them up for a while first, so that no two tell at once, and a telling of
//! which nobody knows how it ended is told again.

pub(super) mod approvals;
pub(super) mod backfills;

pub use approvals::NotApproved;
pub use backfills::BackfillClaimed;

use jiff::Timestamp;

use super::{Condition, Lease, Remember, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    domain::{
        BrandSlug, Event, NetworkCall, NetworkConnection, NetworkNote, Partner, PartnerId, PushFailure, last_calls,
    },
    error::{Error, Result},
};

/// What came of taking a partner up to tell the Network of them.
#[derive(Debug)]
pub enum PushClaimed {
    /// They are ours to tell of, as they are now.
    Ours(Box<Partner>),
    /// Somebody else is at it: a backfill by its id, or a push by its message.
    Theirs {
        /// Who.
        by: String,
    },
    /// There is nobody to tell of.
    Gone,
}

impl Store {
    /// Writes a connection over the one that was read, with the event that tells of it.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if somebody else changed it.
    pub async fn set_network(
        &self,
        (before, connection): (Option<&NetworkConnection>, &NetworkConnection),
        event: &Event,
        remember: Option<Remember>,
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
                    // Another address may be up.
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

    /// Ends a connection, with the event that tells of it. What was brought by it stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] if somebody else was faster.
    pub async fn end_network(&self, brand: &BrandSlug, event: &Event, remember: Option<Remember>) -> Result<()> {
        let transaction = Transaction::new()
            .delete(&keys::network(brand), Condition::Present("pk"))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("connection")))
    }

    /// Counts a message of a kind that we don't know.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn count_ignored(&self, brand: &BrandSlug) -> Result<()> {
        let key = keys::network(brand);
        self.update_if(&key, Update::of(&key).add("ignored", 1)).await.map(drop)
    }

    /// Keeps a call for those who look at the connection.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_call(&self, brand: &BrandSlug, call: &NetworkCall) -> Result<()> {
        self.put_whole(&keys::network_call(brand, &call.id), call).await
    }

    /// The last calls each way, newest first.
    ///
    /// # Errors
    /// If the table can't be read.
    pub async fn last_calls(&self, brand: &BrandSlug, limit: usize) -> Result<Vec<NetworkCall>> {
        let (noted, held, taken) = futures::try_join!(
            self.newest(keys::network_calls(brand), None, limit),
            self.approvals(brand, true, limit),
            self.approvals(brand, false, limit),
        )?;
        Ok(last_calls(noted.0, held.iter().chain(&taken), limit))
    }

    /// Notes that the Network could not be reached, and until when nobody tries again.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_network_down(
        &self,
        connection: &NetworkConnection,
        until: Timestamp,
        (said, locked): (&str, bool),
    ) -> Result<()> {
        let key = keys::network(&connection.brand);
        let update = Update::of(&key)
            // What was heard by an old token says nothing of a new one.
            .when(Condition::Is("revision", attribute(connection.revision)?))
            .set("down_until", attribute(until.as_millisecond())?)
            .set("down_said", attribute(said)?)
            .set("locked", attribute(locked)?)
            .set_once("down_since", attribute(self.now())?);
        self.update_if(&key, update).await.map(drop)
    }

    /// Notes that the Network was reached again.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_network_up(&self, connection: &NetworkConnection) -> Result<()> {
        if connection.down_since.is_none() {
            return Ok(());
        }
        let key = keys::network(&connection.brand);
        let update = up(Update::of(&key)).when(Condition::Present("down_since"));
        self.update_if(&key, update).await.map(drop)
    }

    /// Takes a partner up, to tell this Network of them as they are now.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn claim_push(
        &self,
        (connection, id): (&NetworkConnection, &PartnerId),
        claim: &Lease,
    ) -> Result<PushClaimed> {
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
            Ok(partner) => Ok(PushClaimed::Ours(Box::new(partner))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.text(&key, "push_by") {
                Some(by) => PushClaimed::Theirs { by: by.to_owned() },
                None => PushClaimed::Gone,
            }),
        }
    }

    /// Notes what the Network was told of a partner, and lets go of them; gives back how they are now, or `None` if
    /// somebody else took them up meanwhile.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn settle_push(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        note: &NetworkNote,
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

    /// Lets go of a partner of whom the Network was surely not told.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn drop_push(&self, (brand, id): (&BrandSlug, &PartnerId), claim: &Lease) -> Result<()> {
        let key = keys::partner(brand, id);
        self.update_if(&key, let_go(Update::of(&key), claim)?).await.map(drop)
    }

    /// Keeps that the Network could finally not be told of a partner.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_push_failure(&self, brand: &BrandSlug, failure: &PushFailure) -> Result<()> {
        self.put_whole(&keys::push_failure(brand, &failure.partner), failure).await
    }

    /// Deletes what is kept of a failure, unless it failed once more meanwhile.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn forget_push_failure(&self, brand: &BrandSlug, failure: &PushFailure) -> Result<()> {
        let same = Condition::Is("at", attribute(failure.at)?);
        let transaction = Transaction::new().delete(&keys::push_failure(brand, &failure.partner), same);
        match self.commit(transaction).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Has the Network told once more of a partner of whom it could not be told: the event does it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if that is not so, or not any more.
    pub async fn push_again(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &Event,
        remember: Option<Remember>,
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
