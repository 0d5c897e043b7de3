//! What the API and the pages share about imports and bulk jobs.

pub(super) mod view;

pub use view::{ImportView, ImportsOf, RowErrorView};
