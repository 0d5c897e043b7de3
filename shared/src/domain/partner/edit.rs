//! Editing a partner's name and metadata.

use jiff::Timestamp;

use crate::domain::{AccessError, Actor, Event, EventId, EventKind, Metadata, Name, Partner};

/// An edited partner, ready to be written.
#[derive(Debug, Clone)]
pub struct PartnerEdited {
    /// The partner after the change.
    pub partner: Partner,
    /// True if the name changed; otherwise it isn't written, since another admin may be changing it at the same time.
    pub renamed: bool,
    /// New metadata, if it changed.
    pub metadata: Option<Metadata>,
    /// Event that records it.
    pub event: Event,
}

impl Partner {
    /// Changes the name or the metadata; what is `None` stays.
    ///
    /// # Errors
    /// Fails with [`AccessError::Erased`] if the partner was erased.
    pub fn edit(
        self,
        (name, metadata): (Option<Name>, Option<Metadata>),
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<PartnerEdited, AccessError> {
        self.must_be_there()?;
        let kind = EventKind::PartnerEdited { partner: self.id.clone() };
        let event = Event::new(event, &self.brand, by, kind, now);
        let renamed = name.is_some();
        let partner = Self { name: name.unwrap_or_else(|| self.name.clone()), ..self };
        Ok(PartnerEdited { partner, renamed, metadata, event })
    }
}
