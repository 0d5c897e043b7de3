//! HTTP layer: parses requests into typed input and renders results as JSON or pages.

mod api_views;
mod assets;
mod auth;
pub mod format;
mod format_time;
mod http;
mod import;
mod network;
mod page_context;
pub mod pages;
mod partner;
mod program;
mod stylesheet;
mod webhook;

pub use api_views::{ApiKeyView, CommissionView, EventView, LinkView, MoneyView, network_webhook, short_link};
pub use auth::{
    Caller, LinkStatus, Requirement, SignInRequest, Signed, check_mail, check_mail_form, ended, link_address, login,
};
pub use format_time::{day, moment, when};
pub(crate) use http::ANSWERS_KEPT;
pub use http::{Cookie, LIMIT_DEFAULT, LIMIT_MAX, List, PartnerFilterParams, Reply, Request, Router};
pub use import::{ImportView, ImportsOf, RowErrorView};
pub use network::BackfillView;
pub(crate) use page_context::page_for;
pub use page_context::{Face, base_path, nobodys_shell};
pub use partner::{
    EmailConfirmationLink, PartnerView, ProgramView, decline_address, decline_page, declined_page, nothing_to_decline,
};
pub use program::CommissionSnapshot;
pub use stylesheet::stylesheet;
pub use webhook::{DeliveryView, Told, WebhookView, told};

pub use crate::json::{Nothing, from_json};
pub use assets::asset;

pub use ::http::{Method, StatusCode};
/// A timestamp in the API: RFC 3339, UTC.
pub use jiff::Timestamp as Time;
