//! Stores new and edited partners.

pub(super) mod access;
pub(super) mod email_change;
pub(super) mod grants;
pub(super) mod list;
pub(super) mod resend;

pub use email_change::EmailChangeError;
pub use list::{PartnerPage, PartnerQuery};

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    Condition, ErasureGuard, IdempotencyRecord, Item, MetadataItem, Store, Transaction, Update, WriteError, attribute,
    keys,
};
use crate::{
    domain::{AccessError, Claim, Partner, PartnerEdited, PartnerInvited},
    error::{Error, Result},
};

impl Store {
    /// Writes a new partner, the claim on the email address, the event, and the response for repeated requests. Without
    /// an `entry`, the caller must have read, after the claim, that there is no erasure tombstone for the email
    /// address.
    ///
    /// # Errors
    /// [`Error::EmailTaken`], with the owner, if another partner of the brand has the email address.
    /// [`Error::AddressErased`] if the person with this email address was erased.
    pub async fn invite(
        &self,
        invited: &PartnerInvited,
        entry: Option<&ErasureGuard>,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let PartnerInvited { partner, event, metadata, origin } = invited;
        let claim_key = keys::email(&partner.brand, &partner.email);
        let claim = Claim { id: partner.id.clone(), origin: origin.clone() };
        let mut transaction = Transaction::new()
            .create_with(&keys::partner(&partner.brand, &partner.id), partner, places(partner))?
            .create_with(&claim_key, &claim, claim_place(partner))?
            .create(&keys::event(event), event)?;
        if let Some(metadata) = metadata {
            let item = MetadataItem { metadata: metadata.clone() };
            transaction = transaction.create(&keys::metadata(&partner.brand, &partner.id), &item)?;
        }
        if let Some(entry) = entry {
            transaction = entry.guard(transaction, &partner.brand);
        }
        let erased = entry.map(|entry| keys::erased(&partner.brand, &entry.mark));
        let Err(refused) = self.act(transaction, remember).await else { return Ok(()) };
        let taken = match refused {
            WriteError::Refused(refusal) => match refusal.old(&claim_key)? {
                None if erased.is_some_and(|mark| refusal.is_of(&mark)) => return Err(Error::AddressErased),
                taken => taken,
            },
            WriteError::Failed(error) => return Err(error),
        };
        let Some(claim) = taken else { return Err(Error::ChangedMeanwhile) };
        let owner = self.get(&keys::partner(&partner.brand, &claim.id)).await?;
        Err(Error::EmailTaken { owner: owner.map(|owner| (claim.id, owner.state())) })
    }

    /// Writes a partner's name and metadata, with the event. Of two concurrent edits, the last one wins.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such partner; [`Error::Access`] if the partner was erased.
    pub async fn edit_partner(&self, edited: &PartnerEdited, remember: Option<IdempotencyRecord>) -> Result<()> {
        let PartnerEdited { partner, renamed, metadata, event } = edited;
        if !renamed && metadata.is_none() {
            return self.remember(remember).await;
        }
        let key = keys::partner(&partner.brand, &partner.id);
        let mut update = Update::of(&key).when(Condition::Absent("erased_at"));
        if *renamed {
            let (list, entry) = name_entry(partner);
            update = update
                .set("name", attribute(&partner.name)?)
                .set("search_pk", AttributeValue::S(list))
                .set("search_sk", AttributeValue::S(entry));
        }
        let mut transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        if let Some(metadata) = metadata {
            let item = MetadataItem { metadata: metadata.clone() };
            let anything = Condition::Any(vec![Condition::Absent("pk"), Condition::Present("pk")]);
            transaction = transaction.replace(&keys::metadata(&partner.brand, &partner.id), &item, anything)?;
        }
        self.act(transaction, remember).await.map_err(|error| {
            error.or(|refusal| match refusal.old(&key) {
                Ok(Some(_)) => AccessError::Erased.into(),
                Ok(None) => Error::NotFound("partner"),
                Err(error) => error,
            })
        })
    }
}

/// Returns the attributes under which the indexes list a partner: in the roster, and by name.
pub(super) fn places(partner: &Partner) -> Item {
    let list = keys::roster(&partner.brand, partner.state());
    let (search, entry) = name_entry(partner);
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(list)),
        ("list_sk".to_owned(), AttributeValue::S(partner.id.to_string())),
        ("search_pk".to_owned(), AttributeValue::S(search)),
        ("search_sk".to_owned(), AttributeValue::S(entry)),
    ])
}

/// Returns the attributes under which the search finds the claim on a partner's email address.
pub(super) fn claim_place(partner: &Partner) -> Item {
    let (search, entry) = address_entry(partner);
    Item::from([
        ("search_pk".to_owned(), AttributeValue::S(search)),
        ("search_sk".to_owned(), AttributeValue::S(entry)),
    ])
}

/// Returns the partition of the search index for a partner's name, and the sort key in it.
pub(super) fn name_entry(partner: &Partner) -> (String, String) {
    let entry = keys::searched(&partner.name.as_str().to_lowercase(), &partner.id);
    (keys::search(&partner.brand, &entry), entry)
}

/// Returns the same for their email address.
pub(super) fn address_entry(partner: &Partner) -> (String, String) {
    let entry = keys::searched(partner.email.as_str(), &partner.id);
    (keys::search(&partner.brand, &entry), entry)
}
