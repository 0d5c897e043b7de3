//! Lists of partners: the roster by status, and the search by the beginning of a name or an email address.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{BrandSlug, Partner, PartnerFilter, PartnerId},
    error::{Error, Result},
    store::{
        Store, keys,
        partner::{address_entry, name_entry},
    },
};

/// The number of partners that are read for one page, if the filter needs more than their status.
const LOOKED_AT_MAX: usize = 1_000;

/// A query for a page of a brand's partners.
#[derive(Debug, Clone)]
pub struct PartnerQuery {
    /// The beginning of a name or an email address, in lower case; `None` lists all partners, newest first.
    pub search: Option<String>,
    /// Only partners who match this filter.
    pub filter: PartnerFilter,
    /// Only partners after this position, at which another page ended.
    pub after: Option<String>,
    /// The size of the page.
    pub limit: usize,
}

/// A page of a brand's partners.
#[derive(Debug, Clone)]
pub struct PartnerPage {
    /// The partners.
    pub partners: Vec<Partner>,
    /// The position at which the next page begins, if there may be one.
    pub next: Option<String>,
    /// The number of partners that were read, if the page ended because of that limit.
    pub looked_at: Option<usize>,
}

/// The positions of partners in an index, and whether there are more.
type Places = (Vec<(String, PartnerId)>, bool);

impl Store {
    /// Lists a page of a brand's partners in two read steps: keys from an index, then the items.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn partners(&self, brand: &BrandSlug, query: &PartnerQuery) -> Result<PartnerPage> {
        // A partner may be found twice, by name and by email address; and the filter may need more than the index
        // contains.
        let closer = query.search.is_some() || query.filter.looks_closer();
        let window = if closer { LOOKED_AT_MAX } else { query.limit };
        let (mut places, more) = match &query.search {
            Some(text) => self.searched(brand, text, query, window + 1).await?,
            None => self.roster(brand, query, window + 1).await?,
        };
        let more = more || places.len() > window;
        places.truncate(window);
        let keys: Vec<_> = places.iter().map(|(_, id)| keys::partner(brand, id)).collect();
        let found = self.read(keys.iter().map(keys::Key::raw)).await?;
        let (now, mut partners, mut next) = (self.now(), Vec::new(), None);
        for ((place, _), key) in places.iter().zip(&keys) {
            let Some(partner) = found.get(key)? else { continue };
            // Indexes lag: a partner who has just changed is listed as before for a moment.
            let here = query.search.as_ref().is_none_or(|text| *place == first_entry(&partner, text));
            if !here || !query.filter.takes(&partner, now) {
                continue;
            }
            if partners.len() == query.limit {
                return Ok(PartnerPage { partners, next, looked_at: None });
            }
            partners.push(partner);
            next = Some(place.clone());
        }
        let next = if more { places.last().map(|(place, _)| place.clone()) } else { None };
        let looked_at = (more && closer).then_some(places.len());
        Ok(PartnerPage { partners, next, looked_at })
    }

    /// IDs sort by the time at which partners were created, so a page ends at its last ID.
    async fn roster(&self, brand: &BrandSlug, query: &PartnerQuery, limit: usize) -> Result<Places> {
        let states = query.filter.states();
        let lists = states.iter().map(|state| {
            let list = keys::roster(brand, *state);
            async move { self.listed(&list, query.after.as_deref(), limit).await }
        });
        let places = futures::future::try_join_all(lists).await?.into_iter().flatten();
        let mut ids: Vec<_> = places.filter_map(|(place, _)| PartnerId::parse(&place).ok()).collect();
        ids.sort_unstable_by(|left, right| right.cmp(left));
        // A lagging index may list a partner under two statuses.
        ids.dedup();
        Ok((ids.into_iter().map(|id| (id.to_string(), id)).collect(), false))
    }

    async fn searched(&self, brand: &BrandSlug, text: &str, query: &PartnerQuery, limit: usize) -> Result<Places> {
        let list = keys::search(brand, text);
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("search")
            .key_condition_expression("search_pk = :pk AND begins_with(search_sk, :text)")
            .expression_attribute_values(":pk", AttributeValue::S(list.clone()))
            .expression_attribute_values(":text", AttributeValue::S(text.to_owned()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        // From the last position up to the end of everything with this beginning.
        if let Some(after) = &query.after {
            request = request
                .key_condition_expression("search_pk = :pk AND search_sk BETWEEN :after AND :last")
                .set_expression_attribute_values(Some(
                    [(":pk", list), (":after", format!("{after}\u{0}")), (":last", format!("{text}\u{10ffff}"))]
                        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value)))
                        .into(),
                ));
        }
        let answer = request.send().await.map_err(Error::internal)?;
        // A page of the index may also end because of its size in bytes.
        let more = answer.last_evaluated_key.is_some();
        let places = answer.items.unwrap_or_default().into_iter().filter_map(|item| {
            let place = item.get("search_sk")?.as_s().ok()?.clone();
            let id = PartnerId::parse(place.rsplit_once('#')?.1).ok()?;
            Some((place, id))
        });
        Ok((places.collect(), more))
    }
}

/// Returns the first of the two entries of a partner whose name and email address both begin like this; only that one
/// counts.
fn first_entry(partner: &Partner, text: &str) -> String {
    let entries = [name_entry(partner).1, address_entry(partner).1];
    entries.into_iter().filter(|entry| entry.starts_with(text)).min().unwrap_or_default()
}
