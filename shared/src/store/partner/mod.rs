//! Writing partners.

pub(super) mod access;
pub(super) mod email_change;
pub(super) mod grants;
pub(super) mod list;
pub(super) mod resend;

pub use email_change::NotMoved;
pub use list::{PartnerPage, PartnerQuery};

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Condition, Entry, Item, MetadataItem, Remember, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    domain::{AccessRefused, Claim, Partner, PartnerEdited, PartnerInvited},
    error::{Error, Result},
};

impl Store {
    /// Writes a new partner, the claim of the address, the event, and the answer that a repetition gets. Without an
    /// `entry`, the caller has read, after the claim, that the address is not marked as that of somebody who was erased.
    ///
    /// # Errors
    /// [`Error::EmailTaken`] if another partner of the brand has the address; it says who. [`Error::AddressErased`] if
    /// whoever had it was erased.
    pub async fn invite(
        &self,
        invited: &PartnerInvited,
        entry: Option<&Entry>,
        remember: Option<Remember>,
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

    /// Writes what a partner is called and what is kept with them, with the event. Of two who do so at once, the last
    /// one stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such partner; [`Error::Access`] if the person was erased.
    pub async fn edit_partner(&self, edited: &PartnerEdited, remember: Option<Remember>) -> Result<()> {
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
                Ok(Some(_)) => AccessRefused::Erased.into(),
                Ok(None) => Error::NotFound("partner"),
                Err(error) => error,
            })
        })
    }
}

/// Where the indexes find a partner: in the roster, and by name.
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

/// Where the search finds the claim of a partner's address.
pub(super) fn claim_place(partner: &Partner) -> Item {
    let (search, entry) = address_entry(partner);
    Item::from([
        ("search_pk".to_owned(), AttributeValue::S(search)),
        ("search_sk".to_owned(), AttributeValue::S(entry)),
    ])
}

/// The partition of the search, and the entry in it, of a partner's name.
pub(super) fn name_entry(partner: &Partner) -> (String, String) {
    let entry = keys::searched(&partner.name.as_str().to_lowercase(), &partner.id);
    (keys::search(&partner.brand, &entry), entry)
}

/// The same of their address.
pub(super) fn address_entry(partner: &Partner) -> (String, String) {
    let entry = keys::searched(partner.email.as_str(), &partner.id);
    (keys::search(&partner.brand, &entry), entry)
}
