//! What visitors of share links do, and whom it is put down to.
//!
//! A visit is known by its click, which travels to the shop as `cref`. The shop ties its own user to the click, and
//! reports conversions of either. What can't be put down to anybody is dropped in silence, and counted for the brand.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        Actor, AttributionDays, BookedCommission, BrandSlug, ClickId, Commission, CommissionId, CommissionState, Event,
        EventId, EventKind, Fresh, Invalid, LinkKey, Money, Partner, PartnerId, Program, ProgramId, ShareLink,
        validation::text_value,
    },
    secret::Hash,
};

/// The longest that shops' own ids may be.
pub(in crate::domain) const ID_CHARS_MAX: usize = 255;

/// Who a shop says did something, in the shop's own words: 1–255 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

text_value!(UserId);

impl UserId {
    /// Reads an id.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        named(text, "A user's id has 1 to 255 characters, and no control characters.").map(Self)
    }

    /// What it is kept under: it may be an address or a name, so it is not kept itself.
    #[must_use]
    pub fn hash(&self, brand: &BrandSlug) -> Hash {
        Hash::of_parts(&[brand.as_str(), &self.0])
    }
}

/// What a shop calls a conversion, so that it counts once however often it is told: 1–255 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExternalId(String);

text_value!(ExternalId);

impl ExternalId {
    /// Reads an id.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        named(text, "An external id has 1 to 255 characters, and no control characters.").map(Self)
    }
}

/// What kind of thing a visitor did: `purchase`, `signup`; 1–64 of letters, digits, `_`, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConversionType(String);

text_value!(ConversionType);

impl ConversionType {
    /// Reads a type.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::unsupported("A type is a word like purchase: 1 to 64 letters, digits, _, - or dots."))
        }
    }
}

fn named(text: &str, message: &str) -> Result<String, Invalid> {
    let fits = (1..=ID_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits && !text.trim().is_empty() { Ok(text.to_owned()) } else { Err(Invalid::unsupported(message)) }
}

/// What a visit is put down to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The link.
    pub link: LinkKey,
    /// Whose link it is.
    pub partner: PartnerId,
    /// For what.
    pub program: ProgramId,
}

/// A visit that a share link brought. Visits of one link from one network within an hour are one click that counts them:
/// so a limit costs no visitor their attribution, and nobody can make more of them than the limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Click {
    /// What it is put down to.
    #[serde(flatten)]
    pub source: Source,
    /// When the first of these visits was.
    pub at: Timestamp,
    /// How many were counted.
    pub visits: u32,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Click {
    /// How many visits of one link from one network count in an hour.
    pub const VISITS_MAX: u32 = 30;
    const WINDOW_S: i64 = 3_600;

    /// The hour in which visits at `now` are one click.
    #[must_use]
    pub fn window(now: Timestamp) -> i64 {
        now.as_second().div_euclid(Self::WINDOW_S)
    }

    /// The id of the click that a visit at `now` belongs to. `who` is the keyed hash of link, network and window: nobody
    /// can find out an address from it.
    #[must_use]
    pub fn id(now: Timestamp, who: [u8; 32]) -> ClickId {
        let began = Timestamp::from_second(Self::window(now) * Self::WINDOW_S).unwrap_or(now);
        let [a, b, c, d, e, f, g, h, i, j, ..] = who;
        ClickId::fresh(began, [a, b, c, d, e, f, g, h, i, j])
    }

    /// Until when a visit at `now` is remembered: as long as any program lets conversions count.
    #[must_use]
    pub fn remembered(now: Timestamp) -> Timestamp {
        now + SignedDuration::from_hours(24 * AttributionDays::MAX.days() + 1)
    }
}

/// That a user of the shop came by a click.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visitor {
    /// The click.
    pub click: ClickId,
    /// What it is put down to.
    #[serde(flatten)]
    pub source: Source,
    /// When that was. A number, as conditions compare it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub clicked_at: Timestamp,
    /// Whether the shop vouched for it; one that it didn't gives way to one that it did.
    pub signed: bool,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// A visit as a conversion is put down to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The click.
    pub click: ClickId,
    /// What it is put down to.
    pub source: Source,
    /// When it was.
    pub at: Timestamp,
}

