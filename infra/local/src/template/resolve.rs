//! Evaluates `Ref`, `GetAtt`, `Sub` and similar functions. Anything unknown is an error, never a guess.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Result, TemplateError};

/// The region of everything in the local runner.
pub(crate) const REGION: &str = "us-east-1";
/// The account of everything in the local runner.
pub(crate) const ACCOUNT: &str = "000000000000";

/// The names that a template may refer to.
pub(super) struct Scope {
    /// Parameters by name, with their values.
    pub(super) parameters: BTreeMap<String, String>,
    /// Resources by logical ID, with their types.
    pub(super) kinds: BTreeMap<String, String>,
    /// The logical IDs of FIFO queues, whose names end with `.fifo`.
    pub(super) fifo: BTreeSet<String>,
    /// Conditions by name, with their values.
    pub(super) conditions: BTreeMap<String, bool>,
    /// The value of every generated secret.
    pub(super) secret: String,
}

impl Scope {
    /// Returns the name of the queue with the logical ID `id`.
    pub(super) fn queue_name(&self, id: &str) -> String {
        let suffix = if self.fifo.contains(id) { ".fifo" } else { "" };
        kebab(id) + suffix
    }

    /// Returns `value` with all functions evaluated.
    pub(super) fn resolve(&self, value: &Value) -> Result<Value> {
        match value {
            Value::Object(map) => match single(map) {
                Some((name, argument)) if name == "Ref" || name == "Condition" || name.starts_with("Fn::") => {
                    self.call(name, argument)
                }
                _ => {
                    let mut entries = Map::new();
                    for (key, value) in map {
                        if let Some(value) = self.chosen(value)? {
                            entries.insert(key.clone(), self.resolve(value)?);
                        }
                    }
                    Ok(Value::Object(entries))
                }
            },
            Value::Array(items) => {
                let chosen = items.iter().filter_map(|item| self.chosen(item).transpose());
                Ok(Value::Array(chosen.map(|item| self.resolve(item?)).collect::<Result<_>>()?))
            }
            Value::String(text) => self.dynamic(text).map(Value::String),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        }
    }

