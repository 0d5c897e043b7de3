//! Stores share links.

use super::{Condition, IdempotencyRecord, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    domain::{Invalid, LinkClaim, LinkCreated, LinkDeleted, LinkError},
    error::{Error, Result},
};

/// The number of links that a partner can ever create: deleted ones still count, since they retain their keys.
pub(super) const LINKS_MAX: u32 = 1_000;

impl Store {
    /// Writes a link, the claim on its key, and the event. The transaction checks again that the partner may create the
    /// link, so removing the grant at the same moment prevents it.
    ///
    /// # Errors
    /// [`Error::Link`]; `too_many_links`.
    pub async fn create_link(&self, created: &LinkCreated, remember: Option<IdempotencyRecord>) -> Result<()> {
        let LinkCreated { link, event } = created;
        let partner = keys::partner(&link.brand, &link.partner);
        let claim_key = keys::link_claim(&link.brand, &link.key);
        let claim = LinkClaim {
            key: link.key.clone(),
            partner: link.partner.clone(),
            program: link.program.clone(),
            destination: link.destination.clone(),
            deleted_at: None,
        };
        let room = vec![Condition::Absent("links"), Condition::Below("links", attribute(LINKS_MAX)?)];
        let counted = Update::of(&partner)
            .add("links", 1)
            .set_once("first_link_at", attribute(link.created_at)?)
            .when(Condition::Absent("revoked_at"))
            .when(Condition::Present("activated_at"))
            .when(Condition::Holds("grants", link.program.to_string()))
            .when(Condition::Any(room));
        let transaction = Transaction::new()
            .update(counted)
            .create(&claim_key, &claim)?
            .create(&keys::share_link(&link.brand, &link.partner, &link.key), link)?
            .create(&keys::event(event), event)?;
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        if let Some(now) = refusal.old(&partner)? {
            now.may_link()?;
            if !now.grants.contains_key(&link.program) {
                return Err(LinkError::NotGranted.into());
            }
            let message = format!("A partner can create at most {LINKS_MAX} links, deleted ones included.");
            return Err(Invalid::new("too_many_links", message).into());
        }
        Err(LinkError::KeyTaken.into())
    }

    /// Flags a link and the claim on its key as deleted, with the event. The claim stays, so that no one else gets the
    /// key.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was deleted in the meantime.
    pub async fn delete_link(&self, deleted: &LinkDeleted, remember: Option<IdempotencyRecord>) -> Result<()> {
        let LinkDeleted { link, event } = deleted;
        let gone = |update: Update| -> Result<Update> {
            Ok(update.set("deleted_at", attribute(link.deleted_at)?).when(Condition::Absent("deleted_at")))
        };
        let transaction = Transaction::new()
            .update(gone(Update::of(&keys::link_claim(&link.brand, &link.key)))?)
            .update(gone(Update::of(&keys::share_link(&link.brand, &link.partner, &link.key)))?)
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("link")))
    }
}
