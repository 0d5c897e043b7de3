//! The routes of the API.

/// A route of the HTTP API.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method. A route of the template for ANY is split into two, GET and HEAD, which pages handle.
    pub method: String,
    /// True if the template says ANY: methods without a route of their own are passed to the same function.
    pub any: bool,
    /// The path, with parameters in braces.
    pub path: String,
    /// The name of the function that handles it.
    pub function: String,
}

impl Route {
    /// Returns API Gateway's key of the route.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", if self.any { "ANY" } else { &self.method }, self.path)
    }
}
