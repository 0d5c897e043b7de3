//! A share link: a short address of one partner for one program.
//!
//! The claim of its key makes the key unique in the brand, whatever its case, and stays for ever: a deleted link's key
//! is never given to anybody else. The partner's own record of it carries what it brought.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, BrandSlug, Commission, Destination, Event, EventId, EventKind, Figures, Invalid, Name, Partner, PartnerId,
    PartnerState, Program, ProgramId, validation::text_value,
};

/// The last part of a share link: 3–64 of letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkKey(String);

text_value!(LinkKey);

impl LinkKey {
    /// How many characters of a name a proposed key begins with.
    const OF_NAME: usize = 24;

    /// Reads a key.
    ///
    /// # Errors
    /// `invalid_link_key`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (3..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_link_key", "A link's key has 3 to 64 letters (a-z), digits, _ or -."))
        }
    }

    /// The spelling under which it is unique.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// A key that people recognise as somebody's, with a tail by chance that is hardly taken.
    #[must_use]
    pub fn propose(name: &Name, entropy: [u8; 3]) -> Self {
        Self::with_tail(name.as_str(), entropy)
    }

    /// The key that somebody meant by `text`, if there is one in it.
    #[must_use]
    pub fn cleaned(text: &str) -> Option<Self> {
        let plain = |char: char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' };
        let text: String = text.trim().trim_start_matches('@').chars().take(64).map(plain).collect();
        Self::parse(text.trim_matches('-')).ok()
    }

    /// A key that begins like `text`, with a tail by chance that is hardly taken.
    #[must_use]
    pub fn with_tail(text: &str, entropy: [u8; 3]) -> Self {
        let words = text.to_lowercase();
        let words = words.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let name: String = words.collect::<Vec<_>>().join("-").chars().take(Self::OF_NAME).collect();
        let name = if name.is_empty() { "link" } else { name.trim_end_matches('-') };
        // Crockford's alphabet has no letter that is read as a digit.
        let alphabet = b"0123456789abcdefghjkmnpqrstvwxyz";
        let tail = entropy.map(|byte| alphabet.get(usize::from(byte % 32)).copied().map_or('0', char::from));
        Self(format!("{name}-{}", tail.iter().collect::<String>()))
    }
}

/// A share link as its partner has it, with what it brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareLink {
    /// Its key, as it was chosen.
    pub key: LinkKey,
    /// The brand.
    pub brand: BrandSlug,
    /// Whose it is.
    pub partner: PartnerId,
    /// For what.
    pub program: ProgramId,
    /// Where it leads, if not where the program does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// Terms of the grant it was created under, which go before the program's and outlive the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<Commission>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was deleted, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// How many visits it brought.
    #[serde(default)]
    pub clicks: u64,
    /// How many conversions it earned something for.
    #[serde(default)]
    pub conversions: u64,
    /// What it earned, under `earned`.
    #[serde(flatten)]
    pub figures: Figures,
}

impl ShareLink {
    /// Where it leads: where it was pointed, as long as the program allows that, and else where the program leads.
    #[must_use]
    pub fn leads_to<'a>(destination: Option<&'a Destination>, program: &'a Program) -> &'a Destination {
        destination.filter(|destination| program.allows(destination)).unwrap_or(&program.destination)
    }
}

/// That a key is taken in a brand, and by what; it is what following a link reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkClaim {
    /// The key, as it was chosen.
    pub key: LinkKey,
    /// Whose link it is.
    pub partner: PartnerId,
    /// For what.
    pub program: ProgramId,
    /// Where it leads, if not where the program does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// When the link was deleted; the claim stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

/// Everything that makes a link.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// Its key.
    pub key: LinkKey,
    /// Where it leads, if not where the program does.
    pub destination: Option<Destination>,
    /// The fresh id of the event that tells of it.
    pub event: EventId,
}

/// A link that is about to be created, ready to be written.
#[derive(Debug, Clone)]
pub struct LinkCreated {
    /// The link.
    pub link: ShareLink,
    /// What tells of it.
    pub event: Event,
}

/// A link that is about to be deleted, ready to be written.
#[derive(Debug, Clone)]
pub struct LinkDeleted {
    /// The link as it is now.
    pub link: ShareLink,
    /// What tells of it.
    pub event: Event,
}

/// Why a link can't be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// Access was taken back.
    #[error("This partner's access is revoked.")]
    Revoked,
    /// They are not in yet.
    #[error("This partner has not joined yet.")]
    NotActivated,
    /// It is not theirs to share.
    #[error("This program is not granted to this partner.")]
    NotGranted,
    /// The key belongs to another link, or did.
    #[error("This key is taken. Choose another one.")]
    KeyTaken,
}

impl Partner {
    /// Creates a link for `program`, if it is theirs to share.
    ///
    /// # Errors
    /// [`LinkRefused`]; `destination_not_allowed` is the inner error.
    pub fn create_link(
        &self,
        new: NewLink,
        program: &Program,
        by: Actor,
        now: Timestamp,
    ) -> Result<Result<LinkCreated, Invalid>, LinkRefused> {
        self.may_link()?;
        let grant = self.grants.get(&program.id).filter(|_| program.is_live()).ok_or(LinkRefused::NotGranted)?;
        if new.destination.as_ref().is_some_and(|destination| !program.allows(destination)) {
            let message = "This program's links lead to its own host or to one it allows.";
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
            figures: Figures::default(),
        };
        let kind =
            EventKind::LinkCreated { partner: self.id.clone(), link: link.key.clone(), program: program.id.clone() };
        let event = Event::new(new.event, &self.brand, by, kind, now);
        Ok(Ok(LinkCreated { link, event }))
    }

    /// Whether they may create links at all; asked again of whoever stood in the way of the write.
    ///
    /// # Errors
    /// [`LinkRefused`].
    pub fn may_link(&self) -> Result<(), LinkRefused> {
        match self.state() {
            PartnerState::Active => Ok(()),
            PartnerState::Invited | PartnerState::Declined => Err(LinkRefused::NotActivated),
            PartnerState::Revoked => Err(LinkRefused::Revoked),
        }
    }
}

impl ShareLink {
    /// Those that lead anywhere, newest first.
    #[must_use]
    pub fn live(mut links: Vec<Self>) -> Vec<Self> {
        links.retain(|link| link.deleted_at.is_none());
        links.sort_by_key(|link| std::cmp::Reverse(link.created_at));
        links
    }

    /// Deletes it; `None` if it is deleted already.
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
