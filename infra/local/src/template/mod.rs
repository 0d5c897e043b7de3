//! The SAM template, as far as a laptop runs it.
//!
//! The template is the single truth of what there is: this module reads tables, queues, buckets, functions, routes and event
//! sources from it, and says which kinds of resource it leaves out. Whatever it does not understand, in anything it runs, is an
//! error: a property silently skipped here would be a difference found in production.

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

/// Why the template can't be run here, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

impl TemplateError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Puts the place before the message.
    fn at(self, place: &str) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

/// Kinds of resource that mean nothing on a laptop. Any other kind that this crate does not run is an error.
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

/// What to run.
#[derive(Debug, Default)]
pub struct Template {
    /// The tables to create.
    pub tables: Vec<Table>,
    /// The queues to create, those for dead letters included.
    pub queues: Vec<Queue>,
    /// The buckets to create.
    pub buckets: Vec<Bucket>,
    /// The names of the configuration sets that mails may go out under.
    pub configuration_sets: Vec<String>,
    /// The addresses and domains that mails may come from.
    pub identities: Vec<String>,
    /// What configuration sets tell the event bus.
    pub announcements: Vec<Announcement>,
    /// The rules of the event bus.
    pub rules: Vec<Rule>,
    /// The routes that have throttling of their own, as API Gateway calls them.
    pub throttled_routes: Vec<String>,
    /// The functions, with what calls them.
    pub functions: Vec<Function>,
    /// Every route of the HTTP API.
    pub routes: Vec<Route>,
    /// The kinds of resource that the template has and a laptop does without.
    pub left_out: BTreeSet<String>,
}

/// A table, and how to create it.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name: the logical id in kebab case.
    pub name: String,
    /// The request that creates it.
    pub create: Value,
    /// The attribute that says when an item may go, in epoch seconds.
    pub expires_by: Option<String>,
}

/// A queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its name: the logical id in kebab case, with `.fifo` behind it if it is one.
    pub name: String,
    /// How long a received message stays hidden.
    pub visibility: Duration,
    /// How long a sent message stays hidden, unless it says otherwise.
    pub delay: Duration,
    /// How long a message is kept at all.
    pub retention: Duration,
    /// Where messages go that were received too often.
    pub redrive: Option<Redrive>,
    /// Whether it keeps the order within a group and takes nothing twice. Then its name ends with `.fifo`.
    pub fifo: bool,
    /// Whether what has the same body counts as the same.
    pub deduplicates_by_content: bool,
}

/// When a message is given up, and where it goes then.
#[derive(Debug, Clone)]
pub struct Redrive {
    /// The name of the queue for dead letters.
    pub queue: String,
    /// How often a message may be received before it goes there.
    pub receives_max: u32,
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name: the logical id in kebab case.
    pub name: String,
    /// Whether it tells the event bus of new objects.
    pub announces: bool,
}

/// Which news of mails SES puts on the event bus.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The name of the configuration set under which the mails went out.
    pub configuration_set: String,
    /// The types of news: `delivery`, `bounce` and so on.
    pub event_types: Vec<String>,
}

/// A rule of the event bus.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name: the logical id in kebab case.
    pub name: String,
    /// Which events it passes on.
    pub pattern: Pattern,
    /// The names of the queues that it brings them to.
    pub targets: Vec<String>,
}

/// A function and what calls it.
#[derive(Debug)]
pub struct Function {
    /// The name of its binary, which is the name of its crate.
    pub name: String,
    /// How long one call may take.
    pub timeout: Duration,
    /// The environment that AWS would give it.
    pub environment: BTreeMap<String, String>,
    /// Queues and streams that it works through, and schedules that call it.
    pub sources: Vec<Source>,
    /// What it may do.
    pub role: Vec<crate::access::Statement>,
}

/// One event source mapping.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it reads.
    pub from: From,
    /// How many messages or records the function takes at once.
    pub batch_max: usize,
    /// Whether the function says which of a batch failed.
    pub partial: bool,
}

/// What an event source reads.
#[derive(Debug, Clone)]
pub enum From {
    /// A queue.
    Queue {
        /// Its name.
        name: String,
        /// How many batches may be under way at once.
        concurrency_max: usize,
    },
    /// Nothing: it calls the function every so often.
    Schedule(Duration),
    /// The stream of a table, from its beginning.
    Stream {
        /// The name of the table.
        table: String,
        /// Which records the function wants; none means all.
        filter: Option<Pattern>,
        /// Whether a batch that failed as a whole comes again in halves.
        bisect: bool,
    },
}

/// What the person who starts a template decides.
#[derive(Debug, Default)]
pub struct Choices {
    /// Values of parameters. Those left out take their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The text that every generated secret holds.
    pub secret: String,
}

impl Template {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Says what is not understood, and where.
    pub fn read(path: &Path, choices: Choices) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| TemplateError::new(error.to_string()))?;
        Self::parse(&text, choices)
    }

    /// Reads the text of a template.
    ///
    /// # Errors
    /// Says what is not understood, and where.
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

    /// What each function may do.
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

    /// Checks what only the whole can tell: that names lead somewhere, and that no route comes twice.
    fn check(&self) -> Result<()> {
        // CloudFormation fails to create a stage whose settings are of a route that is not there.
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

/// The template at `path` as it is written, for whoever looks at what a laptop leaves out.
///
/// # Errors
/// If it can't be read.
pub fn document(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| TemplateError::new(error.to_string()))?;
    yaml::parse(&text)
}

#[cfg(test)]
mod tests;
