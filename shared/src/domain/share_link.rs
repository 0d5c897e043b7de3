//! Share links: short URLs of one partner for one program.
//!
//! The claim of a link's key makes the key unique in the brand, whatever its case, and stays forever: a deleted link's
//! key is never given to anyone else. The partner's own record of the link holds its counters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, BrandSlug, CommissionTerms, Counters, Destination, Event, EventId, EventKind, Invalid, Name, Partner,
    PartnerId, PartnerState, Program, ProgramId, validation::text_value,
};

/// The last part of a share link: 3–64 letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkKey(String);

text_value!(LinkKey);

impl LinkKey {
    /// Maximum number of characters of a name at the start of a proposed key.
    const OF_NAME: usize = 24;

    /// Parses a key.
    ///
    /// # Errors
    /// Fails with `invalid_link_key`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (3..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_link_key", "A link key must be 3 to 64 letters (a-z), digits, _ or -."))
        }
    }

    /// Returns the spelling under which it is unique.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Returns a key that people associate with the name, with a random suffix that is unlikely to be taken.
    #[must_use]
    pub fn propose(name: &Name, entropy: [u8; 3]) -> Self {
        Self::with_tail(name.as_str(), entropy)
    }

    /// Returns the key that was probably meant by `text`, if there is one in it.
    #[must_use]
    pub fn cleaned(text: &str) -> Option<Self> {
        let plain = |char: char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' };
        let text: String = text.trim().trim_start_matches('@').chars().take(64).map(plain).collect();
        Self::parse(text.trim_matches('-')).ok()
    }

    /// Returns a key that begins like `text`, with a random suffix that is unlikely to be taken.
    #[must_use]
    pub fn with_tail(text: &str, entropy: [u8; 3]) -> Self {
        let words = text.to_lowercase();
        let words = words.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let name: String = words.collect::<Vec<_>>().join("-").chars().take(Self::OF_NAME).collect();
        let name = if name.is_empty() { "link" } else { name.trim_end_matches('-') };
        // Crockford's alphabet has no letters that look like digits.
        let alphabet = b"0123456789abcdefghjkmnpqrstvwxyz";
        let tail = entropy.map(|byte| alphabet.get(usize::from(byte % 32)).copied().map_or('0', char::from));
        Self(format!("{name}-{}", tail.iter().collect::<String>()))
    }
}

/// A partner's share link with its counters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareLink {
    /// Key in the spelling that was chosen.
    pub key: LinkKey,
    /// Brand of the link.
    pub brand: BrandSlug,
    /// Partner who owns it.
    pub partner: PartnerId,
    /// Program that it is for.
    pub program: ProgramId,
    /// Destination, if not the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// Commission terms of the grant under which it was created. They take precedence over the program's and outlive
    /// the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<CommissionTerms>,
    /// Time at which it was created.
    pub created_at: Timestamp,
    /// Time at which it was deleted, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Number of counted visits.
    #[serde(default)]
    pub clicks: u64,
    /// Number of conversions that earned a commission.
    #[serde(default)]
    pub conversions: u64,
    /// Totals of what it earned, under `earned`.
    #[serde(flatten)]
    pub figures: Counters,
}

impl ShareLink {
    /// Returns the URL to redirect to: the link's own destination as long as the program allows it, otherwise the
    /// program's.
    #[must_use]
    pub fn leads_to<'a>(destination: Option<&'a Destination>, program: &'a Program) -> &'a Destination {
        destination.filter(|destination| program.allows(destination)).unwrap_or(&program.destination)
    }
}

/// Reserves a key in a brand for a link. Redirecting a visitor reads this item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkClaim {
    /// Key in the spelling that was chosen.
    pub key: LinkKey,
    /// Partner who owns the link.
    pub partner: PartnerId,
    /// Program of the link.
    pub program: ProgramId,
    /// Destination, if not the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// Time at which the link was deleted; the claim stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

/// Everything that is needed to create a link.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// Key of the link.
    pub key: LinkKey,
    /// Destination, if not the program's.
    pub destination: Option<Destination>,
    /// New ID of the event that records it.
    pub event: EventId,
}

/// A created link, ready to be written.
#[derive(Debug, Clone)]
pub struct LinkCreated {
    /// The new link.
    pub link: ShareLink,
    /// Event that records it.
    pub event: Event,
}

