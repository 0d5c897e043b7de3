//! Signing in: sessions, API keys, sign-in links and codes, and who is acting.

mod actor;
mod magic_link;
mod redeem;
mod return_path;
mod session;
mod sign_in;

pub use actor::{Actor, ActorKind};
pub use magic_link::{MagicLink, Person, Principal, Purpose, Token, Use};
pub use redeem::{Redeemed, Redemption};
pub use return_path::ReturnPath;
pub use session::{ApiKey, Scope, Session};
pub use sign_in::{Attempt, Audience, Code, MailedCredentials};
