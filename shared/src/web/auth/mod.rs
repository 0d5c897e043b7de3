//! Who is calling, and the pages and endpoints of signing in.

pub(super) mod account;
pub(super) mod caller;
pub(super) mod request_link;
pub(super) mod requirement;
pub(super) mod sign_in;
pub(super) mod sign_in_pages;

pub use account::ended;
pub use caller::Caller;
pub use request_link::SignInRequest;
pub use requirement::Requirement;
pub use sign_in::{LinkStatus, Signed, link_address};
pub use sign_in_pages::{check_mail, check_mail_form, login};
