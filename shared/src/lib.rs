//! The library that all functions of partner invites share.
//!
//! | module | contents |
//! |---|---|
//! | [`domain`] | the rules, without I/O: types whose invalid states are unrepresentable, and state transitions |
//! | [`store`] | the one table; `store/keys.rs` is the only place that builds a key |
//! | [`mail`] | the emails, with a folder each, and the SES client |
//! | [`web`] | request → typed input; reply → JSON or page; authentication, sessions, errors |
//! | [`approving`] | processing of the Network's approvals, however they arrive |
//! | [`archive`] | the S3 client |
//! | [`queue`] | the SQS client, and the messages in the queues |
//! | [`network`] | calls to a brand's Network, and the log of calls in both directions |
//! | [`outside`] | the HTTP client for other systems: the Network, and the brand's own |
//! | [`webhook`] | signatures of webhooks, ours and those of others |
//! | [`letters`] | the text of emails that can be previewed |
//! | [`sealed`] | encryption of secrets that are used again |
//! | [`sheet`] | the reader of CSV files as spreadsheets and other programs really export them |
//! | [`worker`] | the entry point of workers: batches from queues and streams |
//! | [`runtime`] | the start of every function, and the connections to AWS (`https`) |
//! | [`Invocation`] | the log line of an invocation |

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
