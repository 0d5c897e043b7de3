//! The partners of a brand that the product syncs to the simulated Network, individually or by the hundred.
//!
//! People are identified by their email address. If a partner's email address changes, they become the person with the
//! new one, and the affiliation moves with them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Network, Vendor,
    memory::{Kind, Notes, Result},
    people::CREATORS,
};

/// The number of entries that a partner's history retains.
const HISTORY_MAX: usize = 10;

/// A partner, as the product sends them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartnerInput {
    vendor_partner_id: String,
    email: String,
    name: String,
    joined_vendor_at: Option<Timestamp>,
    status: Status,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Pending,
    Active,
    Revoked,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    source: Option<String>,
}

/// The kind of call with which the product sent a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    Push,
    Backfill,
}

impl By {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Backfill => "backfill",
        }
    }
}

/// A partner of a brand, as the Network knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Known {
    pub(super) vendor_partner_id: String,
    pub(super) network_creator_id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) status: Status,
    pub(super) joined_vendor_at: Option<Timestamp>,
    pub(super) source: Option<String>,
    /// Oldest first; the last entry is the present state.
    pub(super) history: Vec<Past>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Past {
    pub(super) at: Timestamp,
    pub(super) by: By,
    pub(super) status: Status,
    pub(super) name: String,
    pub(super) email: String,
}

/// A person on the Network, with all brands that they are a partner of.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Person {
    id: String,
    affiliations: Vec<Affiliation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Affiliation {
    vendor_id: String,
    vendor_partner_id: String,
    status: Status,
    display_name: String,
}

/// The Network's response for one partner.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Noted {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vendor_partner_id: Option<String>,
    network_creator_id: String,
    /// True if a person with this email address was known before.
    already_existed: bool,
    affiliations: Vec<Affiliation>,
}

impl Network {
    /// Stores the partners that the product sent: all of them or none.
    pub(super) fn note(&self, vendor: &Vendor, partners: Vec<PartnerInput>, by: By) -> Result<Vec<Noted>> {
        let now = self.0.clock.now();
        self.0.memory.write(&vendor.brand, |notes| {
            partners.into_iter().map(|partner| note(notes, vendor, partner, (now, by))).collect()
        })
    }
}

fn note(notes: &Notes<'_>, vendor: &Vendor, partner: PartnerInput, (at, by): (Timestamp, By)) -> Result<Noted> {
    let PartnerInput { vendor_partner_id, email, name, joined_vendor_at, status, metadata } = partner;
    let before: Option<Known> = notes.get(Kind::Partner, &vendor_partner_id)?;
    let everybody = notes.of_all();
    let address = email.trim().to_lowercase();
    let is_this_one = |one: &Affiliation| one.vendor_id == vendor.id() && one.vendor_partner_id == vendor_partner_id;

    let old_address = before.as_ref().map(|before| before.email.trim().to_lowercase());
    if let Some(old) = old_address.filter(|old| *old != address)
        && let Some(mut person) = everybody.get::<Person>(Kind::Person, &old)?
    {
        person.affiliations.retain(|one| !is_this_one(one));
        everybody.put(Kind::Person, &old, &person)?;
    }

    let met: Option<Person> = everybody.get(Kind::Person, &address)?;
    let creator = CREATORS.iter().find(|creator| creator.email == address);
    let already_existed = met.is_some() || creator.is_some();
    let mut person = match (met, creator) {
        (Some(person), _) => person,
        (None, Some(creator)) => Person { id: creator.id.to_owned(), affiliations: Vec::new() },
        (None, None) => Person { id: format!("cre_{:06}", notes.fresh_number()?), affiliations: Vec::new() },
    };
    let affiliation = Affiliation {
        vendor_id: vendor.id(),
        vendor_partner_id: vendor_partner_id.clone(),
        status,
        display_name: vendor.name.clone(),
    };
    match person.affiliations.iter_mut().find(|one| is_this_one(one)) {
        Some(one) => *one = affiliation,
        None => person.affiliations.push(affiliation),
    }
    everybody.put(Kind::Person, &address, &person)?;

    let mut history = before.map(|before| before.history).unwrap_or_default();
    history.push(Past { at, by, status, name: name.clone(), email: email.clone() });
    let too_many = history.len().saturating_sub(HISTORY_MAX);
    history.drain(..too_many);
    let Person { id: network_creator_id, affiliations } = person;
    let known = Known {
        vendor_partner_id: vendor_partner_id.clone(),
        network_creator_id: network_creator_id.clone(),
        name,
        email,
        status,
        joined_vendor_at,
        source: metadata.source,
        history,
    };
    notes.put_last(Kind::Partner, &vendor_partner_id, &known)?;
    Ok(Noted { vendor_partner_id: Some(vendor_partner_id), network_creator_id, already_existed, affiliations })
}

impl Vendor {
    /// Returns its name among affiliations.
    pub(super) fn id(&self) -> String {
        format!("vendor_{}", self.brand)
    }
}
