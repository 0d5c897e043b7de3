//! The functions as they are deployed: the binaries that `sam build` creates, each a process with its own Lambda
//! Runtime API, with the environment variables and event sources that the stack gives them, against an emulator of AWS
//! that shares no code with this repository.
//!
//! `tests/deployed` builds the functions, starts the emulator (moto) and runs this. Unlike the tests that run
//! everything in one process, this shows that the binaries start, find their settings, speak to AWS over HTTP, and
//! reach each other through the resources of the template.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops where something is not as it should be, and says what it saw"
)]

mod binaries;
mod browser;
mod cloud;
mod journey;
mod process;
mod stack;

use std::path::Path;

use serde_json::Value;

use crate::{cloud::Cloud, process::Process};

/// An environment variable that `tests/deployed` sets.
#[expect(clippy::disallowed_methods, reason = "a test's own settings, not those of a function")]
fn required_variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_error| panic!("{name} is not set: run tests/deployed"))
}

fn samples_of(function: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.split('.').next() == Some(function) {
            samples.push((name, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()));
        }
    }
    assert!(!samples.is_empty(), "{function} has no sample event");
    samples.sort_by(|(one, _), (other, _)| one.cmp(other));
    samples
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_starts_and_handles_its_sample_events() {
    let cloud = Cloud::start();
    for function in &cloud.stack.functions {
        let process = Process::start(function, &cloud).await;
        for (sample, event) in samples_of(&function.name) {
            let answer = process.invoke(event).await.unwrap_or_else(|error| panic!("{sample}: {error}"));
            let status = answer.get("statusCode").and_then(Value::as_u64);
            assert!(status.is_none_or(|status| status < 500), "{sample}: {answer}");
            let line = process.last_line().unwrap_or_else(|| panic!("{sample} left no line in the log"));
            assert_eq!((&line["message"], &line["action"]), (&"invocation".into(), &function.name.clone().into()));
            assert!(line["aws_calls"].is_u64() && line["_aws"]["CloudWatchMetrics"].is_array(), "{sample}: {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_lacks_a_setting_does_not_start_and_names_it() {
    let cloud = Cloud::start();
    let function = cloud.stack.function("send-mail");
    let settings = process::settings(function, &cloud.url);
    for name in ["TABLE", "BASE_URL", "SENDER", "SERVER_KEY", "MAIL_NOW_QUEUE", "MAIL_RATE", "AWS_REGION"] {
        let mut without = settings.clone();
        without.remove(name);
        let said = process::fails_to_start(function, &without).await;
        assert!(said.contains(&format!("the setting {name} is missing")), "{said}");
    }
    for (name, text) in [("BASE_URL", "invites"), ("SENDER", "nobody"), ("SERVER_KEY", "short"), ("MAIL_RATE", "many")]
    {
        let mut wrong = settings.clone();
        wrong.insert(name.to_owned(), text.to_owned());
        let said = process::fails_to_start(function, &wrong).await;
        assert!(said.contains(&format!("the setting {name} is not")), "{said}");
        assert!(!said.contains(text), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_receives_a_malformed_event_reports_it_and_continues() {
    let cloud = Cloud::start();
    let process = Process::start(cloud.stack.function("push-network"), &cloud).await;
    let failed = process.invoke(serde_json::json!({"surprise": true})).await.unwrap_err();
    assert!(failed.contains("internal"), "{failed}");
    // The error for a message that can't be parsed quotes nothing of it.
    let body = serde_json::json!({"brand": "acme", "partner": "maria@example.com", "since": 7}).to_string();
    let record = serde_json::json!({"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {}});
    let answer = process.invoke(serde_json::json!({"Records": [record]})).await.unwrap();
    assert_eq!(answer["batchItemFailures"][0]["itemIdentifier"], "m");
    let log = process.log();
    assert!(log.contains("a message comes back: ") && !log.contains("maria"), "{log}");
}
