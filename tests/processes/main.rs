//! The functions as they deploy: each its own process on a Lambda Runtime API, against an emulator of AWS that shares no code
//! with this repository.
//!
//! `tests/deployed` builds the processes, starts the emulator (moto) and runs this. What it shows is what one process with
//! the laptop's stand-ins can't: that the very binaries start, find their settings, speak to AWS over HTTP, and hand work to
//! each other through a stream and queues that somebody else wrote.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops where something is not as it should be, and says what it saw"
)]

mod browser;
mod cloud;
mod journey;
mod process;

use std::{collections::BTreeMap, path::PathBuf};

use local::template::{Choices, Template};
use serde_json::Value;

use crate::{cloud::Cloud, process::Process};

/// The most that a binary may weigh, in bytes: 6 MiB, as Lambda counts its megabytes.
const BYTES_MAX: u64 = 6 * 1024 * 1024;

const BASE_URL: &str = "https://invites.example.com";

fn template() -> Template {
    let parameters = BTreeMap::from([
        ("BaseUrl".to_owned(), BASE_URL.to_owned()),
        ("Sender".to_owned(), "hello@invites.example.com".to_owned()),
    ]);
    let secret = "a secret that is long enough for every key".to_owned();
    Template::read(&local::template_path(), Choices { parameters, secret }).unwrap()
}

/// Where `tests/deployed` put `name/bootstrap`.
fn bootstrap(function: &str) -> PathBuf {
    let folder = std::env::var_os("BOOTSTRAPS").expect("run tests/deployed, which builds the processes first");
    PathBuf::from(folder).join(function).join("bootstrap")
}

fn samples_of(function: &str) -> Vec<(String, Value)> {
    let folder = local::template_path().with_file_name("../events");
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

#[test]
fn no_binary_is_too_large() {
    let mut sizes: Vec<_> = template()
        .functions
        .iter()
        .map(|function| (std::fs::metadata(bootstrap(&function.name)).unwrap().len(), function.name.clone()))
        .collect();
    sizes.sort_unstable();
    for (bytes, name) in &sizes {
        println!("{bytes:>9} {name}");
    }
    let (most, name) = sizes.last().unwrap();
    assert!(*most <= BYTES_MAX, "{name} has {most} bytes, and at most {BYTES_MAX} are wanted");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_starts_and_answers_its_sample_events() {
    let template = template();
    let cloud = Cloud::rise(&template).await;
    for function in &template.functions {
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
    let template = template();
    let function = template.functions.iter().find(|function| function.name == "send-mail").unwrap();
    let nowhere = "http://127.0.0.1:9";
    let settings = process::settings(function, &BTreeMap::new(), nowhere);
    for name in ["TABLE", "BASE_URL", "SENDER", "SERVER_KEY", "MAIL_NOW_QUEUE", "MAIL_RATE", "AWS_REGION"] {
        let mut without = settings.clone();
        without.remove(name);
        let said = process::fails_to_start(&function.name, &without).await;
        assert!(said.contains(&format!("the setting {name} is missing")), "{said}");
    }
    for (name, text) in [("BASE_URL", "invites"), ("SENDER", "nobody"), ("SERVER_KEY", "short"), ("MAIL_RATE", "many")]
    {
        let mut wrong = settings.clone();
        wrong.insert(name.to_owned(), text.to_owned());
        let said = process::fails_to_start(&function.name, &wrong).await;
        assert!(said.contains(&format!("the setting {name} is not")), "{said}");
        assert!(!said.contains(text), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_handed_nonsense_says_so_and_goes_on() {
    let template = template();
    let cloud = Cloud::rise(&template).await;
    let function = template.functions.iter().find(|function| function.name == "push-network").unwrap();
    let process = Process::start(function, &cloud).await;
    let failed = process.invoke(serde_json::json!({"surprise": true})).await.unwrap_err();
    assert!(failed.contains("internal"), "{failed}");
    // What it says of a message that can't be read quotes nothing of it.
    let body = serde_json::json!({"brand": "acme", "partner": "maria@example.com", "since": 7}).to_string();
    let record = serde_json::json!({"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {}});
    let answer = process.invoke(serde_json::json!({"Records": [record]})).await.unwrap();
    assert_eq!(answer["batchItemFailures"][0]["itemIdentifier"], "m");
    let log = process.log();
    assert!(log.contains("a message comes back: ") && !log.contains("maria"), "{log}");
}
