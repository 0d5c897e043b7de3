//! The tests of the whole system, from outside: real events in, real keys, real mail, on one running instance each.
//!
//! | module | what it shows |
//! |---|---|
//! | `journeys` | a promise of the product each, as people live it |
//! | `functions` | every function: what it answers, to whom, and what it refuses |
//! | `callers` | every route × everybody who may try it: each cell decided |
//! | `openapi` | the document of the API, held against the types and the template |
//! | `import_budget` | what a row of an import costs up to its mail |
//! | `lines` | what each invocation leaves in the log, and the trace through queues |
//! | `kills` | the process dies in the middle of an import, again and again |
//! | `races` | the same thing a hundred times at once |
//! | `faults` | what happens when calls fail, answers get lost, or messages come twice |
//! | `new_account` | the limits of a new AWS account: SES's sandbox, and concurrency that is used up |
//! | `policies` | each function's calls, held against its role |
//! | `costs` | what it costs in dollars, and the page that says so |
//! | `budgets` | how many calls and items each action costs |
//! | `desk` | the admins' pages with partners in every state, in two read steps each |
//! | `browser` | the pages, in a real browser |
//! | `words` | error codes and mails, kept as they are |
//! | `tidy` | rules of this repository about itself |

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it should be"
)]

mod browser;
mod budgets;
mod callers;
mod costs;
mod declining;
mod desk;
mod faces;
mod faults;
mod flapping;
mod functions;
mod hooks;
mod import_budget;
mod importing;
mod journeys;
mod kills;
mod lines;
mod network;
mod new_account;
mod openapi;
mod outside;
mod policies;
mod races;
mod retention;
mod support;
mod tidy;
mod words;
