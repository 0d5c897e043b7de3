//! Links, commissions, events and keys as the API shows them.

use iso_currency::Currency;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    App,
    domain::{
        Actor, ActorKind, ApiKey, ApiKeyId, BookedCommission, BrandSlug, CommissionId, CommissionState, Event, EventId,
        LinkKey, MailOutcome, Money, Name, PartnerId, Program, ProgramId, Scope, ShareLink,
    },
};

/// Where a share link is reached.
#[must_use]
pub fn short_link(app: &App, brand: &BrandSlug, key: &LinkKey) -> String {
    format!("{}/r/{brand}/{key}", app.config.base_url)
}

/// Where a brand's Network sends its webhooks.
#[must_use]
pub fn network_webhook(app: &App, brand: &BrandSlug) -> String {
    format!("{}/webhooks/network/{brand}", app.config.base_url)
}

/// An amount of money.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Money")]
pub struct MoneyView {
    /// In minor units of the currency.
    amount: u64,
    /// ISO 4217.
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
    /// Its key, as it was chosen.
    link_key: LinkKey,
    /// For what.
    program_id: ProgramId,
    /// What is shared.
    url: String,
    /// Where it leads.
    destination_url: String,
    /// How many visits it brought.
    clicks: u64,
    /// How many conversions it earned something for.
    conversions: u64,
    /// What it earned, less what was taken back.
    earned: Vec<MoneyView>,
    /// When it was created.
    created_at: Timestamp,
}

impl LinkView {
    /// The link, for `program`.
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
#[schemars(rename = "BookedCommission")]
pub struct CommissionView {
    id: CommissionId,
    /// Who earned it.
    partner_id: PartnerId,
    /// For what.
    program_id: ProgramId,
    /// The link that brought the visitor.
    link_key: LinkKey,
    /// Whether it is still owed.
    state: CommissionState,
    /// In minor units of the currency.
    amount: u64,
    /// ISO 4217.
    #[schemars(with = "String", regex(pattern = "^[A-Z]{3}$"))]
    currency: Currency,
    /// What the visitor did.
    r#type: String,
    /// What that is worth to the shop.
    value: Option<MoneyView>,
    /// What the shop calls it.
    external_event_id: Option<String>,
    /// When it was booked.
    created_at: Timestamp,
    /// When it was paid or reversed.
    settled_at: Option<Timestamp>,
}

impl From<&BookedCommission> for CommissionView {
    fn from(booked: &BookedCommission) -> Self {
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

/// Something that happened to a partner.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct EventView {
    /// Names it; sorts by time.
    id: EventId,
    /// What happened, as in `partner.revoked`.
    r#type: String,
    /// When.
    at: Timestamp,
    /// Who did it.
    actor: ActorView,
    /// What more there is to say; which fields there are follows from the type.
    data: serde_json::Value,
    /// What became of the mail that it asked for, as far as the mailbox told.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailOutcome>,
}

/// Who did something.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Actor")]
pub(super) struct ActorView {
    /// What kind of actor it was.
    kind: ActorKind,
    /// The id of the admin, key or partner; `operator` for an operator.
    id: String,
    /// What people called it then.
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
            // Whose events these are is known, and epochs are nobody's business.
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
    /// Names it; it is not the key.
    id: ApiKeyId,
    /// What people call it.
    label: Name,
    /// What it may do.
    scopes: Vec<Scope>,
    /// When it was made.
    created_at: Timestamp,
    /// Who made it, by name.
    created_by: Option<String>,
    /// To the hour; `null` if it never was.
    last_used_at: Option<Timestamp>,
    /// The key, when it is created and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl ApiKeyView {
    /// The new key, with what opens the API.
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
