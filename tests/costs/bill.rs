//! Usage, as AWS would bill it: calls are counted, and only what can't be measured locally is assumed.

use std::{
    collections::BTreeMap,
    ops::{Add, Mul},
};

use local::{Call, Service};
use serde::Deserialize;
use serde_json::Value;

use crate::support::World;

/// AWS's prices per unit, in dollars.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prices {
    pub(super) region: String,
    pub(super) on: String,
    pub(super) mail: f64,
    pub(super) function_call: f64,
    pub(super) function_gb_second: f64,
    api_call: f64,
    write_unit: f64,
    pub(super) read_unit: f64,
    pub(super) table_gb_month: f64,
    pub(super) backup_gb_month: f64,
    pub(super) queue_call: f64,
    bus_event: f64,
    file_write: f64,
    file_read: f64,
    pub(super) log_gb: f64,
    pub(super) alarm_month: f64,
    pub(super) secret_month: f64,
    pub(super) metric_month: f64,
    pub(super) dashboard_month: f64,
}

impl Prices {
    pub(super) fn read() -> Self {
        let path = local::template_path().with_file_name("../docs/prices.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }
}

/// The time that a function waits for each service, including its own work, in milliseconds. It can't be measured
/// locally; these values are generous, and concurrent calls count as if they were serial.
pub(super) const WAITS_MS: [(Service, f64); 4] =
    [(Service::DynamoDb, 6.0), (Service::Sqs, 10.0), (Service::Ses, 80.0), (Service::S3, 40.0)];
pub(super) const WORKS_MS: f64 = 3.0;
/// The bytes that Lambda itself logs for an invocation: its start, its end and its report.
pub(super) const PLATFORM_LOG_BYTES: f64 = 700.0;
/// The bytes that the API logs for a request.
pub(super) const ACCESS_LOG_BYTES: f64 = 250.0;
/// The duration of a cold start, which is billed, and its frequency: one in this many invocations.
pub(super) const STARTS_MS: f64 = 100.0;
pub(super) const STARTS_ONE_IN: f64 = 20.0;

/// The memory of each function in gigabytes, from the template.
#[derive(Debug)]
pub(super) struct Memory(BTreeMap<String, f64>);

impl Memory {
    pub(super) fn read() -> Self {
        let template = local::template::document(&local::template_path()).unwrap();
        let usual = &template["Globals"]["Function"]["MemorySize"];
        let functions = template["Resources"].as_object().unwrap().values();
        let functions = functions.filter(|resource| resource["Type"] == "AWS::Serverless::Function");
        let memory = functions.map(|function| {
            let name = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap().to_owned();
            let own = &function["Properties"]["MemorySize"];
            (name, if own.is_null() { usual } else { own }.as_f64().unwrap() / 1_024.0)
        });
        Self(memory.collect())
    }

    pub(super) fn of(&self, function: &str) -> f64 {
        self.0[function]
    }
}

/// Amounts of billed usage.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bill {
    pub(super) mails: f64,
    pub(super) function_calls: f64,
    pub(super) gb_seconds: f64,
    pub(super) api_calls: f64,
    pub(super) write_units: f64,
    pub(super) read_units: f64,
    pub(super) queue_calls: f64,
    pub(super) bus_events: f64,
    pub(super) file_writes: f64,
    pub(super) file_reads: f64,
    pub(super) log_gb: f64,
}

impl Bill {
    /// Returns the usage of these calls and log lines.
    fn of(calls: &[Call], lines: &[String]) -> Self {
        let memory = Memory::read();
        let count = |wanted: &dyn Fn(&&Call) -> bool| as_f64(calls.iter().filter(wanted).count());
        let lines: Vec<(usize, Value)> =
            lines.iter().map(|line| (line.len(), serde_json::from_str(line).unwrap())).collect();
        let waits = |of: Service| WAITS_MS.iter().find(|(service, _)| *service == of).map_or(0.0, |(_, ms)| *ms);
        let waited: f64 = calls.iter().map(|call| waits(call.service) * memory.of(&call.function)).sum();
        let worked: f64 = lines.iter().map(|(_, line)| WORKS_MS * memory.of(line["action"].as_str().unwrap())).sum();
        let started: f64 = lines.iter().map(|(_, line)| memory.of(line["action"].as_str().unwrap())).sum::<f64>()
            * STARTS_MS
            / STARTS_ONE_IN;
        let requests = as_f64(lines.iter().filter(|(_, line)| line["route"].is_string()).count());
        // SES publishes its events to the bus, which sends each to the queue.
        let feedback = lines.iter().filter(|(_, line)| line["action"] == "mail-feedback");
        let bus_events: f64 = feedback.filter_map(|(_, line)| line["messages"].as_f64()).sum();
        // For a worker behind a queue, one call receives a batch, and another deletes it.
        let brought = lines.iter().filter(|(_, line)| line["messages"].is_u64() && line["action"] != "relay-events");
        let s3 =
            |write: bool| count(&|call| call.service == Service::S3 && (call.operation.starts_with("Get") != write));
        Self {
            mails: count(&|call| call.operation == "SendEmail"),
            function_calls: as_f64(lines.len()),
            gb_seconds: (waited + worked + started) / 1_000.0,
            api_calls: requests,
            write_units: calls.iter().map(|call| call.write_units).sum(),
            read_units: calls.iter().map(|call| call.read_units).sum(),
            queue_calls: count(&|call| call.service == Service::Sqs) + 2.0 * as_f64(brought.count()) + bus_events,
            bus_events,
            file_writes: s3(true),
            file_reads: s3(false),
            log_gb: (lines.iter().map(|(bytes, _)| as_f64(*bytes) + PLATFORM_LOG_BYTES).sum::<f64>()
                + requests * ACCESS_LOG_BYTES)
                / 1e9,
        }
    }

