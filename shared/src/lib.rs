//! The one crate that all functions of partner invites share.
//!
//! | module | what it is |
//! |---|---|
//! | [`domain`] | the pure rules: types that can't be wrong, what may happen to a partner |
//! | [`store`] | the one table; `store/keys.rs` is the only place that spells a key |
//! | [`mail`] | a folder per mail, and sending |
//! | [`web`] | request → typed input; reply → JSON or page; callers, sessions, errors |
//! | [`approving`] | taking approvals of the Network, by whichever way they come |
//! | [`archive`] | the door to S3 |
//! | [`queue`] | the door to SQS, and what goes through it |
//! | [`network`] | calls to a brand's Network, and notes of the calls each way |
//! | [`outside`] | the door to other systems: the Network, and the brand's own |
//! | [`webhook`] | signatures of webhooks, ours and those of others |
//! | [`letters`] | the words of mails that can be looked at before they go |
//! | [`sealed`] | secrets that are used again |
//! | [`sheet`] | the reader of CSV files as people really export them |
//! | [`worker`] | the other edge: batches of queues and streams |
//! | [`runtime`] | start-up of every function, and how AWS is reached (`https`) |
//! | [`Invocation`] | the line that tells what an invocation did |

mod app;
pub mod approving;
pub mod archive;
mod config;
pub mod domain;
mod error;
mod function;
mod https;
mod invocation;
mod kept;
pub mod letters;
mod long_read;
pub mod mail;
pub mod network;
pub mod outside;
pub mod queue;
pub mod runtime;
pub mod sealed;
pub mod secret;
pub mod setup;
pub mod sheet;
pub mod store;
pub mod web;
pub mod webhook;
pub mod worker;

pub use app::{App, Clock, CookieStyle, Lines, Platform, Random};
pub use config::{Config, ConfigError, needed};
pub use error::{Chain, Error, InvalidField, Result};
pub use function::{Doors, Function};
pub use invocation::{Invocation, following};
pub use kept::kept;
pub use long_read::LongRead;
pub use runtime::{Exit, log, serve};
