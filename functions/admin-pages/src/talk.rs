//! The log of calls between this product and the Network.

use std::collections::HashMap;

use jiff::Timestamp;
use shared::{
    App, Result,
    domain::{Approval, BrandSlug, CallDirection, Name, NetworkCall, PartnerId, PushFailure, TimeZone, last_calls},
    store::{Found, keys},
    web::{
        pages::{CallRow, FailedPush, Person},
        when,
    },
};

/// Number of calls per page, and of failed syncs.
pub(crate) const CALLS: usize = 30;
const FAILURES: usize = 50;

/// Logged calls and failed syncs, with the partners they concern.
pub(crate) struct Talk {
    noted: Vec<NetworkCall>,
    pub(crate) failures: Vec<PushFailure>,
    partners: Found,
}

impl Talk {
    pub(crate) async fn read(app: &App, brand: &BrandSlug) -> Result<Self> {
        let ((noted, _), (failures, _)) = futures::try_join!(
            app.store.newest(keys::network_calls(brand), None, CALLS),
            app.store.newest(keys::push_failures(brand), None, FAILURES),
        )?;
        let about = noted.iter().filter_map(|call| call.partner.as_ref());
        let partners = about.chain(failures.iter().map(|failure| &failure.partner));
        let partners = app.store.read(partners.map(|id| keys::partner(brand, id).raw())).await?;
        Ok(Self { noted, failures, partners })
    }

    pub(crate) fn failed(
        &self,
        brand: &BrandSlug,
        failure: &PushFailure,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Result<FailedPush> {
        Ok(FailedPush {
            partner: person(brand, &failure.partner, &self.partners)?,
            said: failure.said.clone(),
            when: when(failure.at, now, zone),
        })
    }

    /// Returns the latest calls in both directions, newest first.
    pub(crate) fn calls<'a>(
        &self,
        brand: &BrandSlug,
        approvals: impl Iterator<Item = &'a Approval> + Clone,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Result<Vec<CallRow>> {
        let names: HashMap<&PartnerId, &Name> =
            approvals.clone().map(|approval| (&approval.partner, &approval.application.name)).collect();
        let person = |id: &PartnerId| match names.get(id) {
            Some(name) => Ok(Person { id: id.to_string(), name: name.to_string() }),
            None => person(brand, id, &self.partners),
        };
        let row = |call: NetworkCall| {
            Ok(CallRow {
                came_in: call.way == CallDirection::In,
                partner: call.partner.as_ref().map(person).transpose()?,
                what: call.what,
                good: call.good,
                said: call.said,
                when: when(call.at, now, zone),
            })
        };
        last_calls(self.noted.clone(), approvals, CALLS).into_iter().map(row).collect()
    }
}

/// Returns the partner's name, or the ID if the partner doesn't exist.
pub(crate) fn person(brand: &BrandSlug, id: &PartnerId, partners: &Found) -> Result<Person> {
    let partner = partners.get(&keys::partner(brand, id))?;
    let name = partner.map_or_else(|| id.to_string(), |partner| partner.name.to_string());
    Ok(Person { id: id.to_string(), name })
}
