//! Sign-in links: one-time tokens, each sent to the one email address that it signs in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    crypto::secret::{Hash, Secret},
    domain::{AdminId, Audience, BrandSlug, EmailAddress, Invalid, LINK_MINUTES, Name, PartnerId, ReturnPath},
};

/// Number of days for which an expired link is remembered for people without an open invitation.
const REMEMBERED_DAYS: i64 = 7;

/// Partner or admin that a link or a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Principal {
    /// A partner.
    Partner(PartnerId),
    /// An admin.
    Admin(AdminId),
}

impl Principal {
    /// Returns the portal that the principal signs in to.
    #[must_use]
    pub fn audience(&self) -> Audience {
        match self {
            Self::Partner(_) => Audience::Partner,
            Self::Admin(_) => Audience::Admin,
        }
    }

    /// Returns the partner, if it is one.
    #[must_use]
    pub fn partner(&self) -> Option<&PartnerId> {
        match self {
            Self::Partner(id) => Some(id),
            Self::Admin(_) => None,
        }
    }

    fn parse(text: &str) -> Result<Self, Invalid> {
        PartnerId::parse(text).map(Self::Partner).or_else(|_| AdminId::parse(text).map(Self::Admin))
    }
}

impl TryFrom<String> for Principal {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::Partner(id) => id.into(),
            Principal::Admin(id) => id.into(),
        }
    }
}

/// The data of a partner or an admin that signing in needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Partner or admin.
    pub principal: Principal,
    /// Name on pages and in emails.
    pub name: Name,
    /// Email address.
    pub email: EmailAddress,
    /// Current epoch; links and sessions of another epoch are invalid.
    pub epoch: u64,
    /// True if a link could sign them in now.
    pub may_sign_in: bool,
    /// Purpose that a link would have now.
    pub purpose: Purpose,
    /// Time until which an invited partner's invitation is open.
    pub invitation_ends_at: Option<Timestamp>,
}

/// Effect of clicking a link's button, as far as it was known when the link was emailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Signs an invited partner in for the first time.
    Join,
    /// Signs a person in again.
    SignIn,
}

impl Purpose {
    /// Returns the other purpose, for a partner whose status changed between the email and the click.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Join => Self::SignIn,
            Self::SignIn => Self::Join,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::SignIn => "in",
        }
    }
}

/// The part of an emailed URL that signs in. It contains everything needed to redeem it without a read.
#[derive(Debug, Clone, PartialEq)]
pub struct MagicLink {
    /// Partner or admin that it signs in.
    pub principal: Principal,
    /// The principal's epoch when it was emailed.
    pub epoch: u64,
    /// Purpose of the link.
    pub purpose: Purpose,
    /// The part that can't be guessed: 256 random bits, of which only the hash is stored.
    pub secret: Secret,
}

impl MagicLink {
    /// Parses what [`MagicLink::to_text`] returned; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (principal, epoch, purpose, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let purpose = [Purpose::Join, Purpose::SignIn].into_iter().find(|known| known.as_str() == purpose)?;
        Some(Self {
            principal: Principal::parse(principal).ok()?,
            epoch: epoch.parse().ok()?,
            purpose,
            secret: Secret::parse(secret)?,
        })
    }

    /// Returns the token as it appears in the emailed URL.
    #[must_use]
    pub fn to_text(&self) -> String {
        let principal = String::from(self.principal.clone());
        format!("{principal}.{}.{}.{}", self.epoch, self.purpose.as_str(), self.secret.to_text())
    }
}

/// Stored record of a sign-in link: everything but its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Brand it signs in to.
    pub brand: BrandSlug,
    /// Partner or admin that it signs in.
    pub principal: Principal,
    /// The principal's epoch when it was created; in another epoch it is invalid.
    pub epoch: u64,
    /// Hash of the email address it was sent to: it belongs to the principal only while they have this email address.
    pub address: Hash,
    /// Time at which it was created and its email was sent.
    pub minted_at: Timestamp,
    /// Time until which it signs in. A number, since conditions compare it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub valid_until: Timestamp,
    /// Time until which it is stored, so that its rightful holder can request a new one.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
    /// Page to return to after signing in, if they came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<ReturnPath>,
    /// Time at which it was used, and the browser that used it.
    #[serde(flatten)]
    pub used: Option<Use>,
}

