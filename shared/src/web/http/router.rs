//! Routes and the handlers behind them.

use std::{fmt, pin::Pin, sync::Arc};

use http::Method;
use serde_json::Value;
use tracing::error;

use crate::{
    App, Error, Function, Result,
    error::ErrorChain,
    invocation,
    web::{Reply, Request, page_for},
};

type Answer = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;
type Handler = Arc<dyn Fn(App, Request) -> Answer + Send + Sync>;

/// Routes of one function. Handlers are boxed here, so that the heavy generic code is compiled once, in this crate.
#[derive(Clone, Default)]
pub struct Router {
    routes: Vec<(Method, &'static str, Handler)>,
    /// True if pages of any origin may call the routes.
    from_anywhere: bool,
    /// True if the URLs of the routes contain a proof of their own.
    with_proof: bool,
}

impl Router {
    /// Creates an endpoint with one route: `handler` for `method` and `path`, both spelled as in API Gateway.
    pub fn new<F>(method: Method, path: &'static str, handler: fn(App, Request) -> F) -> Self
    where
        F: Future<Output = Result<Reply>> + Send + 'static,
    {
        Self::default().and(method, path, handler)
    }

    /// Creates an endpoint with one page: GET, and HEAD for clients that only check that it exists.
    pub fn page<F>(path: &'static str, handler: fn(App, Request) -> F) -> Self
    where
        F: Future<Output = Result<Reply>> + Send + 'static,
    {
        Self::default().and_page(path, handler)
    }

    /// Adds a route.
    #[must_use]
    pub fn and<F>(mut self, method: Method, path: &'static str, handler: fn(App, Request) -> F) -> Self
    where
        F: Future<Output = Result<Reply>> + Send + 'static,
    {
        self.routes.push((method, path, Arc::new(move |app, request| Box::pin(handler(app, request)))));
        self
    }

    /// Adds a page.
    #[must_use]
    pub fn and_page<F>(self, path: &'static str, handler: fn(App, Request) -> F) -> Self
    where
        F: Future<Output = Result<Reply>> + Send + 'static,
    {
        self.and(Method::GET, path, handler).and(Method::HEAD, path, handler)
    }

    /// Allows pages of any origin to call these routes. Only for handlers that never read cookies.
    #[must_use]
    pub fn from_anywhere(self) -> Self {
        Self { from_anywhere: true, ..self }
    }

    /// Accepts forms of these routes from any origin, email programs included, because their URLs contain a proof that
    /// can't be forged. Only for handlers that never read cookies.
    #[must_use]
    pub fn with_proof(self) -> Self {
        Self { with_proof: true, ..self }
    }

    /// Converts the routes into a function.
    #[must_use]
    pub fn function(self) -> Function {
        Function::new(move |app, event| {
            let endpoint = self.clone();
            async move { endpoint.call(app, event).await }
        })
    }

    /// Handles one request. Errors become responses too, because a failed Lambda invocation would reach the caller as
    /// an empty 500.
    async fn call(self, app: App, event: Value) -> Result<Value> {
        let key = event.get("routeKey").and_then(Value::as_str).unwrap_or_default().to_owned();
        let request = Request::read(event)?;
        // Routes of pages accept any method.
        let path = key.split_once(' ').map_or("", |(_, path)| path);
        let route = if key.starts_with("ANY ") { format!("{} {path}", request.method) } else { key.clone() };
        let (id, head) = (request.id.clone(), request.method == Method::HEAD);
        let brand = request.param("brand").ok();
        let page = page_for(&request);
        let handler = self.routes.iter().find(|(method, path, _)| route == format!("{method} {path}"));
        let answer = match (handler, request.same_origin(&app.config.base_url)) {
            (None, _) => match self.methods_of(path) {
                allowed if allowed.is_empty() => Err(Error::NotFound("URL")),
                allowed => Err(Error::MethodNotAllowed(allowed)),
            },
            (Some(_), Err(error)) if !self.from_anywhere && !self.with_proof => Err(error),
            (Some((_, _, handler)), Ok(()) | Err(_)) => handler(app.clone(), request).await,
        };
        let (reply, outcome) = match answer {
            Ok(reply) => (reply, "answered"),
            Err(error) => {
                if matches!(error, Error::Internal(_)) {
                    error!(request.id = id, route, "failed: {}", ErrorChain(&error));
                }
                let reply = match page {
                    // No browser sends such a request, and programs read the header `Allow`, so this is no page.
                    Some(_) | None if matches!(error, Error::MethodNotAllowed(_)) => Reply::error(&error),
                    Some(page) => page.error(&app, &error, &id).await?,
                    None => Reply::error(&error),
                };
                (reply, error.status_and_code().1)
            }
        };
        let reply = if self.from_anywhere { reply.for_any_page() } else { reply };
        invocation::add_fields(|fields| {
            fields.request = Some(id);
            // A URL may contain anything, including a person's name, so the brand isn't logged with a 404.
            fields.brand = brand.filter(|_| reply.status != http::StatusCode::NOT_FOUND);
            fields.route = Some(route);
            fields.status = Some(reply.status.as_u16());
            fields.outcome = Some(outcome);
        });
        Ok(reply.into_event(head))
    }
}

impl Router {
    /// Methods of the routes with this path, in the format of the header `Allow`.
    fn methods_of(&self, path: &str) -> String {
        let methods = self.routes.iter().filter(|(_, of, _)| *of == path).map(|(method, _, _)| method.as_str());
        methods.collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.routes.iter().map(|(method, path, _)| format!("{method} {path}"))).finish()
    }
}
