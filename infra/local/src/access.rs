//! Permissions of each function's role. The local runner denies what AWS would deny, so a permission that is missing
//! from the template shows up in the first test or click that needs it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    template::{Choices, Template, TemplateError, configuration_set_arn, identity_arn, queue_arn, table_arn},
    wire::{Call, Service},
};

/// One statement of a role: these actions on these resources, if the conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Actions such as `dynamodb:PutItem`.
    pub actions: Vec<String>,
    /// ARNs, which may end with `*`.
    pub resources: Vec<String>,
    /// Patterns that partition keys must match, such as `SESSION#*`; `None` if any key is allowed.
    pub leading_keys: Option<Vec<String>>,
    /// The only email address that emails may be sent from.
    pub from_address: Option<String>,
}

/// One permission that a call requires. A transaction requires one for each of its items.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// An action such as `dynamodb:PutItem`.
    pub action: String,
    /// An ARN.
    pub resource: String,
    /// The partition key, or the email address that an email is sent from.
    pub of: Option<String>,
}

impl Statement {
    /// Returns `true` if the statement grants this permission.
    #[must_use]
    pub fn allows(&self, need: &Need) -> bool {
        let of = need.of.as_deref().unwrap_or_default();
        let key = self.leading_keys.as_ref().is_none_or(|keys| keys.iter().any(|key| is_like(key, of)));
        let from = self.from_address.as_ref().is_none_or(|from| from == of);
        let action = self.actions.contains(&need.action);
        action && key && from && self.resources.iter().any(|resource| is_like(resource, &need.resource))
    }
}

fn is_like(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |beginning| text.starts_with(beginning))
}

/// The roles of all functions. A caller without a role is an operator, who has their own permissions.
#[derive(Debug, Clone, Default)]
pub struct Roles(pub BTreeMap<String, Vec<Statement>>);

impl Roles {
    /// Returns the roles of this deployment's template, with resources named as the local runner names them.
    ///
    /// # Errors
    /// Fails if the template can't be run here.
    pub fn of_template() -> Result<Self, TemplateError> {
        let sender = ("Sender".to_owned(), "hello@invites.example".to_owned());
        let base = ("BaseUrl".to_owned(), "http://localhost".to_owned());
        let choices = Choices { parameters: [sender, base].into(), ..Choices::default() };
        Template::read(&crate::template_path(), choices).map(|template| template.roles())
    }

    /// Returns the first permission that a call requires and its function lacks.
    pub(crate) fn refuse(&self, call: &Call) -> Option<Need> {
        let statements = self.0.get(&call.function)?;
        needs(call).into_iter().find(|need| !statements.iter().any(|statement| statement.allows(need)))
    }
}

/// Returns the permissions that a call requires.
#[must_use]
pub fn needs(call: &Call) -> Vec<Need> {
    match call.service {
        Service::DynamoDb => of_table(call),
        Service::Sqs => vec![Need {
            action: match call.operation.as_str() {
                "SendMessageBatch" => "sqs:SendMessage".to_owned(),
                operation => format!("sqs:{operation}"),
            },
            resource: queue_arn(text(&call.request, "/QueueUrl").rsplit('/').next().unwrap_or_default()),
            of: None,
        }],
        Service::Ses => {
            let from = text(&call.request, "/FromEmailAddress");
            let address = from.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
            let need = |resource: String| Need {
                action: format!("ses:{}", call.operation),
                resource,
                of: Some(address.to_owned()),
            };
            let set = call.request.get("ConfigurationSetName").and_then(Value::as_str);
            let identity = need(identity_arn(address.rsplit('@').next().unwrap_or_default()));
            std::iter::once(identity).chain(set.map(|set| need(configuration_set_arn(set)))).collect()
        }
        Service::S3 => {
            let action = match call.operation.as_str() {
                "HeadObject" => "GetObject",
                "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload" => "PutObject",
                operation => operation,
            };
            let path = call.path.trim_start_matches('/');
            vec![Need { action: format!("s3:{action}"), resource: format!("arn:aws:s3:::{path}"), of: None }]
        }
    }
}

fn of_table(call: &Call) -> Vec<Need> {
    let request = &call.request;
    let one = |operation: &str, asked: &Value, key: &str| Need {
        action: format!("dynamodb:{operation}"),
        resource: table_arn(text(asked, "/TableName")),
        of: Some(text(asked, key).to_owned()),
    };
    match call.operation.as_str() {
        "BatchGetItem" => {
            let tables = request.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
            let keys = tables.flat_map(|(table, asked)| {
                let keys = asked.get("Keys").and_then(Value::as_array).into_iter().flatten();
                keys.map(move |key| (table, text(key, "/pk/S")))
            });
            let need = |(table, key): (&String, &str)| Need {
                action: "dynamodb:BatchGetItem".to_owned(),
                resource: table_arn(table),
                of: Some(key.to_owned()),
            };
            keys.map(need).collect()
        }
        "TransactWriteItems" => {
            let items = request.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
            let kinds = items.filter_map(|item| item.as_object()?.iter().next());
            kinds
                .map(|(kind, asked)| match kind.as_str() {
                    "Put" => one("PutItem", asked, "/Item/pk/S"),
                    "ConditionCheck" => one("ConditionCheckItem", asked, "/Key/pk/S"),
                    kind => one(&format!("{kind}Item"), asked, "/Key/pk/S"),
                })
                .collect()
        }
        "Query" => {
            let need = one("Query", request, "/ExpressionAttributeValues/:pk/S");
            let index = request.get("IndexName").and_then(Value::as_str);
            let resource = index.map(|index| format!("{}/index/{index}", need.resource));
            vec![Need { resource: resource.unwrap_or(need.resource.clone()), ..need }]
        }
        "PutItem" => vec![one("PutItem", request, "/Item/pk/S")],
        operation => vec![one(operation, request, "/Key/pk/S")],
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
