//! Visits through share links and conversions, and the partners that they are attributed to.
//!
//! A visit is identified by its click, whose ID reaches the shop as `cref`. The shop ties its own user to the click,
//! and reports conversions of either. A visit or conversion that can't be attributed is dropped without an error, and
//! counted for the brand.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    crypto::secret::Hash,
    domain::{
        Actor, AttributionDays, BrandSlug, ClickId, Commission, CommissionId, CommissionState, CommissionTerms, Event,
        EventId, EventKind, Fresh, Invalid, LinkKey, Money, Partner, PartnerId, Program, ProgramId, ShareLink,
        validation::text_value,
    },
};

/// Maximum length of a shop's own IDs.
pub(in crate::domain) const ID_CHARS_MAX: usize = 255;

/// A shop's own ID of its user: 1–255 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

text_value!(UserId);

impl UserId {
    /// Parses an ID.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        named(text, "A user ID must be 1 to 255 characters, without control characters.").map(Self)
    }

    /// Returns the hash under which the user is stored. The ID may be an email address or a name, so it isn't stored
    /// itself.
    #[must_use]
    pub fn hash(&self, brand: &BrandSlug) -> Hash {
        Hash::of_parts(&[brand.as_str(), &self.0])
    }
}

/// A shop's own ID of a conversion, under which it counts once however often it is reported: 1–255 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExternalId(String);

text_value!(ExternalId);

impl ExternalId {
    /// Parses an ID.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        named(text, "An external ID must be 1 to 255 characters, without control characters.").map(Self)
    }
}

/// Type of a conversion, such as `purchase` or `signup`: 1–64 letters, digits, `_`, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConversionType(String);

text_value!(ConversionType);

impl ConversionType {
    /// Parses a type.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::unsupported("A type must be a word such as purchase: 1 to 64 letters, digits, _, - or dots."))
        }
    }
}

fn named(text: &str, message: &str) -> Result<String, Invalid> {
    let fits = (1..=ID_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits && !text.trim().is_empty() { Ok(text.to_owned()) } else { Err(Invalid::unsupported(message)) }
}

/// Link, partner and program to which a visit is attributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Key of the link.
    pub link: LinkKey,
    /// Partner who owns the link.
    pub partner: PartnerId,
    /// Program of the link.
    pub program: ProgramId,
}

/// A counted visit through a share link. Visits through one link from one client network within an hour are one click
/// that counts them: the limit costs no visitor their attribution, and no one can have more visits counted than it
/// allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Click {
    /// Attribution of the click.
    #[serde(flatten)]
    pub source: Source,
    /// Time of the first of these visits.
    pub at: Timestamp,
    /// Number of counted visits.
    pub visits: u32,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Click {
    /// Maximum number of visits that count for one link and client network in an hour.
    pub const VISITS_MAX: u32 = 30;
    const WINDOW_S: i64 = 3_600;

    /// Returns the number of the hour in which visits at `now` are one click.
    #[must_use]
    pub fn window(now: Timestamp) -> i64 {
        now.as_second().div_euclid(Self::WINDOW_S)
    }

    /// Returns the ID of the click that a visit at `now` belongs to. `who` is the keyed hash of link, client network
    /// and window, from which no one can derive an IP address.
    #[must_use]
    pub fn id(now: Timestamp, who: [u8; 32]) -> ClickId {
        let began = Timestamp::from_second(Self::window(now) * Self::WINDOW_S).unwrap_or(now);
        let [a, b, c, d, e, f, g, h, i, j, ..] = who;
        ClickId::fresh(began, [a, b, c, d, e, f, g, h, i, j])
    }

    /// Returns until when a visit at `now` is stored: the longest attribution window that a program can have, and an
    /// hour more.
    #[must_use]
    pub fn remembered(now: Timestamp) -> Timestamp {
        now + SignedDuration::from_hours(24 * AttributionDays::MAX.days() + 1)
    }
}

/// A user of the shop, tied to a click.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visitor {
    /// ID of the click.
    pub click: ClickId,
    /// Attribution of the click.
    #[serde(flatten)]
    pub source: Source,
    /// Time of the click. A number, since conditions compare it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub clicked_at: Timestamp,
    /// True if the shop signed the report; a signed one replaces an unsigned one.
    pub signed: bool,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// A visit to which a conversion is attributed.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// ID of the click.
    pub click: ClickId,
    /// Attribution of the click.
    pub source: Source,
    /// Time of the visit.
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
    /// Returns the user of the shop who came through `visit`.
    #[must_use]
    pub fn of(visit: Visit, signed: bool) -> Self {
        let Visit { click, source, at } = visit;
        Self { click, source, clicked_at: at, signed, expires_at: Click::remembered(at) }
    }
}

/// An action of a visitor that may earn a commission.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// Type of the conversion.
    pub kind: ConversionType,
    /// Its value to the shop.
    pub value: Option<Money>,
    /// The shop's ID for it.
    pub external_id: Option<ExternalId>,
}

/// Outcome of a conversion.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It earns a partner a commission.
    Booked(Box<(Commission, Event)>),
    /// It earns nothing under the program's terms.
    Nothing,
    /// It can't be attributed.
    Dropped(Dropped),
}

/// Reasons for dropping an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// A visit through a revoked partner's link.
    Click,
    /// A conversion through a revoked partner's link.
    Conversion,
    /// A conversion whose visitor isn't known.
    Unknown,
    /// A conversion after the program's attribution window.
    Late,
}

/// Reserves the shop's own ID of a conversion that was recorded or dropped for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversionClaim {
    /// The recorded commission; `None` if the partner was revoked at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<CommissionId>,
    /// Time of the report.
    pub at: Timestamp,
}

impl Conversion {
    /// Returns the outcome of the conversion, attributed to `visit` and reported at `now`.
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
        let terms: CommissionTerms = link.commission.unwrap_or(program.commission);
        let Some(earned) = terms.earned(self.value).filter(|earned| earned.amount > 0) else {
            return Outcome::Nothing;
        };
        let booked = Commission {
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
