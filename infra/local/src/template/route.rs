//! The routes of the API.

/// A route of the HTTP API.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method. A route of the template for ANY is here as two, GET and HEAD, which are what pages answer.
    pub method: String,
    /// Whether the template says ANY: other methods that no route names are handed to the same function.
    pub any: bool,
    /// The path, with parameters in braces.
    pub path: String,
    /// The name of the function that answers.
    pub function: String,
}

impl Route {
    /// What API Gateway calls it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", if self.any { "ANY" } else { &self.method }, self.path)
    }
}
