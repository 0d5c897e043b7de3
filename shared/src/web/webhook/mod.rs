//! What the API and the pages share about webhooks.

pub(super) mod view;

pub use view::{DeliveryView, Told, WebhookView, told};
