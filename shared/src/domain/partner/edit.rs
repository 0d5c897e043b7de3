//! Changing what a partner is called, and what is kept with them.

use jiff::Timestamp;

use crate::domain::{AccessRefused, Actor, Event, EventId, EventKind, Metadata, Name, Partner};

/// A partner who was just edited, ready to be written.
#[derive(Debug, Clone)]
pub struct PartnerEdited {
    /// The partner as they are now.
    pub partner: Partner,
    /// Whether they have another name; otherwise it is not written, since somebody else may just give them one.
    pub renamed: bool,
    /// What is to be kept with them from now on, if that changed.
    pub metadata: Option<Metadata>,
    /// What tells of it.
    pub event: Event,
}

impl Partner {
    /// Gives them another name, or other metadata; what is `None` stays.
    ///
    /// # Errors
    /// [`AccessRefused::Erased`].
    pub fn edit(
        self,
        (name, metadata): (Option<Name>, Option<Metadata>),
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<PartnerEdited, AccessRefused> {
        self.must_be_there()?;
        let kind = EventKind::PartnerEdited { partner: self.id.clone() };
        let event = Event::new(event, &self.brand, by, kind, now);
        let renamed = name.is_some();
        let partner = Self { name: name.unwrap_or_else(|| self.name.clone()), ..self };
        Ok(PartnerEdited { partner, renamed, metadata, event })
    }
}
