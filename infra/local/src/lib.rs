//! The local runner of partner invites: the SAM template, run in one process, without Docker and without an AWS
//! account.
//!
//! [`Local::start`] reads `infra/template.yaml`, creates the tables, queues and buckets that it declares, mounts its
//! routes, and runs its event sources. Functions are called in process with the same JSON that AWS would send, and use
//! AWS through the real SDK.
//!
//! | module | what it is |
//! |---|---|
//! | [`template`] | the template, as far as it can be run locally; anything unknown in it is an error |
//! | `cloud` | emulators of DynamoDB, SQS, SES, S3 and EventBridge |
//! | [`wire`] | the connection of each function's SDK to those, where tests count calls and inject faults |
//! | `functions` | the functions, each with its environment |
//! | `gateway` | API Gateway: routes, payload 2.0, limits |
//! | `sources` | event source mappings: from queues and streams to functions |
//! | `openapi` | the OpenAPI document, generated from what the functions declare about their routes |
//! | `ledger` | state that must survive a kill besides the table: messages, emails, checkpoints, the clock's offset |
//! | [`clock`] | the one clock that all of it follows |
//! | `pages`, `shop` | what only the local runner has: `/_local`, the outbox, a simulated shop |
//! | `network` | a simulated Network: its responses, its webhooks, its pages |
//! | `seed`, `story` | demo data: two brands and twelve weeks of activity |
//! | `start`, `instance` | [`Local`]: how it starts, and what developers and tests can do with it |
//!
//! It leaves out what has no meaning on one machine: alarms, log groups, encryption, backups. Roles are enforced: a
//! call that a function's role doesn't allow is denied ([`access`]).

pub mod access;
pub mod clock;
mod cloud;
mod folder;
mod functions;
mod gateway;
mod instance;
mod ledger;
mod network;
mod openapi;
mod options;
mod pages;
mod seed;
mod shop;
mod sources;
mod start;
mod story;
pub mod template;
pub mod wire;

pub use clock::{ClockStart, LocalClock};
pub use cloud::{
    mailboxes::{Feedback, News},
    ses::Mail,
};
pub use instance::Local;
pub use network::NetworkSeed;
pub use openapi::{OpenApiError, openapi, operations};
pub use options::{Data, Options, StartError, template as template_path};
pub use seed::Seeded;
pub use wire::{Call, Calls, Fault, Recording, Service, Wire};

#[cfg(test)]
mod tests;
