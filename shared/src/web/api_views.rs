//! Links, commissions, events and keys as the API shows them.

use iso_currency::Currency;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    App,
    domain::{
        Actor, ActorKind, ApiKey, ApiKeyId, BrandSlug, Commission, CommissionId, CommissionState, Event, EventId,
        LinkKey, MailResult, Money, Name, PartnerId, Program, ProgramId, Scope, ShareLink,
    },
};

/// URL of a share link.
#[must_use]
pub fn short_link(app: &App, brand: &BrandSlug, key: &LinkKey) -> String {
    format!("{}/r/{brand}/{key}", app.config.base_url)
}

/// URL to which a brand's Network sends its webhooks.
#[must_use]
pub fn network_webhook(app: &App, brand: &BrandSlug) -> String {
    format!("{}/webhooks/network/{brand}", app.config.base_url)
}

/// An amount of money.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Money")]
pub struct MoneyView {
    /// Amount in minor units of the currency.
    amount: u64,
    /// ISO 4217 code.
    #[schemars(with = "String", regex(pattern = "^[A-Z]{3}$"))]
    currency: Currency,
}

impl From<Money> for MoneyView {
    fn from(Money { amount, currency }: Money) -> Self {
        Self { amount, currency }
    }
}

/// A share link.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Link")]
pub struct LinkView {
    /// Link key, spelled as it was chosen.
    link_key: LinkKey,
    /// Program that it shares.
    program_id: ProgramId,
    /// URL that the partner shares.
    url: String,
    /// URL that it redirects to.
    destination_url: String,
    /// Number of clicks.
    clicks: u64,
    /// Number of conversions that earned a commission.
    conversions: u64,
    /// Commissions earned, less those reversed. One amount per currency.
    earned: Vec<MoneyView>,
    /// Time of creation.
    created_at: Timestamp,
}

impl LinkView {
    /// The link of `program`.
    #[must_use]
    pub fn of(app: &App, link: &ShareLink, program: &Program) -> Self {
        Self {
            link_key: link.key.clone(),
            program_id: link.program.clone(),
            url: short_link(app, &link.brand, &link.key),
            destination_url: ShareLink::leads_to(link.destination.as_ref(), program).to_string(),
            clicks: link.clicks,
            conversions: link.conversions,
            earned: link.figures.sums("earned").into_iter().map(MoneyView::from).collect(),
            created_at: link.created_at,
        }
    }
}

/// A commission.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Commission")]
pub struct CommissionView {
    id: CommissionId,
    /// Partner who earned it.
    partner_id: PartnerId,
    /// Program that it was earned for.
    program_id: ProgramId,
    /// The link that brought the visitor.
    link_key: LinkKey,
    /// Status: accrued, paid or reversed.
    state: CommissionState,
    /// Amount in minor units of the currency.
    amount: u64,
    /// ISO 4217 code.
    #[schemars(with = "String", regex(pattern = "^[A-Z]{3}$"))]
    currency: Currency,
    /// Type of the conversion, as the shop reported it.
    r#type: String,
    /// Value of the conversion to the shop.
    value: Option<MoneyView>,
    /// ID of the conversion in the shop.
    external_event_id: Option<String>,
    /// Time at which it was recorded.
    created_at: Timestamp,
    /// Time at which it was paid or reversed.
    settled_at: Option<Timestamp>,
}

impl From<&Commission> for CommissionView {
    fn from(booked: &Commission) -> Self {
        Self {
            id: booked.id.clone(),
            partner_id: booked.partner.clone(),
            program_id: booked.program.clone(),
            link_key: booked.link.clone(),
            state: booked.state,
            amount: booked.amount,
            currency: booked.currency,
            r#type: booked.conversion.to_string(),
            value: booked.value.map(MoneyView::from),
            external_event_id: booked.external_id.as_ref().map(ToString::to_string),
            created_at: booked.created_at,
            settled_at: booked.settled_at,
        }
    }
}

/// An event: something that happened to a partner.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct EventView {
    /// ID of the event; IDs sort by time.
    id: EventId,
    /// Type of the event, such as `partner.revoked`.
    r#type: String,
    /// Time at which it happened.
    at: Timestamp,
    /// Actor who caused it.
    actor: ActorView,
    /// Further data; its fields depend on the type.
    data: serde_json::Value,
    /// Delivery status of the email that the event requested, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailResult>,
}

/// An actor: who did something.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Actor")]
pub(super) struct ActorView {
    /// Kind of actor.
    kind: ActorKind,
    /// ID of the admin, key or partner; `operator` for an operator.
    id: String,
    /// Name of the actor at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<&Actor> for ActorView {
    fn from(actor: &Actor) -> Self {
        Self { kind: actor.kind, id: actor.id.clone(), name: actor.name.as_ref().map(ToString::to_string) }
    }
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        let mut data = serde_json::to_value(&event.kind).unwrap_or_default();
        let mut kind = String::new();
        if let Some(fields) = data.as_object_mut() {
            kind = fields.remove("type").and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
            // The partner is known from the context, and epochs are internal.
            fields.remove("partner");
            fields.remove("epoch");
        }
        Self {
            id: event.id.clone(),
            r#type: kind,
            at: event.at,
            actor: ActorView::from(&event.actor),
            data,
            mail: event.mail.clone(),
        }
    }
}

/// An API key, without the key.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApiKey")]
pub struct ApiKeyView {
    /// ID of the key, not the key itself.
    id: ApiKeyId,
    /// Label that people gave it.
    label: Name,
    /// Scopes that it has.
    scopes: Vec<Scope>,
    /// Time of creation.
    created_at: Timestamp,
    /// Name of the actor who created it.
    created_by: Option<String>,
    /// Time of the last use, to the hour; `null` if it was never used.
    last_used_at: Option<Timestamp>,
    /// The key itself. Returned only when it is created.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl ApiKeyView {
    /// The new key, including its secret.
    #[must_use]
    pub fn with_secret(key: &ApiKey, secret: &str) -> Self {
        Self { key: Some(secret.to_owned()), ..Self::from(key) }
    }
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.clone(),
            label: key.label.clone(),
            scopes: key.scopes.clone(),
            created_at: key.created_at,
            created_by: key.created_by.as_ref().and_then(|actor| actor.name.as_ref()).map(ToString::to_string),
            last_used_at: key.used_at,
            key: None,
        }
    }
}
