//! A record of the calls over the wire and their order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;

/// A service of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The table.
    DynamoDb,
    /// The queues.
    Sqs,
    /// Email.
    Ses,
    /// The bucket.
    S3,
}

/// One call of a function to AWS. A retry by the SDK counts as a separate call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function that made it.
    pub function: String,
    /// The service that received it.
    pub service: Service,
    /// The operation: `GetItem`, `SendMessageBatch`, `SendEmail`, `PutObject`.
    pub operation: String,
    /// The path of its URL: for S3 the bucket and the key.
    pub path: String,
    /// The body, if it is JSON.
    pub request: Value,
    /// The position of its start among all starts and ends.
    pub started: u64,
    /// The position of its end, once it has ended.
    pub ended: Option<u64>,
    /// The status of the response, if one arrived.
    pub status: Option<u16>,
    /// The write units that it consumed, including those of indexes, as DynamoDB counts them.
    pub write_units: f64,
    /// The read units that it consumed.
    pub read_units: f64,
}

impl Call {
    /// Returns the number of items that this call writes if it succeeds.
    #[must_use]
    pub fn items_written(&self) -> usize {
        let list = |name: &str| self.request.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        match self.operation.as_str() {
            "PutItem" | "UpdateItem" | "DeleteItem" => 1,
            "TransactWriteItems" => {
                list("TransactItems").iter().filter(|item| item.get("ConditionCheck").is_none()).count()
            }
            "BatchWriteItem" => {
                let tables = self.request.get("RequestItems").and_then(Value::as_object);
                tables.into_iter().flat_map(|tables| tables.values()).filter_map(Value::as_array).map(Vec::len).sum()
            }
            _ => 0,
        }
    }

    pub(super) fn writes(&self) -> bool {
        self.service == Service::DynamoDb
            && matches!(
                self.operation.as_str(),
                "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems" | "BatchWriteItem"
            )
    }
}

/// Calls in the order in which they started.
#[derive(Debug, Clone)]
pub struct Calls(pub Vec<Call>);

impl Calls {
    /// Returns the number of serial steps: how often a call started while no other was in progress.
    #[must_use]
    pub fn trips(&self) -> usize {
        let starts = self.0.iter().map(|call| (call.started, true));
        let ends = self.0.iter().filter_map(|call| Some((call.ended?, false)));
        let mut moments: Vec<_> = starts.chain(ends).collect();
        moments.sort_unstable();
        let (mut trips, mut under_way) = (0, 0_usize);
        for (_, starts) in moments {
            if starts && under_way == 0 {
                trips += 1;
            }
            under_way = if starts { under_way + 1 } else { under_way.saturating_sub(1) };
        }
        trips
    }

    /// Returns the number of calls of `operation`.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.0.iter().filter(|call| call.operation == operation).count()
    }

    /// Returns the write units that all of them consumed.
    #[must_use]
    pub fn write_units(&self) -> f64 {
        self.0.iter().map(|call| call.write_units).sum()
    }

    /// Returns the number of items written by calls that succeeded. Condition checks within a transaction write
    /// nothing.
    #[must_use]
    pub fn items_written(&self) -> usize {
        self.0.iter().filter(|call| call.status == Some(200)).map(Call::items_written).sum()
    }
}

/// Records from its creation until it is dropped.
#[derive(Debug)]
pub struct Recording {
    log: Arc<Mutex<Log>>,
    from: u64,
}

impl Recording {
    pub(super) fn start(log: Arc<Mutex<Log>>) -> Self {
        let from = {
            let mut log = lock(&log);
            log.recordings += 1;
            log.order
        };
        Self { log, from }
    }

    /// Returns all calls so far.
    #[must_use]
    pub fn calls(&self) -> Calls {
        Calls(lock(&self.log).calls.iter().filter(|call| call.started > self.from).cloned().collect())
    }

    /// Returns the calls of one function so far.
    #[must_use]
    pub fn of(&self, function: &str) -> Calls {
        Calls(self.calls().0.into_iter().filter(|call| call.function == function).collect())
    }

    /// Returns [`Calls::trips`] of all calls.
    #[must_use]
    pub fn trips(&self) -> usize {
        self.calls().trips()
    }

    /// Returns [`Calls::count`] of all calls.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.calls().count(operation)
    }

    /// Returns [`Calls::items_written`] of all calls.
    #[must_use]
    pub fn items_written(&self) -> usize {
        self.calls().items_written()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let mut log = lock(&self.log);
        log.recordings -= 1;
        if log.recordings == 0 {
            log.calls.clear();
        }
    }
}

