//! The library that all functions of partner invites share.
//!
//! | module | contents |
//! |---|---|
//! | [`domain`] | the rules, without I/O: types whose invalid states are unrepresentable, and state transitions |
//! | [`store`] | the one table; `store/keys.rs` is the only place that builds a key |
//! | [`mail`] | the emails, with a folder each, and the SES client |
//! | [`jobs`] | the messages in the queues |
//! | [`network`] | calls to a brand's Network, the log of calls in both directions, and processing of its approvals |
//! | [`web`] | request → typed input; reply → JSON or page; authentication, sessions, errors |
//! | [`openapi`] | the description of an operation, from which the OpenAPI document is made |
//! | [`csv`] | the reader of CSV files as spreadsheets and other programs really export them |
//! | [`aws`] | the clients of S3 and SQS, and the HTTP client beneath all clients of AWS |
//! | [`egress`] | the HTTP client for other systems: the Network, and the brand's own |
//! | [`crypto`] | secrets, encryption of those that are used again, and signatures of webhooks |
//! | [`compose`] | the text of emails that can be previewed |
//! | [`runtime`] | the start of every function, and the entry point of workers |
//! | [`Invocation`] | the log line of an invocation |
//! | [`operator`] | what `create-brand` and the local runner set up |

mod app;
pub mod aws;
mod clients;
pub mod compose;
mod config;
pub mod crypto;
pub mod csv;
pub mod domain;
pub mod egress;
mod error;
mod function;
mod invocation;
pub mod jobs;
mod json;
mod long_read;
pub mod mail;
pub mod network;
pub mod openapi;
pub mod operator;
mod platform;
mod retention;
pub mod runtime;
pub mod store;
pub mod web;

pub use app::{App, needed};
pub use clients::AwsClients;
pub use config::{Config, ConfigError};
pub use error::{Error, ErrorChain, InvalidField, Result};
pub use function::Function;
pub use invocation::{Invocation, following};
pub use long_read::LongRead;
pub use platform::{Clock, CookiePolicy, LogSink, Platform, Random};
pub use retention::kept;
pub use runtime::{Exit, log, serve};