/// A deleted link, ready to be written.
#[derive(Debug, Clone)]
pub struct LinkDeleted {
    /// The link after the change.
    pub link: ShareLink,
    /// Event that records it.
    pub event: Event,
}

/// Reasons why a link can't be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The partner is revoked.
    #[error("This partner's access is revoked.")]
    Revoked,
    /// The partner isn't active yet.
    #[error("This partner has not joined yet.")]
    NotActivated,
    /// The partner doesn't have the program.
    #[error("This partner isn't in this program.")]
    NotGranted,
    /// The key is or was used by another link.
    #[error("This link key is already taken. Try another.")]
    KeyTaken,
}

impl Partner {
    /// Creates a link for `program`, if the partner has it.
    ///
    /// # Errors
    /// Fails with [`LinkError`]. The inner error is `destination_not_allowed`.
    pub fn create_link(
        &self,
        new: NewLink,
        program: &Program,
        by: Actor,
        now: Timestamp,
    ) -> Result<Result<LinkCreated, Invalid>, LinkError> {
        self.may_link()?;
        let grant = self.grants.get(&program.id).filter(|_| program.is_live()).ok_or(LinkError::NotGranted)?;
        if new.destination.as_ref().is_some_and(|destination| !program.allows(destination)) {
            let message = "This program's links can only go to its own host or an allowed host.";
            return Ok(Err(Invalid::new("destination_not_allowed", message)));
        }
        let link = ShareLink {
            key: new.key,
            brand: self.brand.clone(),
            partner: self.id.clone(),
            program: program.id.clone(),
            destination: new.destination,
            commission: grant.commission,
            created_at: now,
            deleted_at: None,
            clicks: 0,
            conversions: 0,
            figures: Counters::default(),
        };
        let kind =
            EventKind::LinkCreated { partner: self.id.clone(), link: link.key.clone(), program: program.id.clone() };
        let event = Event::new(new.event, &self.brand, by, kind, now);
        Ok(Ok(LinkCreated { link, event }))
    }

    /// Checks that the partner may create links at all. Called again on the stored partner when the write failed its
    /// condition.
    ///
    /// # Errors
    /// Fails with [`LinkError`] if they may not.
    pub fn may_link(&self) -> Result<(), LinkError> {
        match self.state() {
            PartnerState::Active => Ok(()),
            PartnerState::Invited | PartnerState::Declined => Err(LinkError::NotActivated),
            PartnerState::Revoked => Err(LinkError::Revoked),
        }
    }
}

impl ShareLink {
    /// Returns the links that aren't deleted, newest first.
    #[must_use]
    pub fn live(mut links: Vec<Self>) -> Vec<Self> {
        links.retain(|link| link.deleted_at.is_none());
        links.sort_by_key(|link| std::cmp::Reverse(link.created_at));
        links
    }

    /// Deletes the link; returns `None` if it is deleted already.
    #[must_use]
    pub fn delete(self, event: EventId, by: Actor, now: Timestamp) -> Option<LinkDeleted> {
        if self.deleted_at.is_some() {
            return None;
        }
        let kind = EventKind::LinkDeleted { partner: self.partner.clone(), link: self.key.clone() };
        let event = Event::new(event, &self.brand, by, kind, now);
        Some(LinkDeleted { link: Self { deleted_at: Some(now), ..self }, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_plain_and_short() {
        for text in ["abc", "Maria_2026", "a-b", &"x".repeat(64)] {
            assert!(LinkKey::parse(text).is_ok(), "{text}");
        }
        for text in ["", "ab", "a b", "ä-key", "a/b", "a.b", &"x".repeat(65)] {
            assert_eq!(LinkKey::parse(text).map_err(|error| error.code), Err("invalid_link_key"), "{text}");
        }
        assert_eq!(LinkKey::parse("MaRia").map(|key| key.folded()), Ok("maria".to_owned()));
    }

    #[test]
    fn every_name_makes_a_key() {
        for name in ["Maria Lopez", "李小龍", "🙂", "Ana María Núñez-O'Neil de los Santos y Castro", "X"] {
            let key = LinkKey::propose(&Name::parse(name).unwrap(), [1, 40, 255]);
            assert_eq!(LinkKey::parse(key.as_str()), Ok(key.clone()), "{name}");
        }
        assert_eq!(LinkKey::propose(&Name::parse("Maria Lopez").unwrap(), [1, 40, 255]).as_str(), "maria-lopez-18z");
    }
}
