//! Magic links: one-time sign-in tokens, mailed to the one address they let in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{AdminId, Audience, BackPath, BrandSlug, EmailAddress, Invalid, LINK_MINUTES, Name, PartnerId},
    secret::{Hash, Secret},
};

/// How long a dead link is remembered for somebody who has no open invitation.
const REMEMBERED_DAYS: i64 = 7;

/// Whom a link or a session lets in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Principal {
    /// A partner.
    Partner(PartnerId),
    /// An admin.
    Admin(AdminId),
}

impl Principal {
    /// The door this principal enters by.
    #[must_use]
    pub fn audience(&self) -> Audience {
        match self {
            Self::Partner(_) => Audience::Partner,
            Self::Admin(_) => Audience::Admin,
        }
    }

    /// The partner, if it is one.
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

/// What signing in needs to know of a partner or an admin.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Who it is.
    pub principal: Principal,
    /// What mails and pages call them.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    /// Links and sessions of another epoch are dead.
    pub epoch: u64,
    /// Whether a link could sign them in now.
    pub may_sign_in: bool,
    /// What a link would do now.
    pub purpose: Purpose,
    /// Until when an invited partner's invitation is open.
    pub invitation_ends_at: Option<Timestamp>,
}

/// What pressing the button of a link will do, as far as was known when it was mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Signs an invited partner in for the first time.
    Join,
    /// Signs somebody in again.
    SignIn,
}

impl Purpose {
    /// The other guess, for when a partner's state changed between mail and press.
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

/// The part of a mailed address that signs in: with it in hand, redeeming needs no read.
#[derive(Debug, Clone, PartialEq)]
pub struct MagicLink {
    /// Whom it lets in.
    pub principal: Principal,
    /// The principal's epoch when it was mailed.
    pub epoch: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// What makes it unguessable: 256 random bits, of which only the hash is stored.
    pub secret: Secret,
}

impl MagicLink {
    /// Reads what [`MagicLink::to_text`] wrote; `None` for anything else.
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

    /// The token as it stands in the mailed address.
    #[must_use]
    pub fn to_text(&self) -> String {
        let principal = String::from(self.principal.clone());
        format!("{principal}.{}.{}.{}", self.epoch, self.purpose.as_str(), self.secret.to_text())
    }
}

/// What is kept of a magic link: everything but its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// The brand it signs in to.
    pub brand: BrandSlug,
    /// Whom it lets in.
    pub principal: Principal,
    /// The principal's epoch when it was made; in another one it is dead.
    pub epoch: u64,
    /// The hash of the address it was mailed to: its holder is a true one only while that is still theirs.
    pub address: Hash,
    /// When it was made, which is when its mail was sent.
    pub minted_at: Timestamp,
    /// Until when it signs in. A number, as conditions compare it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub valid_until: Timestamp,
    /// Until when it is remembered, so that its true holder can ask for a fresh one.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
    /// Where whoever signs in by it goes on, if they were somewhere before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<BackPath>,
    /// When it was used up, and by which browser.
    #[serde(flatten)]
    pub used: Option<Use>,
}

/// That something with one use was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Use {
    /// When.
    pub used_at: Timestamp,
    /// The hash of what the browser that did it holds.
    pub used_by: Hash,
}

impl Use {
    /// Whether the same browser may have the same answer once more: it pressed twice, or lost the first answer.
    #[must_use]
    pub fn repeats(&self, browser: &Hash, now: Timestamp) -> bool {
        self.used_by == *browser && now < self.used_at + SignedDuration::from_secs(60)
    }
}

impl Token {
    /// A token mailed at `now`, remembered until `remember_until`.
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

    /// Whether `person` still has the address that this was mailed to.
    #[must_use]
    pub fn belongs_to(&self, person: &Person) -> bool {
        self.principal == person.principal && self.address == Hash::of(person.email.as_str().as_bytes())
    }

    /// Whether pressing its button at `now` could sign in.
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
    fn a_token_belongs_to_whoever_still_has_the_address() {
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
