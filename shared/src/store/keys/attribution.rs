//! The keys of share links, clicks, conversions and commissions.

use std::marker::PhantomData;

use super::{Key, Prefix};
use crate::{
    crypto::secret::Hash,
    domain::{
        Balance, BrandSlug, Click, ClickId, Commission, CommissionId, CommissionOwner, CommissionState,
        ConversionClaim, ExternalId, LinkClaim, LinkKey, PartnerId, ShareLink, UserId, Visitor,
    },
    store::dynamodb::items::DroppedCount,
};

/// A share link of a partner.
#[must_use]
pub fn share_link(brand: &BrandSlug, id: &PartnerId, key: &LinkKey) -> Key<ShareLink> {
    Key::new(super::partner(brand, id).raw.pk, format!("LINK#{}", key.folded()))
}

/// The share links of a partner, deleted ones too, by key.
#[must_use]
pub fn share_links(brand: &BrandSlug, id: &PartnerId) -> Prefix<ShareLink> {
    Prefix { pk: super::partner(brand, id).raw.pk, sk: "LINK#", entity: PhantomData }
}

/// The claim on a share link's key.
#[must_use]
pub fn link_claim(brand: &BrandSlug, key: &LinkKey) -> Key<LinkClaim> {
    Key::new(format!("LINK#{brand}#{}", key.folded()), "LINK")
}

/// A click.
#[must_use]
pub fn click(brand: &BrandSlug, id: &ClickId) -> Key<Click> {
    Key::new(format!("CLICK#{brand}#{id}"), "CLICK")
}

/// A user of the brand's shop.
#[must_use]
pub fn visitor(brand: &BrandSlug, user: &UserId) -> Key<Visitor> {
    Key::new(format!("VISITOR#{brand}#{}", user.hash(brand).as_str()), "VISITOR")
}

/// A reported conversion, by the shop's external ID, which is hashed, since it may be any text.
#[must_use]
pub fn conversion(brand: &BrandSlug, id: &ExternalId) -> Key<ConversionClaim> {
    Key::new(format!("CONVERSION#{}", Hash::of_parts(&[brand.as_str(), id.as_str()]).as_str()), "CONVERSION")
}

/// A commission of a partner.
#[must_use]
pub fn commission(brand: &BrandSlug, id: &PartnerId, commission: &CommissionId) -> Key<Commission> {
    Key::new(super::partner(brand, id).raw.pk, format!("COMMISSION#{commission}"))
}

/// The commissions of a partner, oldest first.
#[must_use]
pub fn commissions(brand: &BrandSlug, id: &PartnerId) -> Prefix<Commission> {
    Prefix { pk: super::partner(brand, id).raw.pk, sk: "COMMISSION#", entity: PhantomData }
}

/// The owner of a commission.
#[must_use]
pub fn commission_owner(brand: &BrandSlug, commission: &CommissionId) -> Key<CommissionOwner> {
    Key::new(format!("COMMISSION#{brand}#{commission}"), "COMMISSION")
}

/// The totals of a partner's commissions.
#[must_use]
pub fn balance(brand: &BrandSlug, id: &PartnerId) -> Key<Balance> {
    Key::new(super::partner(brand, id).raw.pk, "BALANCE")
}

/// One of the counters of a brand's dropped attributions on a day, given as `2026-11-22`.
#[must_use]
pub fn dropped(brand: &BrandSlug, day: &str, shard: u8) -> Key<DroppedCount> {
    Key::new(format!("DROPPED#{brand}#{day}#{shard}"), "DROPPED")
}

/// The index partition that lists a brand's commissions with one status, by ID.
pub(in crate::store) fn commissions_in(brand: &BrandSlug, state: CommissionState) -> String {
    format!("COMMISSIONS#{brand}#{}", state.as_str())
}
