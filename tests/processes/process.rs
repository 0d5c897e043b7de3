//! One function as a process with its own Runtime API.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use lambda_simulator::{InvocationStatus, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use crate::{cloud::Cloud, stack::Function};

const REGION: &str = "us-east-1";
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running function.
pub(crate) struct Process {
    child: Child,
    simulator: Simulator,
    folder: TempDir,
}

impl Process {
    pub(crate) async fn start(function: &Function, cloud: &Cloud) -> Self {
        let simulator = Simulator::builder().function_name(&function.name).region(REGION).build().await.unwrap();
        let mut settings = settings(function, &cloud.url);
        settings.insert("AWS_LAMBDA_RUNTIME_API".to_owned(), simulator.addr().to_string());
        let folder = tempfile::tempdir().unwrap();
        let child = spawn(function, &settings, &folder);
        Self { child, simulator, folder }
    }

    /// Invokes it with one event; the error is what it reported to the Runtime API.
    pub(crate) async fn invoke(&self, event: Value) -> Result<Value, String> {
        let id = self.simulator.enqueue_payload(event).await;
        let state = self.simulator.wait_for_invocation_complete(&id, PATIENCE).await;
        let state = state.unwrap_or_else(|error| panic!("{error}; its log: {}", self.log()));
        match (state.status, state.response, state.error) {
            (InvocationStatus::Success, Some(response), _) => Ok(response.payload),
            (_, _, Some(error)) => Err(format!("{}: {}", error.error_type, error.error_message)),
            (status, ..) => Err(format!("{status:?}; its log: {}", self.log())),
        }
    }

    /// Returns its output so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Returns its last log line about an invocation.
    pub(crate) fn last_line(&self) -> Option<Value> {
        let log = self.log();
        let mut lines = log.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.find(|line| line["message"] == "invocation")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Returns the environment variables of the function, with those that Lambda adds and the URL of the emulator.
pub(crate) fn settings(function: &Function, aws: &str) -> BTreeMap<String, String> {
    let platform = [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_ENDPOINT_URL", aws),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ];
    let platform = platform.map(|(name, value)| (name.to_owned(), value.to_owned()));
    function.environment.clone().into_iter().chain(platform).collect()
}

fn spawn(function: &Function, settings: &BTreeMap<String, String>, folder: &TempDir) -> Child {
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let mut command = Command::new(&function.bootstrap);
    // Nothing from the environment of this test: on Lambda it doesn't exist either.
    command.env_clear().envs(settings).current_dir(folder.path()).stdin(Stdio::null());
    command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
}

/// Waits until the process exits, and returns the one line that it printed.
pub(crate) async fn fails_to_start(function: &Function, settings: &BTreeMap<String, String>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut child = spawn(function, settings, &folder);
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            match child.try_wait().unwrap() {
                Some(status) => return status,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    });
    let Ok(status) = ended.await else {
        drop(child.kill());
        panic!("{} started, although it lacks a setting", function.name);
    };
    assert_eq!(status.code(), Some(1));
    let log: PathBuf = folder.path().join("log");
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(log.lines().count(), 1, "{log}");
    log
}
