//! A Lambda function as a value: what AWS's JSON is handed to, and what gives back the JSON that AWS reads.
//!
//! On AWS [`crate::serve`] runs one of them; on a laptop one process runs them all.

use std::{pin::Pin, sync::Arc};

use serde_json::Value;

use crate::{App, error::Result};

type Answer = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// One Lambda function. Boxed, so that everything heavy is compiled once, in this crate.
#[derive(Clone)]
pub struct Function(Arc<dyn Fn(App, Value) -> Answer + Send + Sync>);

impl Function {
    /// Makes a function of raw events.
    pub(crate) fn new<F>(handle: impl Fn(App, Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Value>> + Send + 'static,
    {
        Self(Arc::new(move |app, event| Box::pin(handle(app, event))))
    }

    /// A function that an operator invokes directly, with an event of its own shape.
    pub fn direct<I, O, F>(handle: fn(App, I) -> F) -> Self
    where
        I: for<'de> serde::Deserialize<'de> + Send + 'static,
        O: serde::Serialize,
        F: Future<Output = Result<O>> + Send + 'static,
    {
        Self::new(move |app, event| async move {
            let output = handle(app, crate::web::from_json(event)?).await?;
            serde_json::to_value(output).map_err(crate::Error::internal)
        })
    }

    /// Hands it one event.
    ///
    /// # Errors
    /// Only workers and directly invoked functions fail; a request over HTTP gets an answer whatever happens.
    pub async fn invoke(&self, app: App, event: Value) -> Result<Value> {
        (self.0)(app, event).await
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Function")
    }
}
