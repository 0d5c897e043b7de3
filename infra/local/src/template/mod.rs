//! The SAM template, as far as the local runner runs it.
//!
//! The template is the single source of truth for what exists: this module reads tables, queues, buckets, functions,
//! routes and event sources from it, and lists the kinds of resource that it leaves out. Anything that it doesn't
//! understand, in any part that it runs, is an error: a property silently skipped here would become a difference found
//! in production.

mod bus;
mod conditions;
mod events;
mod filter;
mod properties;
mod resolve;
mod roles;
mod route;
mod sections;
mod yaml;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use serde_json::Value;

pub use filter::Pattern;
pub(crate) use resolve::{
    ACCOUNT, REGION, configuration_set_arn, identity_arn, kebab, queue_arn, queue_url, table_arn,
};

use resolve::Scope;
pub use route::Route;
use sections::{globals, parameters};

pub(crate) type Result<T> = std::result::Result<T, TemplateError>;

/// The reason why the template can't be run here, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

impl TemplateError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Puts the position before the message.
    fn at(self, place: &str) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

/// Kinds of resource without meaning in the local runner. Any other kind that this crate does not run is an error.
const LEFT_OUT: [&str; 12] = [
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::QueuePolicy",
];

/// The parts of a template that are run.
#[derive(Debug, Default)]
pub struct Template {
    /// The tables to create.
    pub tables: Vec<Table>,
    /// The queues to create, including dead-letter queues.
    pub queues: Vec<Queue>,
    /// The buckets to create.
    pub buckets: Vec<Bucket>,
    /// The names of the configuration sets with which emails may be sent.
    pub configuration_sets: Vec<String>,
    /// The email addresses and domains from which emails may be sent.
    pub identities: Vec<String>,
    /// The event destinations of configuration sets.
    pub announcements: Vec<Announcement>,
    /// The rules of the event bus.
    pub rules: Vec<Rule>,
    /// The routes that have their own throttling, by their route keys.
    pub throttled_routes: Vec<String>,
    /// The functions and what invokes them.
    pub functions: Vec<Function>,
    /// Every route of the HTTP API.
    pub routes: Vec<Route>,
    /// The kinds of resource that the template has and the local runner leaves out.
    pub left_out: BTreeSet<String>,
}

/// A table, and how to create it.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name: the logical ID in kebab case.
    pub name: String,
    /// The request that creates it.
    pub create: Value,
    /// The attribute that holds an item's expiry time, in epoch seconds.
    pub expires_by: Option<String>,
}

/// A queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its name: the logical ID in kebab case, with `.fifo` at the end if it is a FIFO queue.
    pub name: String,
    /// The time that a received message stays hidden.
    pub visibility: Duration,
    /// The time that a sent message stays hidden, unless the message says otherwise.
    pub delay: Duration,
    /// The time that a message is retained.
    pub retention: Duration,
    /// The dead-letter queue for messages that were received too often.
    pub redrive: Option<Redrive>,
    /// True if it preserves the order within a group and rejects duplicates. Then its name ends with `.fifo`.
    pub fifo: bool,
    /// True if messages with the same body are duplicates.
    pub deduplicates_by_content: bool,
}

/// The dead-letter queue of a queue, and when messages go there.
#[derive(Debug, Clone)]
pub struct Redrive {
    /// The name of the dead-letter queue.
    pub queue: String,
    /// The number of receives after which a message goes there.
    pub receives_max: u32,
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name: the logical ID in kebab case.
    pub name: String,
    /// True if it publishes events of new objects on the event bus.
    pub announces: bool,
}

/// The SES events that are published on the event bus.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The name of the configuration set with which the emails were sent.
    pub configuration_set: String,
    /// The types of events: `delivery`, `bounce` and so on.
    pub event_types: Vec<String>,
}

/// A rule of the event bus.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name: the logical ID in kebab case.
    pub name: String,
    /// The events that it routes.
    pub pattern: Pattern,
    /// The names of the queues to which it routes them.
    pub targets: Vec<String>,
}

