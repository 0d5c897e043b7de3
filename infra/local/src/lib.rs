//! Partner invites on a laptop: the SAM template, run in one process, without Docker and without an account.
//!
//! [`Local::start`] reads `infra/template.yaml`, creates the tables, queues and buckets that it declares, mounts its routes, and runs its
//! event sources. Functions are called in process with the very JSON that AWS would send, and talk to AWS through the real SDK.
//!
//! | module | what it is |
//! |---|---|
//! | [`template`] | the template, as far as a laptop runs it; what it does not understand is an error |
//! | `cloud` | what stands in for DynamoDB, SQS, SES, S3 and `EventBridge` |
//! | [`wire`] | the way from a function's SDK to those, where tests count calls and break them |
//! | `functions` | the functions, each with its environment |
//! | `gateway` | API Gateway: routes, payload 2.0, limits |
//! | `sources` | event source mappings: from queues and streams to functions |
//! | `openapi` | the document of the API, made of what the functions say of their routes |
//! | `ledger` | what must survive a kill besides the table: messages, mails, checkpoints, the clock's offset |
//! | [`clock`] | the one clock that all of it follows |
//! | `pages`, `shop` | what only a laptop has: `/_local`, the outbox, a pretend shop |
//! | `network` | a pretend Network: its answers, its webhooks, its pages |
//! | `seed`, `story` | something to start with: two brands, and what happened at them over the last twelve weeks |
//! | `start`, `instance` | [`Local`]: how it comes up, and what people and tests can do with it |
//!
//! It leaves out what has no meaning on one machine: alarms, log groups, encryption, backups. Roles it has: what the one of a function
//! does not allow, it refuses ([`access`]).

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
