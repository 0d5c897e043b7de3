//! Limits that AWS enforces and the emulator doesn't. Exceeding some of them would crash a queue of the emulator, which
//! adds seconds to an instant without checking for overflow.

use std::ops::RangeInclusive;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::refusal;

/// The maximum size of a batch.
const BYTES_MAX: usize = 1024 * 1024;
const NUMBERS: [(&str, RangeInclusive<i64>); 3] =
    [("DelaySeconds", 0..=900), ("MaxNumberOfMessages", 1..=10), ("VisibilityTimeout", 0..=43_200)];

/// Returns the error for a call that exceeds a limit.
pub(super) fn refused(operation: &str, input: &Value) -> Option<Response<Bytes>> {
    if matches!(operation, "CreateQueue" | "DeleteQueue" | "SetQueueAttributes") {
        let message = "Which queues there are, and how they are, is up to the template.";
        return Some(refusal(400, "AWS.SimpleQueueService.UnsupportedOperation", message));
    }
    let entries = || input.get("Entries").and_then(Value::as_array).into_iter().flatten();
    for part in entries().chain([input]) {
        for (name, range) in &NUMBERS {
            let number = part.get(name).filter(|number| !number.is_null());
            if number.is_some_and(|number| !number.as_i64().is_some_and(|it| range.contains(&it))) {
                let message = format!("{name} must be between {} and {}.", range.start(), range.end());
                return Some(refusal(400, "InvalidParameterValue", &message));
            }
        }
    }
    let plain = |id: &str| id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    let mut ids = entries().filter_map(|entry| entry.get("Id")?.as_str());
    if ids.any(|id| id.is_empty() || id.len() > 80 || !plain(id)) {
        let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores.";
        return Some(refusal(400, "AWS.SimpleQueueService.InvalidBatchEntryId", message));
    }
    let bytes: usize = entries().filter_map(|entry| entry.get("MessageBody")?.as_str()).map(str::len).sum();
    (bytes > BYTES_MAX).then(|| {
        let message = format!("Batch requests cannot be longer than {BYTES_MAX} bytes. You have sent {bytes} bytes.");
        refusal(400, "AWS.SimpleQueueService.BatchRequestTooLong", &message)
    })
}
