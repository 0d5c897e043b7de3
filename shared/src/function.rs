//! A Lambda function as a value: it takes the JSON of an AWS event and returns the JSON that AWS expects.
//!
//! On AWS, [`crate::serve`] runs one function; the local runner runs all of them in one process.

use std::{pin::Pin, sync::Arc};

use serde_json::Value;

use crate::{
    App, Invocation,
    aws::{s3::Storage, sqs::Queues},
    clients::AwsClients,
    error::Result,
    mail::Mailer,
};

type Answer = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// One Lambda function. Boxed, so that everything heavy is compiled once, in this crate.
#[derive(Clone)]
pub struct Function {
    handle: Arc<dyn Fn(App, Value) -> Answer + Send + Sync>,
    doors: AwsClients,
    settings: Vec<&'static str>,
}

impl Function {
    /// Creates a function that handles raw events.
    pub(crate) fn new<F>(handle: impl Fn(App, Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Value>> + Send + 'static,
    {
        let handle = Arc::new(move |app, event| -> Answer { Box::pin(handle(app, event)) });
        Self { handle, doors: AwsClients::default(), settings: Vec::new() }
    }

    /// Declares settings that the function requires: it doesn't start without them, and doesn't see any others.
    #[must_use]
    pub fn with_settings(mut self, names: &[&'static str]) -> Self {
        self.settings.extend(names);
        self
    }

    /// Returns the settings that the function requires besides those that every function has.
    #[must_use]
    pub fn settings(&self) -> &[&'static str] {
        &self.settings
    }

    /// Declares that the function sends emails.
    #[must_use]
    pub fn with_mail(self) -> Self {
        let mail = Self { doors: AwsClients { mailer: Some(Mailer::of), ..self.doors }, ..self };
        mail.with_settings(&["SENDER", "MAIL_CONFIGURATION_SET"])
    }

    /// Declares that the function sends messages to queues, or postpones messages that it receives.
    #[must_use]
    pub fn with_queues(self) -> Self {
        Self { doors: AwsClients { queues: Some(Queues::new), ..self.doors }, ..self }
    }

    /// Declares that the function reads or writes files of the bucket.
    #[must_use]
    pub fn with_files(self) -> Self {
        Self { doors: AwsClients { archive: Some(Storage::of), ..self.doors }, ..self }.with_settings(&["BUCKET"])
    }

    /// Returns the AWS clients that the function declares.
    #[must_use]
    pub fn doors(&self) -> AwsClients {
        self.doors
    }

    /// Creates a function that an operator invokes directly, with its own event type.
    pub fn direct<I, O, F>(handle: fn(App, I) -> F) -> Self
    where
        I: for<'de> serde::Deserialize<'de> + Send + 'static,
        O: serde::Serialize,
        F: Future<Output = Result<O>> + Send + 'static,
    {
        Self::new(move |app, event| async move {
            let output = handle(app, crate::json::from_json(event)?).await?;
            serde_json::to_value(output).map_err(crate::Error::internal)
        })
    }

    /// Handles one event, and logs the outcome in one line.
    ///
    /// # Errors
    /// Only workers and directly invoked functions fail; an HTTP request always gets a response.
    pub async fn invoke(&self, app: App, invocation: Invocation, event: Value) -> Result<Value> {
        let invocation = invocation.of(&event);
        let (clock, lines, started) = (Arc::clone(&app.clock), Arc::clone(&app.lines), app.clock.now());
        let answer = invocation.run((self.handle)(app, event)).await;
        lines.write(&invocation.line(&answer, started, clock.now()));
        answer
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Function")
    }
}
