//! The properties of each kind of resource: those that apply here and those without meaning in the local runner; any
//! other is an error.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON made right here is an object, and putting a name into it can't panic"
)]

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    Bucket, Function, Queue, Redrive, Result, Route, Table, TemplateError,
    events::{Caller, Event, last_part},
    object,
    resolve::Scope,
    roles,
};

/// Reads the properties that apply. `without` names those that are known and have no meaning here; any other is an
/// error.
pub(super) fn read<T: DeserializeOwned>(scope: &Scope, properties: &Value, without: &[&str]) -> Result<T> {
    let counts = object(properties, "Properties")?.iter().filter(|(name, _)| !without.contains(&name.as_str()));
    let counts = counts.map(|(name, value)| (name.clone(), value.clone())).collect();
    serde_json::from_value(scope.resolve(&counts)?).map_err(|error| TemplateError::new(error.to_string()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct TableProperties {
    attribute_definitions: Value,
    billing_mode: String,
    #[serde(default)]
    global_secondary_indexes: Option<Value>,
    key_schema: Value,
    #[serde(default)]
    stream_specification: Option<StreamSpecification>,
    #[serde(default)]
    time_to_live_specification: Option<TimeToLive>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct StreamSpecification {
    stream_view_type: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct TimeToLive {
    attribute_name: String,
    enabled: bool,
}

pub(super) fn table(scope: &Scope, name: String, properties: &Value) -> Result<Table> {
    let without = ["DeletionProtectionEnabled", "PointInTimeRecoverySpecification", "SSESpecification", "Tags"];
    let it: TableProperties = read(scope, properties, &without)?;
    let mut create = json!({
        "TableName": name,
        "AttributeDefinitions": it.attribute_definitions,
        "BillingMode": it.billing_mode,
        "KeySchema": it.key_schema,
    });
    if let Some(indexes) = it.global_secondary_indexes {
        create["GlobalSecondaryIndexes"] = indexes;
    }
    if let Some(stream) = it.stream_specification {
        if !stream.stream_view_type.starts_with("NEW_") {
            return Err(TemplateError::new("a stream without new images would tell nobody what happened"));
        }
        create["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": stream.stream_view_type});
    }
    let expires_by = it.time_to_live_specification.filter(|ttl| ttl.enabled).map(|ttl| ttl.attribute_name);
    Ok(Table { name, create, expires_by })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct QueueProperties {
    #[serde(default)]
    content_based_deduplication: bool,
    #[serde(default)]
    delay_seconds: u64,
    #[serde(default)]
    fifo_queue: bool,
    #[serde(default = "four_days")]
    message_retention_period: u64,
    #[serde(default)]
    redrive_policy: Option<RedrivePolicy>,
    #[serde(default = "half_a_minute")]
    visibility_timeout: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: String,
    max_receive_count: u32,
}

fn four_days() -> u64 {
    345_600
}

fn half_a_minute() -> u64 {
    30
}

pub(super) fn queue(scope: &Scope, name: String, properties: &Value) -> Result<Queue> {
    let it: QueueProperties = read(scope, properties, &["SqsManagedSseEnabled", "Tags"])?;
    let redrive = it.redrive_policy.map(|policy| {
        let queue = last_part(&policy.dead_letter_target_arn).to_owned();
        Redrive { queue, receives_max: policy.max_receive_count }
    });
    if it.fifo_queue != name.ends_with(".fifo") {
        return Err(TemplateError::new("FifoQueue must be true or false"));
    }
    if it.fifo_queue && it.delay_seconds > 0 {
        return Err(TemplateError::new("DelaySeconds of a FIFO queue is not supported"));
    }
    if it.content_based_deduplication && !it.fifo_queue {
        return Err(TemplateError::new("ContentBasedDeduplication is only for FIFO queues"));
    }
    Ok(Queue {
        name,
        fifo: it.fifo_queue,
        deduplicates_by_content: it.content_based_deduplication,
        visibility: Duration::from_secs(it.visibility_timeout),
        delay: Duration::from_secs(it.delay_seconds),
        retention: Duration::from_secs(it.message_retention_period),
        redrive,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct BucketProperties {
    #[serde(default)]
    notification_configuration: Notifications,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Notifications {
    #[serde(default)]
    event_bridge_configuration: Announcing,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Announcing {
    #[serde(default)]
    event_bridge_enabled: bool,
}

pub(super) fn bucket(scope: &Scope, name: String, properties: &Value) -> Result<Bucket> {
    let without = [
        "BucketEncryption",
        // Here browsers upload to the origin that their pages come from.
        "CorsConfiguration",
        "LifecycleConfiguration",
        "OwnershipControls",
        "PublicAccessBlockConfiguration",
        "Tags",
    ];
    let it: BucketProperties = read(scope, properties, &without)?;
    let announces = it.notification_configuration.event_bridge_configuration.event_bridge_enabled;
    Ok(Bucket { name, announces })
}

pub(super) fn secret(scope: &Scope, properties: &Value) -> Result<()> {
    if properties.get("GenerateSecretString").is_none() {
        return Err(TemplateError::new("only generated secrets are supported"));
    }
    read::<Nothing>(scope, properties, &["Description", "GenerateSecretString", "Tags"]).map(|Nothing {}| ())
}

pub(super) fn configuration_set(scope: &Scope, name: String, properties: &Value) -> Result<String> {
    let without = ["DeliveryOptions", "ReputationOptions", "SendingOptions", "SuppressionOptions", "Tags"];
    read::<Nothing>(scope, properties, &without).map(|Nothing {}| name)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct IdentityProperties {
    email_identity: String,
}

pub(super) fn identity(scope: &Scope, properties: &Value) -> Result<String> {
    let without = [
        "ConfigurationSetAttributes",
        "DkimAttributes",
        "DkimSigningAttributes",
        "FeedbackAttributes",
        "MailFromAttributes",
    ];
    read::<IdentityProperties>(scope, properties, &without).map(|it| it.email_identity)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ApiProperties {
    #[serde(default)]
    route_settings: BTreeMap<String, serde::de::IgnoredAny>,
}

/// Returns the routes that have their own throttling.
pub(super) fn http_api(scope: &Scope, properties: &Value) -> Result<Vec<String>> {
    let without = [
        "AccessLogSettings",
        "DefaultRouteSettings",
        "Description",
        "DisableExecuteApiEndpoint",
        "FailOnWarnings",
        "Tags",
    ];
    let api: ApiProperties = read(scope, properties, &without)?;
    Ok(api.route_settings.into_keys().collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct FunctionProperties {
    #[serde(default)]
    environment: Environment,
    #[serde(default)]
    events: BTreeMap<String, Event>,
    /// Nothing here stops loops, so only its syntax is checked.
    #[serde(default, rename = "RecursiveLoop")]
    _recursive_loop: Option<RecursiveLoop>,
    #[serde(default = "three")]
    timeout: u64,
}

/// The setting that decides if Lambda may stop a function whose messages loop back to it.
#[derive(Deserialize)]
enum RecursiveLoop {
    Allow,
    Terminate,
}

fn three() -> u64 {
    3
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, Value>,
}

/// Properties of a function that matter only where it is deployed.
const FUNCTION_WITHOUT: [&str; 12] = [
    "Architectures",
    "AutoPublishAlias",
    "CodeUri",
    "DeploymentPreference",
    "Description",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "Policies",
    "Runtime",
    "Tags",
    "Tracing",
];

pub(super) fn function(
    scope: &Scope,
    globals: &Value,
    metadata: Option<&Value>,
    own: &Value,
) -> Result<(Function, Vec<Route>)> {
    let binary = metadata.and_then(|metadata| metadata.pointer("/BuildProperties/Binary")).and_then(Value::as_str);
    let name = binary.ok_or_else(|| TemplateError::new("its Metadata names no BuildProperties.Binary"))?.to_owned();
    let it: FunctionProperties = read(scope, &merged(globals, own), &FUNCTION_WITHOUT)?;
    let text = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(TemplateError::new(format!("{value} is no value for an environment variable")))
        }
    };
    let environment = it.environment.variables.into_iter().map(|(name, value)| Ok((name, text(value)?)));
    let mut function = Function {
        name: name.clone(),
        timeout: Duration::from_secs(it.timeout),
        environment: environment.collect::<Result<_>>()?,
        sources: Vec::new(),
        role: roles::role(scope, own.get("Policies"))?,
    };
    let mut routes = Vec::new();
    for (event_name, event) in it.events {
        match event.caller(&name).map_err(|error| error.at(&event_name))? {
            // Pages handle GET and HEAD.
            Caller::Route(route) if route.any => {
                routes.extend(["GET", "HEAD"].map(|method| Route { method: method.to_owned(), ..route.clone() }));
            }
            Caller::Route(route) => routes.push(route),
            Caller::Source(source) => function.sources.push(source),
        }
    }
    Ok((function, routes))
}

/// Merges the function's own properties over `Globals`.
fn merged(globals: &Value, own: &Value) -> Value {
    match (globals, own) {
        (Value::Object(globals), Value::Object(own)) => {
            let mut all = globals.clone();
            for (name, value) in own {
                let value = all.get(name).map_or_else(|| value.clone(), |global| merged(global, value));
                all.insert(name.clone(), value);
            }
            Value::Object(all)
        }
        (_, own) => own.clone(),
    }
}
