//! The edge towards HTTP: requests into typed input, results into JSON or pages.

mod account;
mod addresses;
mod asking;
mod assets;
mod backfills;
mod callers;
mod cookies;
mod declining;
pub mod described;
mod door;
mod endpoint;
mod face;
mod idempotency;
mod imports;
mod json;
mod landing;
mod listing;
mod needs;
pub mod pages;
mod records;
mod reply;
mod request;
pub mod shown;
mod terms;
mod times;
mod views;
mod webhooks;

pub use account::ended;
pub use addresses::AddressLink;
pub use asking::Asking;
pub use assets::asset;
pub use backfills::BackfillView;
pub use callers::Caller;
pub use cookies::Cookie;
pub use declining::{decline_address, decline_page, declined_page, nothing_to_decline};
pub use door::{LinkSeen, Signed, link_address};
pub use endpoint::Endpoint;
pub(crate) use face::page_for;
pub use face::{Face, base_path, nobodys_shell};
pub(crate) use idempotency::ANSWERS_KEPT;
pub use imports::{ImportView, RowProblemView};
pub use json::{Nothing, from_json};
pub use landing::{check_mail, check_mail_form, login};
pub use listing::{LIMIT_DEFAULT, LIMIT_MAX, List, PartnerWords};
pub use needs::Needs;
pub use records::{ApiKeyView, CommissionView, EventView, LinkView, MoneyView, network_webhook, short_link};
pub use reply::Reply;
pub use request::Request;
pub use terms::CommissionSnapshot;
pub use times::{day, moment, when};
pub use views::{PartnerView, ProgramView};
pub use webhooks::{DeliveryView, Told, WebhookView, told};

pub use http::{Method, StatusCode};
/// A moment as the API tells it: RFC 3339, UTC.
pub use jiff::Timestamp as Time;