    /// Returns the branch that `Fn::If` chooses, or `value` itself if it is no `Fn::If`; `None` if the branch is
    /// `AWS::NoValue`.
    fn chosen<'a>(&self, value: &'a Value) -> Result<Option<&'a Value>> {
        let call = value.as_object().and_then(single);
        match call {
            Some(("Ref", name)) if name == "AWS::NoValue" => Ok(None),
            Some(("Fn::If", argument)) => match array(argument) {
                Some([Value::String(condition), yes, no]) => {
                    self.chosen(if self.condition(condition)? { yes } else { no })
                }
                Some(_) | None => Err(TemplateError::new(format!("Fn::If {argument} is malformed"))),
            },
            Some(_) | None => Ok(Some(value)),
        }
    }

    /// Returns `true` if a condition holds.
    pub(super) fn condition(&self, name: &str) -> Result<bool> {
        let known = self.conditions.get(name).copied();
        known.ok_or_else(|| TemplateError::new(format!("there is no condition {name}")))
    }

    fn call(&self, name: &str, argument: &Value) -> Result<Value> {
        let malformed = || TemplateError::new(format!("{name} {argument} is malformed"));
        match name {
            "Ref" => self.reference(argument.as_str().ok_or_else(malformed)?).map(Value::String),
            "Fn::GetAtt" => {
                let parts = strings(&self.resolve(argument)?).ok_or_else(malformed)?;
                let [resource, attribute] = parts.as_slice() else { return Err(malformed()) };
                self.attribute(resource, attribute).map(Value::String)
            }
            "Fn::If" => {
                let whole = serde_json::json!({ "Fn::If": argument });
                self.chosen(&whole)?.map_or(Ok(Value::Null), |chosen| self.resolve(chosen))
            }
            "Fn::Sub" => self.substitute(argument).map(Value::String),
            "Fn::Join" => {
                let argument = self.resolve(argument)?;
                let [Value::String(between), parts] = array(&argument).ok_or_else(malformed)? else {
                    return Err(malformed());
                };
                Ok(Value::String(strings(parts).ok_or_else(malformed)?.join(between)))
            }
            "Fn::Split" => {
                let parts = strings(&self.resolve(argument)?).ok_or_else(malformed)?;
                let [between, text] = parts.as_slice() else { return Err(malformed()) };
                Ok(text.split(between.as_str()).map(Value::from).collect())
            }
            "Fn::Select" => {
                let argument = self.resolve(argument)?;
                let [index, parts] = array(&argument).ok_or_else(malformed)? else {
                    return Err(malformed());
                };
                let index = index.as_u64().and_then(|index| usize::try_from(index).ok()).ok_or_else(malformed)?;
                array(parts).and_then(|parts| parts.get(index)).cloned().ok_or_else(malformed)
            }
            _ => Err(TemplateError::new(format!("{name} is not supported"))),
        }
    }

    /// Evaluates `Ref`: the value of a parameter, or the name by which AWS calls a resource.
    fn reference(&self, name: &str) -> Result<String> {
        if let Some(value) = self.parameters.get(name) {
            return Ok(value.clone());
        }
        let pseudo = match name {
            "AWS::Region" => Some(REGION),
            "AWS::AccountId" => Some(ACCOUNT),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            "AWS::StackName" => Some("local"),
            _ => None,
        };
        if let Some(value) = pseudo {
            return Ok(value.to_owned());
        }
        Ok(match self.kind(name)? {
            "AWS::SQS::Queue" => queue_url(&self.queue_name(name)),
            "AWS::SecretsManager::Secret" => secret_arn(&kebab(name)),
            "AWS::DynamoDB::Table"
            | "AWS::S3::Bucket"
            | "AWS::SES::ConfigurationSet"
            | "AWS::Serverless::Function"
            | "AWS::Serverless::HttpApi" => kebab(name),
            kind => {
                return Err(TemplateError::new(format!("!Ref {name} is not supported for {kind}")));
            }
        })
    }

    fn attribute(&self, resource: &str, attribute: &str) -> Result<String> {
        let name = kebab(resource);
        Ok(match (self.kind(resource)?, attribute) {
            ("AWS::DynamoDB::Table", "Arn") => table_arn(&name),
            ("AWS::DynamoDB::Table", "StreamArn") => format!("{}/stream/local", table_arn(&name)),
            ("AWS::SQS::Queue", "Arn") => queue_arn(&self.queue_name(resource)),
            ("AWS::SQS::Queue", "QueueName") => self.queue_name(resource),
            ("AWS::S3::Bucket", "RegionalDomainName") => format!("{name}.s3.{REGION}.amazonaws.com"),
            ("AWS::S3::Bucket", "Arn") => format!("arn:aws:s3:::{name}"),
            ("AWS::Serverless::Function", "Arn") => {
                format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
            }
            (kind, _) => {
                return Err(TemplateError::new(format!("!GetAtt {resource}.{attribute} is not supported for {kind}")));
            }
        })
    }

    /// Evaluates `Fn::Sub`: a text, or a text with its own variables.
    fn substitute(&self, argument: &Value) -> Result<String> {
        let malformed = || TemplateError::new(format!("Fn::Sub {argument} is malformed"));
        let (text, own) = match (argument.as_str(), array(argument)) {
            (Some(text), _) => (text, Value::Null),
            (None, Some([Value::String(text), own @ Value::Object(_)])) => (text.as_str(), self.resolve(own)?),
            _ => return Err(malformed()),
        };
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(malformed)?;
            out.push_str(before);
            out.push_str(&match (name.strip_prefix('!'), own.get(name), name.split_once('.')) {
                (Some(literal), ..) => format!("${{{literal}}}"),
                (None, Some(value), _) => value.as_str().ok_or_else(malformed)?.to_owned(),
                (None, None, Some((resource, attribute))) => self.attribute(resource, attribute)?,
                (None, None, None) => self.reference(name)?,
            });
            rest = after;
        }
        out.push_str(rest);
        self.dynamic(&out)
    }

    /// Replaces `{{resolve:secretsmanager:…}}`, which must be the entire text.
    fn dynamic(&self, text: &str) -> Result<String> {
        let Some(reference) = text.strip_prefix("{{resolve:").and_then(|rest| rest.strip_suffix("}}")) else {
            return match text.contains("{{resolve:") {
                true => Err(TemplateError::new(format!("the reference within {text:?} is not supported"))),
                false => Ok(text.to_owned()),
            };
        };
        let known = self.kinds.iter().any(|(id, kind)| {
            let arn = secret_arn(&kebab(id));
            kind == "AWS::SecretsManager::Secret"
                && reference
                    .strip_prefix("secretsmanager:")
                    .and_then(|named| named.strip_prefix(&arn))
                    // The entire secret in any version: here there is only one.
                    .is_some_and(|part| {
                        part.is_empty() || part == ":SecretString" || part.starts_with(":SecretString:::")
                    })
        });
        known.then(|| self.secret.clone()).ok_or_else(|| TemplateError::new(format!("{text} is not supported")))
    }

    fn kind(&self, resource: &str) -> Result<&str> {
        self.kinds.get(resource).map(String::as_str).ok_or_else(|| {
            TemplateError::new(format!("{resource} is referred to, and is neither a resource nor a parameter"))
        })
    }
}

/// Returns the ARN of a queue.
pub(crate) fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// Returns the URL of a queue. It has no port, so it is the same after a restart; nothing listens there (see
/// [`crate::wire`]).
pub(crate) fn queue_url(name: &str) -> String {
    format!("http://sqs.localhost/{ACCOUNT}/{name}")
}

/// Returns the ARN of a table.
pub(crate) fn table_arn(name: &str) -> String {
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}")
}

/// Returns the ARN of an email address or domain from which emails may be sent.
pub(crate) fn identity_arn(name: &str) -> String {
    format!("arn:aws:ses:{REGION}:{ACCOUNT}:identity/{name}")
}

/// Returns the ARN of a configuration set.
pub(crate) fn configuration_set_arn(name: &str) -> String {
    format!("arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{name}")
}

fn secret_arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}")
}

fn single(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = map.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None) => Some((key, value)),
        _ => None,
    }
}

fn array(value: &Value) -> Option<&[Value]> {
    value.as_array().map(Vec::as_slice)
}

fn strings(value: &Value) -> Option<Vec<String>> {
    array(value)?.iter().map(|part| part.as_str().map(str::to_owned)).collect()
}

/// Converts `MailNow` to `mail-now`.
pub(crate) fn kebab(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
