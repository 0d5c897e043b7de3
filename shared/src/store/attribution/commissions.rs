//! Settles and lists commissions.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{BrandSlug, Commission, CommissionId, CommissionSettled, CommissionState, Counters, Partner, PartnerId},
    error::{Error, Result},
    store::{Condition, IdempotencyRecord, Item, RawKey, Store, Transaction, Update, WriteError, attribute, keys},
};

/// A query for a page of a brand's commissions, newest first.
#[derive(Debug, Clone)]
pub struct CommissionQuery {
    /// Only commissions of this partner.
    pub partner: Option<PartnerId>,
    /// Only commissions with these statuses.
    pub states: Vec<CommissionState>,
    /// Only commissions after this one in the list.
    pub after: Option<CommissionId>,
    /// The size of the page.
    pub limit: usize,
    /// True if the partners are read along with them.
    pub with_partners: bool,
}

/// A page of a brand's commissions.
#[derive(Debug, Clone)]
pub struct CommissionPage {
    /// The commissions.
    pub commissions: Vec<Commission>,
    /// The cursor of the next page, if there is one.
    pub next: Option<CommissionId>,
    /// The partners of these commissions, if requested.
    pub partners: BTreeMap<PartnerId, Partner>,
}

impl Store {
    /// Records that a commission was paid or reversed, and moves it within the partner's balance.
    ///
    /// # Errors
    /// [`Error::Settle`] if another admin settled it first.
    pub async fn settle(&self, settled: &CommissionSettled, remember: Option<IdempotencyRecord>) -> Result<()> {
        let CommissionSettled { commission, event } = settled;
        let Commission { id, brand, partner, state, currency, link, .. } = commission;
        let amount = i64::try_from(commission.amount).map_err(Error::internal)?;
        let key = keys::commission(brand, partner, id);
        let update = Update::of(&key)
            .set("state", attribute(state)?)
            .set("settled_at", attribute(commission.settled_at)?)
            .set("settled_by", attribute(&commission.settled_by)?)
            .set("list_pk", AttributeValue::S(keys::commissions_in(brand, *state)))
            .when(Condition::Is("state", attribute(CommissionState::Accrued)?));
        let mut balance = Update::of(&keys::balance(brand, partner))
            .add(Counters::name("accrued", *currency), -amount)
            .add(Counters::name(state.as_str(), *currency), amount);
        let mut transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        if *state == CommissionState::Reversed {
            // A reversed commission was never earned: it is subtracted from its week and from its link.
            balance = balance.add(Counters::name(&Counters::week(commission.created_at), *currency), -amount);
            let share = Update::of(&keys::share_link(brand, partner, link));
            transaction = transaction.update(share.add(Counters::name("earned", *currency), -amount));
        }
        match self.act(transaction.update(balance), remember).await {
            Ok(()) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => {
                let now = refusal.old(&key)?.ok_or(Error::NotFound("commission"))?;
                now.is_open()?;
                Err(Error::ChangedMeanwhile)
            }
        }
    }

    /// Lists commissions: a partner's from their own partition, a brand's in two read steps through the index.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn commissions(&self, brand: &BrandSlug, query: &CommissionQuery) -> Result<CommissionPage> {
        if let Some(partner) = &query.partner {
            return self.commissions_of(brand, partner, query).await;
        }
        let after = query.after.as_ref().map(CommissionId::as_str);
        let lists = query.states.iter().map(|state| {
            let list = keys::commissions_in(brand, *state);
            async move { self.listed(&list, after, query.limit + 1).await }
        });
        let mut found: Vec<_> = futures::future::try_join_all(lists).await?.into_iter().flatten().collect();
        found.sort_unstable_by(|left, right| right.0.cmp(&left.0));
        found.dedup();
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let next = match found.last() {
            Some((id, _)) if more => CommissionId::parse(id).ok(),
            Some(_) | None => None,
        };
        // The partner is in the same partition as the commission.
        let owners = |key: &RawKey| query.with_partners.then(|| keys::partner_beside(key));
        let wanted = found.iter().flat_map(|(_, key)| [Some(key.clone()), owners(key)].into_iter().flatten());
        let records = self.read(wanted).await?;
        let owners = found.iter().filter_map(|(_, key)| owners(key)).map(|key| records.at::<Partner>(&key));
        let partners = owners.collect::<Result<Vec<_>>>()?.into_iter().flatten();
        let partners = partners.map(|partner| (partner.id.clone(), partner)).collect();
        let commissions = found.into_iter().map(|(_, key)| records.at(&key)).collect::<Result<Vec<_>>>()?;
        // The index lags: a commission that was just settled is listed under its old status for a moment.
        let listed = |commission: &Commission| query.states.contains(&commission.state);
        Ok(CommissionPage { commissions: commissions.into_iter().flatten().filter(listed).collect(), next, partners })
    }

    async fn commissions_of(
        &self,
        brand: &BrandSlug,
        partner: &PartnerId,
        query: &CommissionQuery,
    ) -> Result<CommissionPage> {
        let states: BTreeSet<_> = query.states.iter().map(|state| state.as_str()).collect();
        let mut after = query.after.as_ref().map(|id| keys::commission(brand, partner, id).raw());
        let mut commissions: Vec<Commission> = Vec::new();
        loop {
            let (read, more) = self.newest(keys::commissions(brand, partner), after.as_ref(), query.limit + 1).await?;
            after = read.last().map(|commission| keys::commission(brand, partner, &commission.id).raw());
            commissions.extend(read.into_iter().filter(|commission| states.contains(commission.state.as_str())));
            if !more || commissions.len() > query.limit {
                break;
            }
        }
        let more = commissions.len() > query.limit;
        commissions.truncate(query.limit);
        let next = if more { commissions.last().map(|commission| commission.id.clone()) } else { None };
        Ok(CommissionPage { commissions, next, partners: BTreeMap::new() })
    }
}

/// Returns the attributes under which the index lists a commission.
pub(in crate::store) fn place(commission: &Commission) -> Item {
    let list = keys::commissions_in(&commission.brand, commission.state);
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(list)),
        ("list_sk".to_owned(), AttributeValue::S(commission.id.to_string())),
    ])
}