/// A function and what invokes it.
#[derive(Debug)]
pub struct Function {
    /// The name of its binary, which is the name of its crate.
    pub name: String,
    /// The longest that one invocation may take.
    pub timeout: Duration,
    /// The environment that AWS would give it.
    pub environment: BTreeMap<String, String>,
    /// The queues and streams that it processes, and the schedules that invoke it.
    pub sources: Vec<Source>,
    /// Its permissions.
    pub role: Vec<crate::access::Statement>,
}

/// One event source mapping.
#[derive(Debug, Clone)]
pub struct Source {
    /// The queue, stream or schedule.
    pub from: From,
    /// The maximum number of messages or records per invocation.
    pub batch_max: usize,
    /// True if the function reports which items of a batch failed.
    pub partial: bool,
}

/// The origin of an event source's events.
#[derive(Debug, Clone)]
pub enum From {
    /// A queue.
    Queue {
        /// Its name.
        name: String,
        /// The maximum number of batches in progress at a time.
        concurrency_max: usize,
    },
    /// Nothing: it invokes the function at this interval.
    Schedule(Duration),
    /// The stream of a table, from its beginning.
    Stream {
        /// The name of the table.
        table: String,
        /// The records that the function receives; `None` for all.
        filter: Option<Pattern>,
        /// True if a batch that failed as a whole is retried in halves.
        bisect: bool,
    },
}

/// The inputs of a deployment.
#[derive(Debug, Default)]
pub struct Choices {
    /// Values of parameters. Those left out have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The value of every generated secret.
    pub secret: String,
}

