//! Data for a payload: the event, and the partner and import it is about.

use shared::{
    App, Result,
    domain::{Delivery, Event, Import, Partner, WebhookType},
    store::{Found, Key, keys},
};

/// The events of deliveries, with their partners and imports in their current state.
pub(crate) struct Around(Found);

impl Around {
    pub(crate) async fn read(app: &App, deliveries: &[Delivery]) -> Result<Self> {
        let events = deliveries.iter().map(|delivery| event_key(delivery).raw());
        let partners = deliveries.iter().filter_map(|delivery| Some(partner_key(delivery)?.raw()));
        let found = app.store.read(events.chain(partners)).await?;
        // Only the event of a completed import names another item to read.
        let imports = deliveries.iter().filter(|delivery| delivery.event_type == WebhookType::ImportCompleted);
        let mut keys = Vec::new();
        for delivery in imports {
            keys.extend(found.get(&event_key(delivery))?.as_ref().and_then(import_key).map(|key| key.raw()));
        }
        if keys.is_empty() {
            return Ok(Self(found));
        }
        Ok(Self(found.and(app.store.read(keys).await?)))
    }

    pub(crate) fn event(&self, delivery: &Delivery) -> Result<Option<Event>> {
        self.0.get(&event_key(delivery))
    }

    pub(crate) fn partner(&self, delivery: &Delivery) -> Result<Option<Partner>> {
        partner_key(delivery).map_or(Ok(None), |key| self.0.get(&key))
    }

    pub(crate) fn import(&self, event: &Event) -> Result<Option<Import>> {
        import_key(event).map_or(Ok(None), |key| self.0.get(&key))
    }
}

fn event_key(delivery: &Delivery) -> Key<Event> {
    match &delivery.partner {
        Some(partner) => keys::partner_event(&delivery.brand, partner, &delivery.event),
        None => keys::brand_event(&delivery.brand, &delivery.event),
    }
}

fn partner_key(delivery: &Delivery) -> Option<Key<Partner>> {
    Some(keys::partner(&delivery.brand, delivery.partner.as_ref()?))
}

fn import_key(event: &Event) -> Option<Key<Import>> {
    Some(keys::import(&event.brand, event.kind.completed_import()?))
}