/// All calls since the first recording that is still active.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Counts starts and ends, recorded or not.
    order: u64,
    recordings: usize,
    calls: Vec<Call>,
}

/// A call in progress. Dropping it, as when its function is stopped, ends it without a response.
pub(super) struct Entry {
    log: Arc<Mutex<Log>>,
    pub(super) operation: String,
    started: u64,
    status: Option<u16>,
    pub(super) write_units: f64,
    pub(super) read_units: f64,
    recorded: bool,
}

impl Entry {
    /// Returns `true` if a recording is active.
    pub(super) fn is_recorded(&self) -> bool {
        self.recorded
    }

    pub(super) fn end(mut self, status: Option<u16>) {
        self.status = status;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut log = lock(&self.log);
        log.order += 1;
        let order = log.order;
        if let Some(call) = log.calls.iter_mut().rfind(|call| call.started == self.started) {
            call.ended = Some(order);
            call.status = self.status;
            call.write_units = self.write_units;
            call.read_units = self.read_units;
        }
    }
}

pub(super) fn begin(log: &Arc<Mutex<Log>>, mut call: Call) -> Entry {
    let operation = call.operation.clone();
    let mut entries = lock(log);
    entries.order += 1;
    let started = entries.order;
    let recorded = entries.recordings > 0;
    if recorded {
        call.started = started;
        entries.calls.push(call);
    }
    drop(entries);
    Entry { log: Arc::clone(log), operation, started, status: None, write_units: 0.0, read_units: 0.0, recorded }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the service and the operation of a request. All services share one endpoint, so they are read from the
/// request itself.
pub(super) fn classify(request: &HttpRequest) -> (Service, String) {
    let target = request.headers().get("x-amz-target").and_then(|target| target.split_once('.'));
    match target {
        Some(("AmazonSQS", operation)) => return (Service::Sqs, operation.to_owned()),
        Some((_, operation)) => return (Service::DynamoDb, operation.to_owned()),
        None => {}
    }
    let uri: http::Uri = request.uri().parse().unwrap_or_default();
    let method = request.method();
    let query = uri.query().unwrap_or_default();
    let part = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
    let operation = match (uri.path(), method) {
        ("/v2/email/outbound-emails", "POST") => "SendEmail".to_owned(),
        (path, _) if path.starts_with("/v2/email/") => format!("{method} {path}"),
        (_, "POST") if part("uploads") => "CreateMultipartUpload".to_owned(),
        (_, "POST") if part("uploadId") => "CompleteMultipartUpload".to_owned(),
        (_, "PUT") if part("partNumber") => "UploadPart".to_owned(),
        (_, "PUT") => "PutObject".to_owned(),
        (_, "GET") => "GetObject".to_owned(),
        (_, "HEAD") => "HeadObject".to_owned(),
        (_, "DELETE") => "DeleteObject".to_owned(),
        _ => method.to_owned(),
    };
    let service = if uri.path().starts_with("/v2/email/") { Service::Ses } else { Service::S3 };
    (service, operation)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(started: u64, ended: u64, operation: &str, request: Value) -> Call {
        let (function, operation) = ("f".to_owned(), operation.to_owned());
        Call {
            path: String::new(),
            function,
            service: Service::DynamoDb,
            operation,
            request,
            started,
            ended: Some(ended),
            status: Some(200),
            write_units: 0.0,
            read_units: 0.0,
        }
    }

    #[test]
    fn concurrent_calls_are_one_trip() {
        let none = || json!({});
        let together =
            Calls(vec![call(1, 4, "GetItem", none()), call(2, 3, "GetItem", none()), call(5, 6, "PutItem", none())]);
        assert_eq!(together.trips(), 2);
        assert_eq!(together.count("GetItem"), 2);
        assert_eq!(Calls(Vec::new()).trips(), 0);
    }

    #[test]
    fn condition_checks_write_nothing() {
        let transaction = json!({"TransactItems": [{"Put": {}}, {"ConditionCheck": {}}, {"Update": {}}]});
        assert_eq!(call(1, 2, "TransactWriteItems", transaction).items_written(), 2);
        let batch = json!({"RequestItems": {"a": [{}, {}], "b": [{}]}});
        assert_eq!(call(1, 2, "BatchWriteItem", batch).items_written(), 3);
    }
}
