//! The API of SQS in front of [`Queues`]: JSON in, JSON out, with AWS's limits and AWS's errors.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON made right here is an object, and putting a name into it can't panic"
)]

use std::{collections::BTreeSet, time::Duration};

use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::queues::{Draft, Message, Queues};
use crate::template::{ACCOUNT, Queue, queue_arn, queue_url};

/// The most that one message or one batch may hold.
const BYTES_MAX: usize = 1024 * 1024;
const BATCH_MAX: usize = 10;
const DELAY_MAX_S: u64 = 900;
const VISIBILITY_MAX_S: u64 = 43_200;

/// An error as AWS answers it.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The name that SDKs match on.
    pub(crate) code: &'static str,
    /// The older name, sent along in a header.
    pub(crate) query_code: &'static str,
    pub(crate) message: String,
}

type Result<T> = std::result::Result<T, Refusal>;

/// Answers one call.
pub(crate) fn answer(queues: &Queues, operation: &str, input: &Value) -> Result<Value> {
    if operation == "GetQueueUrl" {
        let queue = queues.get(text(input, "QueueName")?).ok_or_else(no_queue)?;
        return Ok(json!({"QueueUrl": queue_url(&queue.name)}));
    }
    let url = text(input, "QueueUrl")?;
    let queue = queues.get(url.rsplit('/').next().unwrap_or_default()).ok_or_else(no_queue)?;
    match operation {
        "SendMessage" => {
            send(queues, queue, &[input]).map(|mut sent| sent.pop().unwrap_or_default())
        }
        "SendMessageBatch" => send_batch(queues, queue, input),
        "ReceiveMessage" => receive(queues, queue, input),
        "DeleteMessage" => delete(queues, input).map(|()| json!({})),
        "DeleteMessageBatch" => each(input, |entry| delete(queues, entry)),
        "ChangeMessageVisibility" => hide(queues, input).map(|()| json!({})),
        "ChangeMessageVisibilityBatch" => each(input, |entry| hide(queues, entry)),
        "GetQueueAttributes" => attributes(queues, queue),
        _ => Err(Refusal {
            code: "UnsupportedOperation",
            query_code: "AWS.SimpleQueueService.UnsupportedOperation",
            message: format!("{operation} does not work on a laptop."),
        }),
    }
}

fn send_batch(queues: &Queues, queue: &Queue, input: &Value) -> Result<Value> {
    let entries = entries(input)?;
    let bytes: usize =
        entries.iter().filter_map(|entry| entry.get("MessageBody")?.as_str()).map(str::len).sum();
    if bytes > BYTES_MAX {
        return Err(Refusal {
            code: "BatchRequestTooLong",
            query_code: "AWS.SimpleQueueService.BatchRequestTooLong",
            message: format!(
                "Batch requests cannot be longer than {BYTES_MAX} bytes. You have sent {bytes} bytes."
            ),
        });
    }
    let sent = send(queues, queue, &entries)?;
    let successful = entries.iter().zip(sent).map(|(entry, mut sent)| {
        sent["Id"] = entry.get("Id").cloned().unwrap_or_default();
        sent
    });
    Ok(json!({"Successful": successful.collect::<Value>(), "Failed": []}))
}

fn send(queues: &Queues, queue: &Queue, messages: &[&Value]) -> Result<Vec<Value>> {
    let drafts = messages.iter().map(|message| {
        let body = text(message, "MessageBody")?;
        if body.is_empty() || body.len() > BYTES_MAX {
            return Err(invalid(format!("Message must be between 1 and {BYTES_MAX} bytes.")));
        }
        // Groups and deduplication belong to FIFO queues, which the template reader refuses.
        if message.get("MessageGroupId").or(message.get("MessageDeduplicationId")).is_some() {
            return Err(invalid(
                "The request includes a parameter that is not valid for this queue type."
                    .to_owned(),
            ));
        }
        let delay = seconds(message, "DelaySeconds", DELAY_MAX_S)?;
        let attributes = message.get("MessageAttributes").cloned().unwrap_or_else(|| json!({}));
        Ok(Draft { body: body.to_owned(), attributes, delay })
    });
    let drafts = drafts.collect::<Result<Vec<_>>>()?;
    let ids = queues.send(queue, &drafts).map_err(internal)?;
    let sent = ids
        .into_iter()
        .zip(&drafts)
        .map(|(id, draft)| json!({"MessageId": id, "MD5OfMessageBody": md5(&draft.body)}));
    Ok(sent.collect())
}

/// It never waits: a long poll that ends early is one that AWS may answer too.
fn receive(queues: &Queues, queue: &Queue, input: &Value) -> Result<Value> {
    let max = input.get("MaxNumberOfMessages").and_then(Value::as_u64).unwrap_or(1);
    let max = usize::try_from(max).ok().filter(|max| (1..=BATCH_MAX).contains(max));
    let max =
        max.ok_or_else(|| invalid("MaxNumberOfMessages must be between 1 and 10.".to_owned()))?;
    let visibility = seconds(input, "VisibilityTimeout", VISIBILITY_MAX_S)?;
    let messages = queues.receive(queue, max, visibility).map_err(internal)?;
    let message = |message: &Message| {
        json!({
            "MessageId": message.id,
            "ReceiptHandle": message.receipt,
            "Body": message.body,
            "MD5OfBody": md5(&message.body),
            "Attributes": system_attributes(message),
            "MessageAttributes": message.attributes,
        })
    };
    Ok(json!({"Messages": messages.iter().map(message).collect::<Value>()}))
}

