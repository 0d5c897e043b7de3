//! HTTP: requests, responses, routing, cookies, pagination and idempotency.

pub(super) mod cookies;
pub(super) mod idempotency;
pub(super) mod pagination;
pub(super) mod request;
pub(super) mod response;
pub(super) mod router;

pub use cookies::Cookie;
pub(crate) use idempotency::ANSWERS_KEPT;
pub use pagination::{LIMIT_DEFAULT, LIMIT_MAX, List, PartnerFilterParams};
pub use request::Request;
pub use response::Reply;
pub use router::Router;
