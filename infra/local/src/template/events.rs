//! The events that invoke a function: its routes, queues and streams.

use std::time::Duration;

use serde::{Deserialize, de::IgnoredAny};

use super::{From, Pattern, Result, Route, Source, TemplateError};

/// An entry of `Events`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "Type", content = "Properties")]
pub(super) enum Event {
    HttpApi(HttpApiEvent),
    #[serde(rename = "SQS")]
    Sqs(SqsEvent),
    #[serde(rename = "DynamoDB")]
    DynamoDb(DynamoDbEvent),
    Schedule(ScheduleEvent),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct HttpApiEvent {
    #[expect(dead_code, reason = "there is one API")]
    #[serde(default)]
    api_id: IgnoredAny,
    method: String,
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct SqsEvent {
    queue: String,
    #[serde(default = "ten")]
    batch_size: usize,
    #[serde(default)]
    function_response_types: Vec<ResponseType>,
    #[serde(default)]
    scaling_config: Option<ScalingConfig>,
}

fn ten() -> usize {
    10
}

#[derive(Deserialize)]
enum ResponseType {
    ReportBatchItemFailures,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ScalingConfig {
    maximum_concurrency: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DynamoDbEvent {
    stream: String,
    #[expect(dead_code, reason = "the type says it all: any other position is an error")]
    starting_position: StartingPosition,
    #[serde(default = "hundred")]
    batch_size: usize,
    #[serde(default)]
    bisect_batch_on_function_error: bool,
    #[serde(default)]
    filter_criteria: Option<FilterCriteria>,
    #[serde(default)]
    function_response_types: Vec<ResponseType>,
    #[serde(default)]
    maximum_batching_window_in_seconds: u64,
    #[serde(default = "endless")]
    maximum_retry_attempts: i64,
}

fn hundred() -> usize {
    100
}

fn endless() -> i64 {
    -1
}

#[derive(Deserialize)]
enum StartingPosition {
    #[serde(rename = "TRIM_HORIZON")]
    TrimHorizon,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct FilterCriteria {
    filters: Vec<Filter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Filter {
    pattern: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ScheduleEvent {
    schedule: String,
}

/// A route or a source.
pub(super) enum Caller {
    Route(Route),
    Source(Source),
}

impl Event {
    /// Returns the route or source of this event for the function called `function`.
    pub(super) fn caller(self, function: &str) -> Result<Caller> {
        match self {
            Self::HttpApi(event) => route(event, function).map(Caller::Route),
            Self::Sqs(event) => Ok(Caller::Source(queue_source(&event))),
            Self::DynamoDb(event) => stream_source(&event).map(Caller::Source),
            Self::Schedule(event) => schedule_source(&event).map(Caller::Source),
        }
    }
}

fn route(event: HttpApiEvent, function: &str) -> Result<Route> {
    let known = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    // A parameter for the rest of a path must be at its end.
    let rest_inside = event.path.split_once("+}").is_some_and(|(_, behind)| !behind.is_empty());
    if !known.contains(&event.method.as_str()) || !event.path.starts_with('/') || rest_inside {
        return Err(TemplateError::new(format!("the route {} {} is not supported", event.method, event.path)));
    }
    let any = event.method == "ANY";
    Ok(Route { method: event.method, any, path: event.path, function: function.to_owned() })
}

fn queue_source(event: &SqsEvent) -> Source {
    let name = last_part(&event.queue).to_owned();
    // Without its own limit, a queue may use a thousand concurrent invocations; a local runner has no use for more than
    // a few.
    let concurrency_max = event.scaling_config.as_ref().map_or(5, |scaling| scaling.maximum_concurrency);
    Source {
        from: From::Queue { name, concurrency_max },
        batch_max: event.batch_size,
        partial: !event.function_response_types.is_empty(),
    }
}

fn stream_source(event: &DynamoDbEvent) -> Result<Source> {
    if event.maximum_retry_attempts != -1 || event.maximum_batching_window_in_seconds != 0 {
        return Err(TemplateError::new(
            "a stream is supported only with endless retries and without a batching window",
        ));
    }
    let filter = match &event.filter_criteria {
        Some(criteria) => {
            let patterns: Vec<&str> = criteria.filters.iter().map(|filter| filter.pattern.as_str()).collect();
            Some(Pattern::any(&patterns)?)
        }
        None => None,
    };
    // `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`
    let table = event.stream.split('/').nth(1);
    let table = table.ok_or_else(|| TemplateError::new(format!("{} is not a stream", event.stream)))?.to_owned();
    Ok(Source {
        from: From::Stream { table, filter, bisect: event.bisect_batch_on_function_error },
        batch_max: event.batch_size,
        partial: !event.function_response_types.is_empty(),
    })
}

fn schedule_source(event: &ScheduleEvent) -> Result<Source> {
    let every = every(&event.schedule)
        .ok_or_else(|| TemplateError::new(format!("the schedule {} is not supported", event.schedule)))?;
    Ok(Source { from: From::Schedule(every), batch_max: 1, partial: false })
}

/// Parses the interval of `rate(1 minute)`, `rate(5 minutes)` and so on. AWS requires the singular for one.
fn every(expression: &str) -> Option<Duration> {
    let (number, unit) = expression.strip_prefix("rate(")?.strip_suffix(')')?.split_once(' ')?;
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    let minutes = match (unit, number) {
        ("minute", 1) | ("minutes", 2..) => 1,
        ("hour", 1) | ("hours", 2..) => 60,
        ("day", 1) | ("days", 2..) => 24 * 60,
        (_, _) => return None,
    };
    Some(Duration::from_secs(number.checked_mul(minutes * 60)?))
}

/// Returns the name at the end of an ARN.
pub(super) fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}