/// The use of something that works only once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Use {
    /// Time of the use.
    pub used_at: Timestamp,
    /// Hash of the secret that the browser holds.
    pub used_by: Hash,
}

impl Use {
    /// Returns `true` if the same browser may get the same response again, because of a double click or a lost
    /// response.
    #[must_use]
    pub fn repeats(&self, browser: &Hash, now: Timestamp) -> bool {
        self.used_by == *browser && now < self.used_at + SignedDuration::from_secs(60)
    }
}

impl Token {
    /// Creates a token that is emailed at `now`. It is stored until the invitation expires, or without an invitation
    /// for seven days after its link expired.
    #[must_use]
    pub fn mint(brand: BrandSlug, person: &Person, now: Timestamp) -> Self {
        let valid_until = now + SignedDuration::from_mins(LINK_MINUTES);
        let remembered = valid_until + SignedDuration::from_hours(24 * REMEMBERED_DAYS);
        Self {
            brand,
            principal: person.principal.clone(),
            epoch: person.epoch,
            address: Hash::of(person.email.as_str().as_bytes()),
            minted_at: now,
            valid_until,
            expires_at: person.invitation_ends_at.unwrap_or(remembered).max(valid_until),
            back: None,
            used: None,
        }
    }

    /// Returns `true` if `person` still has the email address to which it was sent.
    #[must_use]
    pub fn belongs_to(&self, person: &Person) -> bool {
        self.principal == person.principal && self.address == Hash::of(person.email.as_str().as_bytes())
    }

    /// Returns `true` if clicking its button at `now` could sign in.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.used.is_none() && now < self.valid_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fresh;

    fn link() -> MagicLink {
        let principal = Principal::Partner(PartnerId::fresh(Timestamp::UNIX_EPOCH, [1; 10]));
        MagicLink { principal, epoch: 3, purpose: Purpose::Join, secret: Secret::from([9; 32]) }
    }

    #[test]
    fn a_link_comes_back_as_it_was_mailed() {
        assert_eq!(MagicLink::parse(&link().to_text()), Some(link()));
    }

    #[test]
    fn what_a_mail_program_may_have_made_of_it_is_no_link() {
        let text = link().to_text();
        for text in ["", "...", &text[1..], &text[..text.len() - 1], &format!("{text}."), &text.replace(".3.", ".x.")] {
            assert_eq!(MagicLink::parse(text), None, "{text}");
        }
    }

    fn person(invitation_ends_at: Option<Timestamp>) -> Person {
        let MagicLink { principal, epoch, purpose, .. } = link();
        let (name, email) = (Name::parse("Maria").unwrap(), EmailAddress::parse("maria@example.com").unwrap());
        Person { principal, name, email, epoch, may_sign_in: true, purpose, invitation_ends_at }
    }

    #[test]
    fn a_token_lives_for_fifteen_minutes_and_is_remembered_while_the_invitation_is_open() {
        let minted = Timestamp::UNIX_EPOCH;
        let ends = minted + SignedDuration::from_hours(24 * 30);
        let token = Token::mint(BrandSlug::parse("acme").unwrap(), &person(Some(ends)), minted);
        let end = minted + SignedDuration::from_mins(15);
        assert!(token.is_live(end - SignedDuration::from_millis(1)));
        assert!(!token.is_live(end));
        assert_eq!(token.expires_at, ends);
    }

    #[test]
    fn a_token_belongs_to_the_person_who_still_has_the_address() {
        let token = Token::mint(BrandSlug::parse("acme").unwrap(), &person(None), Timestamp::UNIX_EPOCH);
        assert!(token.belongs_to(&person(None)));
        let moved = Person { email: EmailAddress::parse("new@example.com").unwrap(), ..person(None) };
        assert!(!token.belongs_to(&moved));
    }

    #[test]
    fn a_use_repeats_for_a_minute_in_the_same_browser() {
        let (mine, other) = (Secret::from([1; 32]).hash(), Secret::from([2; 32]).hash());
        let used = Use { used_at: Timestamp::UNIX_EPOCH, used_by: mine.clone() };
        let after = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        assert!(used.repeats(&mine, after(59)));
        assert!(!used.repeats(&mine, after(60)));
        assert!(!used.repeats(&other, after(1)));
    }
}