    /// Returns the cost per service, with its name.
    pub(super) fn by_service(&self, prices: &Prices) -> [(&'static str, f64); 8] {
        let functions = self.function_calls * prices.function_call + self.gb_seconds * prices.function_gb_second;
        [
            ("SES", self.mails * prices.mail),
            ("DynamoDB", self.write_units * prices.write_unit + self.read_units * prices.read_unit),
            ("Lambda", functions),
            ("API Gateway", self.api_calls * prices.api_call),
            ("SQS", self.queue_calls * prices.queue_call),
            ("EventBridge", self.bus_events * prices.bus_event),
            ("S3", self.file_writes * prices.file_write + self.file_reads * prices.file_read),
            ("CloudWatch Logs", self.log_gb * prices.log_gb),
        ]
    }

    pub(super) fn dollars(&self, prices: &Prices) -> f64 {
        self.by_service(prices).iter().map(|(_, dollars)| dollars).sum()
    }
}

impl Mul<f64> for Bill {
    type Output = Self;

    fn mul(self, times: f64) -> Self {
        Self {
            mails: self.mails * times,
            function_calls: self.function_calls * times,
            gb_seconds: self.gb_seconds * times,
            api_calls: self.api_calls * times,
            write_units: self.write_units * times,
            read_units: self.read_units * times,
            queue_calls: self.queue_calls * times,
            bus_events: self.bus_events * times,
            file_writes: self.file_writes * times,
            file_reads: self.file_reads * times,
            log_gb: self.log_gb * times,
        }
    }
}

impl Add for Bill {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            mails: self.mails + other.mails,
            function_calls: self.function_calls + other.function_calls,
            gb_seconds: self.gb_seconds + other.gb_seconds,
            api_calls: self.api_calls + other.api_calls,
            write_units: self.write_units + other.write_units,
            read_units: self.read_units + other.read_units,
            queue_calls: self.queue_calls + other.queue_calls,
            bus_events: self.bus_events + other.bus_events,
            file_writes: self.file_writes + other.file_writes,
            file_reads: self.file_reads + other.file_reads,
            log_gb: self.log_gb + other.log_gb,
        }
    }
}

pub(super) fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// These run independently of any use, and while the clock leaps.
const SCHEDULED: [&str; 2] = ["remind-invited", "requeue-deliveries"];

/// Runs `work` and everything that follows from it, and returns the usage.
pub(super) async fn bill<F: Future>(world: &World, work: F) -> Bill {
    world.local.settled().await;
    let (recording, before) = (world.local.wire.record(), world.local.lines().len());
    assert!(before < 9_000, "only the last ten thousand lines are kept");
    work.await;
    world.local.settled().await;
    let is_of_it = |function: &str| function != "operator" && !SCHEDULED.contains(&function);
    let calls: Vec<_> = recording.calls().0.into_iter().filter(|call| is_of_it(&call.function)).collect();
    let lines = world.local.lines().into_iter().skip(before);
    let action = |line: &str| serde_json::from_str::<Value>(line).unwrap()["action"].as_str().unwrap().to_owned();
    Bill::of(&calls, &lines.filter(|line| is_of_it(&action(line))).collect::<Vec<_>>())
}
