//! The stack's resources, as `tests/deployed_stack.py` read them from moto.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

/// The stack of the template.
#[derive(Deserialize)]
pub(crate) struct Stack {
    pub(crate) functions: Vec<Function>,
    pub(crate) routes: Vec<Route>,
}

/// A function with its event source mappings.
#[derive(Deserialize)]
pub(crate) struct Function {
    /// The name of its binary.
    pub(crate) name: String,
    /// The binary.
    pub(crate) bootstrap: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) streams: Vec<Stream>,
}

/// A queue that a function is mapped to.
#[derive(Deserialize)]
pub(crate) struct Queue {
    pub(crate) arn: String,
    pub(crate) url: String,
    pub(crate) batch_size: usize,
}

/// A stream that a function is mapped to.
#[derive(Deserialize)]
pub(crate) struct Stream {
    pub(crate) arn: String,
    pub(crate) batch_size: usize,
    /// The filter patterns, as JSON. A record passes if one of them matches.
    pub(crate) patterns: Vec<String>,
}

/// A route of the API.
#[derive(Deserialize)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The name of the binary that handles it.
    pub(crate) function: String,
}

impl Stack {
    pub(crate) fn function(&self, name: &str) -> &Function {
        self.functions.iter().find(|function| function.name == name).unwrap_or_else(|| panic!("no function {name}"))
    }
}
