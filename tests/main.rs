//! Tests of the whole system from outside: real events, real keys and real emails, each on its own running instance.
//!
//! | module | what it shows |
//! |---|---|
//! | `journeys` | one requirement each, as people experience it |
//! | `functions` | every function: its responses, its access rules, and its errors |
//! | `callers` | every route × every kind of caller: each cell decided |
//! | `openapi` | the OpenAPI document, compared with the types and the template |
//! | `import_budget` | the budget of an import row up to its email |
//! | `lines` | the invocation log, and the trace through queues |
//! | `kills` | the process crashes in the middle of an import, again and again |
//! | `races` | the same action a hundred times at once |
//! | `faults` | behaviour when calls fail, responses get lost, or messages are delivered twice |
//! | `new_account` | the limits of a new AWS account: SES's sandbox, and concurrency that is used up |
//! | `policies` | each function's calls, compared with its role |
//! | `costs` | the costs in dollars, and the page about them |
//! | `budgets` | the number of calls and items of each action |
//! | `desk` | the admin pages with partners in every status, in two read steps each |
//! | `browser` | the pages, in a real browser |
//! | `words` | snapshots of error codes and emails |
//! | `tidy` | this repository's rules about itself |
//! | `layers` | the order of the modules of `shared`, and the names of subjects in its layers |
//! | `language` | retired words, which stay out of comments, documents, pages and emails |
//! | `retention` | the page about retention, compared with the code |
//! | `flapping` | many changes of the same partners, which converge |

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
mod language;
mod layers;
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