impl From<(ClickId, Click)> for Visit {
    fn from((click, Click { source, at, .. }): (ClickId, Click)) -> Self {
        Self { click, source, at }
    }
}

impl From<Visitor> for Visit {
    fn from(Visitor { click, source, clicked_at: at, .. }: Visitor) -> Self {
        Self { click, source, at }
    }
}

impl Visitor {
    /// A user of the shop who came by `visit`.
    #[must_use]
    pub fn of(visit: Visit, signed: bool) -> Self {
        let Visit { click, source, at } = visit;
        Self { click, source, clicked_at: at, signed, expires_at: Click::remembered(at) }
    }
}

/// Something a visitor did that may earn a commission.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// What kind of thing.
    pub kind: ConversionType,
    /// What it is worth to the shop.
    pub value: Option<Money>,
    /// What the shop calls it.
    pub external_id: Option<ExternalId>,
}

/// What came of a conversion.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It earns somebody something.
    Booked(Box<(BookedCommission, Event)>),
    /// It earns nothing under the program's terms.
    Nothing,
    /// It can't be put down to anybody.
    Dropped(Dropped),
}

/// Why something can't be put down to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// A visit of a revoked partner's link.
    Click,
    /// A conversion that would have been a revoked partner's.
    Conversion,
    /// A conversion of nobody we know.
    Unknown,
    /// A conversion after the program's days were over.
    Late,
}

/// That a conversion was booked, or dropped for good, under the shop's own id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversionClaim {
    /// What was booked; nothing, if its partner was revoked at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<CommissionId>,
    /// When it was told.
    pub at: Timestamp,
}

impl Conversion {
    /// What it earns, put down to `click` by `link` for `program`, told at `now`.
    #[must_use]
    pub fn book(
        &self,
        (id, event): (CommissionId, EventId),
        visit: &Visit,
        (partner, link, program): (&Partner, &ShareLink, &Program),
        by: Actor,
        now: Timestamp,
    ) -> Outcome {
        if partner.revoked_at.is_some() {
            return Outcome::Dropped(Dropped::Conversion);
        }
        if now >= visit.at + SignedDuration::from_hours(24 * program.attribution_days.days()) {
            return Outcome::Dropped(Dropped::Late);
        }
        let terms: Commission = link.commission.unwrap_or(program.commission);
        let Some(earned) = terms.earned(self.value).filter(|earned| earned.amount > 0) else {
            return Outcome::Nothing;
        };
        let booked = BookedCommission {
            id,
            brand: link.brand.clone(),
            partner: visit.source.partner.clone(),
            program: visit.source.program.clone(),
            link: visit.source.link.clone(),
            click: visit.click.clone(),
            conversion: self.kind.clone(),
            external_id: self.external_id.clone(),
            value: self.value,
            state: CommissionState::Accrued,
            amount: earned.amount,
            currency: earned.currency,
            created_at: now,
            settled_at: None,
            settled_by: None,
        };
        let kind = EventKind::CommissionAccrued {
            partner: booked.partner.clone(),
            commission: booked.id.clone(),
            link: booked.link.clone(),
            amount: booked.amount,
            currency: booked.currency,
        };
        let event = Event::new(event, &link.brand, by, kind, now);
        Outcome::Booked(Box::new((booked, event)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_of_an_hour_are_one_click() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let id = |second, who: u8| Click::id(at(second), [who; 32]);
        assert_eq!(id(7_200, 1), id(10_799, 1));
        assert_ne!(id(7_200, 1), id(10_800, 1));
        assert_ne!(id(7_200, 1), id(7_200, 2));
    }

    #[test]
    fn ids_of_shops_are_any_words_but_not_control_characters() {
        for text in ["42", "user@example.com", "Zoë", &"x".repeat(255)] {
            assert!(UserId::parse(text).is_ok() && ExternalId::parse(text).is_ok(), "{text}");
        }
        for text in ["", " ", "a\nb", &"x".repeat(256)] {
            assert!(UserId::parse(text).is_err() && ExternalId::parse(text).is_err(), "{text:?}");
        }
        assert!(ConversionType::parse("purchase.first").is_ok());
        assert!(ConversionType::parse("a purchase").is_err());
    }
}