fn delete(queues: &Queues, input: &Value) -> Result<()> {
    queues.delete(text(input, "ReceiptHandle")?).map_err(internal)
}

fn hide(queues: &Queues, input: &Value) -> Result<()> {
    let visibility = seconds(input, "VisibilityTimeout", VISIBILITY_MAX_S)?;
    let visibility = visibility.ok_or_else(|| missing("VisibilityTimeout"))?;
    match queues.hide(text(input, "ReceiptHandle")?, visibility).map_err(internal)? {
        true => Ok(()),
        false => Err(Refusal {
            code: "MessageNotInflight",
            query_code: "AWS.SimpleQueueService.MessageNotInflight",
            message: "The message referred to isn't in flight.".to_owned(),
        }),
    }
}

fn attributes(queues: &Queues, queue: &Queue) -> Result<Value> {
    let (visible, in_flight, delayed) = queues.counts(&queue.name).map_err(internal)?;
    Ok(json!({"Attributes": {
        "QueueArn": queue_arn(&queue.name),
        "ApproximateNumberOfMessages": visible.to_string(),
        "ApproximateNumberOfMessagesNotVisible": in_flight.to_string(),
        "ApproximateNumberOfMessagesDelayed": delayed.to_string(),
        "VisibilityTimeout": queue.visibility.as_secs().to_string(),
        "DelaySeconds": queue.delay.as_secs().to_string(),
        "MessageRetentionPeriod": queue.retention.as_secs().to_string(),
    }}))
}

/// What SQS itself says of a message; a function behind a queue gets the same.
pub(crate) fn system_attributes(message: &Message) -> Value {
    let mut attributes = Map::from_iter([
        (
            "ApproximateFirstReceiveTimestamp".to_owned(),
            Value::from(message.first_received_ms.to_string()),
        ),
        ("ApproximateReceiveCount".to_owned(), Value::from(message.receives.to_string())),
        ("SenderId".to_owned(), Value::from(ACCOUNT)),
        ("SentTimestamp".to_owned(), Value::from(message.sent_ms.to_string())),
    ]);
    if let Some(arn) = &message.came_from {
        attributes.insert("DeadLetterQueueSourceArn".to_owned(), Value::from(arn.as_str()));
    }
    Value::Object(attributes)
}

/// The MD5 sum that SQS puts beside a body.
pub(crate) fn md5(body: &str) -> String {
    Md5::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Does `work` for each entry of a batch, and tells which failed.
fn each(input: &Value, work: impl Fn(&Value) -> Result<()>) -> Result<Value> {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries(input)? {
        let id = entry.get("Id").cloned().unwrap_or_default();
        match work(entry) {
            Ok(()) => successful.push(json!({"Id": id})),
            Err(refusal) => {
                failed.push(json!({"Id": id, "Code": refusal.code, "Message": refusal.message, "SenderFault": true}));
            }
        }
    }
    Ok(json!({"Successful": successful, "Failed": failed}))
}

fn entries(input: &Value) -> Result<Vec<&Value>> {
    let entries: Vec<&Value> =
        input.get("Entries").and_then(Value::as_array).into_iter().flatten().collect();
    let refusal = |code, query_code, message: &str| {
        Err(Refusal { code, query_code, message: message.to_owned() })
    };
    if entries.is_empty() {
        let message = "There should be at least one entry in the request.";
        return refusal("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", message);
    }
    if entries.len() > BATCH_MAX {
        let message = "Maximum number of entries per request are 10.";
        return refusal(
            "TooManyEntriesInBatchRequest",
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            message,
        );
    }
    let ids = entries.iter().map(|entry| text(entry, "Id")).collect::<Result<BTreeSet<_>>>()?;
    if ids.len() < entries.len() {
        let message = "Two or more batch entries in the request have the same Id.";
        return refusal(
            "BatchEntryIdsNotDistinct",
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            message,
        );
    }
    let plain =
        |id: &str| id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    if ids.iter().any(|id| id.is_empty() || id.len() > 80 || !plain(id)) {
        let message =
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores.";
        return refusal(
            "InvalidBatchEntryId",
            "AWS.SimpleQueueService.InvalidBatchEntryId",
            message,
        );
    }
    Ok(entries)
}

fn text<'a>(input: &'a Value, name: &str) -> Result<&'a str> {
    input.get(name).and_then(Value::as_str).ok_or_else(|| missing(name))
}

fn seconds(input: &Value, name: &str, max: u64) -> Result<Option<Duration>> {
    let Some(value) = input.get(name) else { return Ok(None) };
    let seconds = value.as_u64().filter(|seconds| *seconds <= max);
    seconds
        .map(|seconds| Some(Duration::from_secs(seconds)))
        .ok_or_else(|| invalid(format!("{name} must be between 0 and {max}.")))
}

fn missing(name: &str) -> Refusal {
    Refusal {
        code: "MissingParameter",
        query_code: "MissingParameter",
        message: format!("The request must contain the parameter {name}."),
    }
}

fn invalid(message: String) -> Refusal {
    Refusal { code: "InvalidParameterValue", query_code: "InvalidParameterValue", message }
}

fn no_queue() -> Refusal {
    Refusal {
        code: "QueueDoesNotExist",
        query_code: "AWS.SimpleQueueService.NonExistentQueue",
        message: "The specified queue does not exist.".to_owned(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn internal(error: rusqlite::Error) -> Refusal {
    Refusal { code: "InternalError", query_code: "InternalError", message: error.to_string() }
}
