//! Writing and listing partners.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Item, Remember, Store, Transaction, WriteError, keys, keys::MetadataItem};
use crate::{
    domain::{BrandSlug, Claim, Partner, PartnerId, PartnerInvited, PartnerState},
    error::{Error, Result},
};

/// Which part of a brand's roster to list, newest first.
#[derive(Debug, Clone)]
pub struct RosterQuery {
    /// Only these states; empty lists nobody.
    pub states: Vec<PartnerState>,
    /// Only partners that come after this one.
    pub after: Option<PartnerId>,
    /// At most so many.
    pub limit: usize,
}

/// A part of a roster.
#[derive(Debug, Clone)]
pub struct RosterPage {
    /// The partners.
    pub partners: Vec<Partner>,
    /// After whom the next part begins, if there is one.
    pub next: Option<PartnerId>,
}

impl Store {
    /// Writes a new partner, the claim of the address, the event, and the answer that a repetition gets.
    ///
    /// # Errors
    /// [`Error::EmailTaken`] if another partner of the brand has the address; it says who.
    pub async fn invite(&self, invited: &PartnerInvited, remember: Option<Remember>) -> Result<()> {
        let PartnerInvited { partner, event, metadata } = invited;
        let claim_key = keys::email(&partner.brand, &partner.email);
        let claim = Claim { id: partner.id.clone() };
        let mut transaction = Transaction::new()
            .create_with(&keys::partner(&partner.brand, &partner.id), partner, roster_place(partner))?
            .create(&claim_key, &claim)?
            .create(&keys::event(event), event)?;
        if let Some(metadata) = metadata {
            let item = MetadataItem { metadata: metadata.clone() };
            transaction = transaction.create(&keys::metadata(&partner.brand, &partner.id), &item)?;
        }
        let Err(refused) = self.act(transaction, remember).await else { return Ok(()) };
        let taken = match refused {
            WriteError::Refused(refusal) => refusal.old(&claim_key)?,
            WriteError::Failed(error) => return Err(error),
        };
        let Some(claim) = taken else { return Err(Error::ChangedMeanwhile) };
        let owner = self.get(&keys::partner(&partner.brand, &claim.id)).await?;
        Err(Error::EmailTaken { owner: owner.map(|owner| (claim.id, owner.state())) })
    }

    /// Lists part of a brand's roster in two read steps: keys from the index, then the records.
    ///
    /// # Errors
    /// If the table can't be read.
    pub async fn roster(&self, brand: &BrandSlug, query: &RosterQuery) -> Result<RosterPage> {
        let lists = query.states.iter().map(|state| self.roster_ids(brand, *state, query));
        let mut ids: Vec<PartnerId> = futures::future::try_join_all(lists).await?.into_iter().flatten().collect();
        // Ids sort by when their partners came in. An index that lags may show one in two states.
        ids.sort_unstable_by(|left, right| right.cmp(left));
        ids.dedup();
        let more = ids.len() > query.limit;
        ids.truncate(query.limit);
        let next = if more { ids.last().cloned() } else { None };
        let keys: Vec<_> = ids.iter().map(|id| keys::partner(brand, id)).collect();
        let found = self.read(keys.iter().map(keys::Key::raw)).await?;
        let partners = keys.iter().map(|key| found.get(key)).collect::<Result<Vec<_>>>()?;
        // The index lags: who just changed state is listed under the old one for a moment.
        let listed = partners.into_iter().flatten().filter(|partner| query.states.contains(&partner.state()));
        Ok(RosterPage { partners: listed.collect(), next })
    }

    async fn roster_ids(&self, brand: &BrandSlug, state: PartnerState, query: &RosterQuery) -> Result<Vec<PartnerId>> {
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("roster")
            .key_condition_expression("roster_pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::roster(brand, state)))
            .scan_index_forward(false)
            .limit(i32::try_from(query.limit + 1).unwrap_or(i32::MAX));
        if let Some(after) = &query.after {
            request = request
                .key_condition_expression("roster_pk = :pk AND roster_sk < :after")
                .expression_attribute_values(":after", AttributeValue::S(after.to_string()));
        }
        let answer = request.send().await.map_err(Error::internal)?;
        let ids = answer.items.unwrap_or_default().into_iter().filter_map(|item| {
            let id = item.get("roster_sk")?.as_s().ok()?;
            PartnerId::parse(id).ok()
        });
        Ok(ids.collect())
    }
}

/// Where the roster index finds a partner.
fn roster_place(partner: &Partner) -> Item {
    let place = keys::roster(&partner.brand, partner.state());
    Item::from([
        ("roster_pk".to_owned(), AttributeValue::S(place)),
        ("roster_sk".to_owned(), AttributeValue::S(partner.id.to_string())),
    ])
}