impl Template {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Returns what isn't understood, and where.
    pub fn read(path: &Path, choices: Choices) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| TemplateError::new(error.to_string()))?;
        Self::parse(&text, choices)
    }

    /// Parses the text of a template.
    ///
    /// # Errors
    /// Returns what isn't understood, and where.
    pub fn parse(text: &str, choices: Choices) -> Result<Self> {
        let document = yaml::parse(text)?;
        let sections = object(&document, "the template")?;
        for section in sections.keys() {
            let known = [
                "AWSTemplateFormatVersion",
                "Conditions",
                "Description",
                "Globals",
                "Outputs",
                "Parameters",
                "Resources",
                "Transform",
            ];
            if !known.contains(&section.as_str()) {
                return Err(TemplateError::new(format!("the section {section} is not supported")));
            }
        }
        let empty = Value::Object(serde_json::Map::new());
        let section = |name| sections.get(name).unwrap_or(&empty);
        let resources = object(section("Resources"), "Resources")?;
        let mut kinds = BTreeMap::new();
        for (id, resource) in resources {
            let kind = resource.get("Type").and_then(Value::as_str);
            kinds.insert(id.clone(), kind.ok_or_else(|| TemplateError::new("it has no Type").at(id))?.to_owned());
        }
        let scope = Scope {
            parameters: parameters(section("Parameters"), &choices.parameters)?,
            kinds,
            fifo: resources
                .iter()
                .filter(|(_, resource)| resource.pointer("/Properties/FifoQueue") == Some(&Value::Bool(true)))
                .map(|(id, _)| id.clone())
                .collect(),
            conditions: BTreeMap::new(),
            secret: choices.secret,
        };
        let conditions = conditions::conditions(&scope, section("Conditions"))?;
        let scope = Scope { conditions, ..scope };
        let globals = globals(section("Globals"))?;
        let mut template = Self::default();
        for (id, resource) in resources {
            let condition = resource.get("Condition").and_then(Value::as_str);
            if !condition.map_or(Ok(true), |name| scope.condition(name)).map_err(|error| error.at(id))? {
                continue;
            }
            template.add(&scope, &globals, id, resource).map_err(|error| error.at(id))?;
        }
        template.check()?;
        Ok(template)
    }

    /// Returns the role of each function.
    #[must_use]
    pub fn roles(&self) -> crate::access::Roles {
        let role = |function: &Function| (function.name.clone(), function.role.clone());
        crate::access::Roles(self.functions.iter().map(role).collect())
    }

    fn add(&mut self, scope: &Scope, globals: &Value, id: &str, resource: &Value) -> Result<()> {
        let kind = scope.kinds.get(id).map(String::as_str).unwrap_or_default();
        if LEFT_OUT.contains(&kind) {
            self.left_out.insert(kind.to_owned());
            return Ok(());
        }
        for part in object(resource, "it")?.keys() {
            let known =
                ["Condition", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type", "UpdateReplacePolicy"];
            if !known.contains(&part.as_str()) {
                return Err(TemplateError::new(format!("{part} is not supported")));
            }
        }
        let properties = resource.get("Properties").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let name = kebab(id);
        match kind {
            "AWS::DynamoDB::Table" => {
                self.tables.push(properties::table(scope, name, &properties)?);
            }
            "AWS::SQS::Queue" => {
                self.queues.push(properties::queue(scope, scope.queue_name(id), &properties)?);
            }
            "AWS::S3::Bucket" => self.buckets.push(properties::bucket(scope, name, &properties)?),
            "AWS::SecretsManager::Secret" => properties::secret(scope, &properties)?,
            "AWS::SES::ConfigurationSet" => {
                self.configuration_sets.push(properties::configuration_set(scope, name, &properties)?);
            }
            "AWS::SES::EmailIdentity" => {
                self.identities.push(properties::identity(scope, &properties)?);
            }
            "AWS::SES::ConfigurationSetEventDestination" => {
                self.announcements.extend(bus::announcement(scope, &properties)?);
            }
            "AWS::Events::Rule" => self.rules.extend(bus::rule(scope, name, &properties)?),
            "AWS::Serverless::HttpApi" => self.throttled_routes.extend(properties::http_api(scope, &properties)?),
            "AWS::Serverless::Function" => {
                let (function, routes) = properties::function(scope, globals, resource.get("Metadata"), &properties)?;
                self.functions.push(function);
                self.routes.extend(routes);
            }
            kind => {
                return Err(TemplateError::new(format!("resources of the type {kind} are not supported")));
            }
        }
        Ok(())
    }

    /// Checks what only the whole template can show: that names refer to something that exists, and that routes are
    /// unique.
    fn check(&self) -> Result<()> {
        // `CloudFormation` fails to create a stage with settings for a route that doesn't exist.
        if let Some(unknown) =
            self.throttled_routes.iter().find(|key| self.routes.iter().all(|route| route.key() != **key))
        {
            return Err(TemplateError::new(format!("RouteSettings: there is no route {unknown}")));
        }
        for queue in &self.queues {
            let Some(redrive) = &queue.redrive else { continue };
            let dead = self.queues.iter().find(|queue| queue.name == redrive.queue);
            let dead = dead
                .ok_or_else(|| TemplateError::new(format!("there is no queue {} for dead letters", redrive.queue)))?;
            if dead.fifo != queue.fifo {
                return Err(TemplateError::new(format!(
                    "{} and {}, which is for its dead letters, must both be FIFO queues or neither",
                    queue.name, dead.name
                )));
            }
        }
        for rule in &self.rules {
            if let Some(target) = rule.targets.iter().find(|name| self.queues.iter().all(|queue| queue.name != **name))
            {
                return Err(TemplateError::new(format!("{}: there is no queue {target}", rule.name)));
            }
        }
        let mut seen = BTreeSet::new();
        for route in &self.routes {
            if !seen.insert((&route.method, &route.path)) {
                return Err(TemplateError::new(format!("the route {} {} comes twice", route.method, route.path)));
            }
        }
        Ok(())
    }
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a serde_json::Map<String, Value>> {
    value.as_object().ok_or_else(|| TemplateError::new(format!("{what} is not a map")))
}

/// Returns the template at `path` as it is written, for checks of what the local runner leaves out.
///
/// # Errors
/// Fails if it can't be read.
pub fn document(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| TemplateError::new(error.to_string()))?;
    yaml::parse(&text)
}

#[cfg(test)]
mod tests;
