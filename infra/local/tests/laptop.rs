//! The local runner as a separate process: options, restarts, kills.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it should be"
)]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A running process. Dropping it kills it.
struct Process {
    child: Child,
    base_url: String,
    said: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(data: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.arg("--data").arg(data).args(flags).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn start(data: &Path, flags: &[&str]) -> Process {
    spawn(&mut command(data, &[&["--port", "0"], flags].concat()))
}

fn spawn(command: &mut Command) -> Process {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let (mut said, mut base_url) = (String::new(), None);
    while base_url.is_none() || !said.contains("Ctrl-C") {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).unwrap() > 0, "it ended after: {said}");
        if let Some(address) = line.split_whitespace().find(|word| word.starts_with("http://localhost:")) {
            let url = url::Url::parse(address).unwrap();
            base_url.get_or_insert(format!("http://localhost:{}", url.port().unwrap()));
        }
        said.push_str(&line);
    }
    // Later output must not block it.
    std::thread::spawn(move || drop(std::io::copy(&mut reader, &mut std::io::sink())));
    Process { child, base_url: base_url.unwrap(), said }
}

fn refused(data: &Path, flags: &[&str]) -> String {
    let output = command(data, flags).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    said
}

impl Process {
    async fn get(&self, path: &str) -> Value {
        let request =
            reqwest::Client::new().get(format!("{}{path}", self.base_url)).header("accept", "application/json");
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn invite(&self, email: &str) -> u16 {
        let key = self.get("/_local").await["apiKey"].as_str().unwrap().to_owned();
        let request = reqwest::Client::new().post(format!("{}/api/t/acme/partners", self.base_url)).bearer_auth(key);
        let answer = request.json(&json!({"name": "Maria", "email": email})).send().await.unwrap();
        answer.status().as_u16()
    }

    async fn mailed(&self, email: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            let mails = self.get("/_local/mail").await;
            if mails.as_array().unwrap().iter().any(|mail| mail["to"][0] == email || mail["to"] == email) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_one_command_starts_everything_and_prints_the_url() {
    let data = TempDir::new().unwrap();
    let process = start(data.path(), &[]);
    let home = process.get("/_local").await;
    for name in ["brand", "apiKey", "adminLink"] {
        assert!(home[name].is_string(), "{home}");
    }
    assert!(process.said.contains(home["apiKey"].as_str().unwrap()), "{}", process.said);
    assert!(process.said.contains("/t/acme/admin/login?token="), "{}", process.said);
    assert!(process.said.contains("/_local/mail"), "{}", process.said);
    let brands: Vec<_> = home["brands"].as_array().unwrap().iter().map(|brand| brand["brand"].clone()).collect();
    assert_eq!(brands, ["acme", "globex"]);
    let now: jiff::Timestamp = home["now"].as_str().unwrap().replace(" UTC", "Z").parse().unwrap();
    let apart = std::time::SystemTime::from(now).elapsed().unwrap_or_default();
    assert!(apart < Duration::from_secs(60), "the story ends in the present: {apart:?}");
    // The welcome email of the seeded admin is an email like any other.
    assert!(process.mailed("ada@acme.example").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn state_survives_a_kill_and_so_do_messages() {
    let data = TempDir::new().unwrap();
    let mut process = start(data.path(), &["--bare"]);
    let key = process.get("/_local").await["apiKey"].clone();
    for number in 0..10 {
        assert_eq!(process.invite(&format!("p{number}@example.com")).await, 201);
    }
    // Too early for all of them to be sent.
    process.child.kill().unwrap();
    drop(process);

    let process = start(data.path(), &["--bare"]);
    assert_eq!(process.get("/_local").await["apiKey"], key);
    // Emails that were being sent at the kill stay claimed until their lease ends, as on AWS.
    let clock = reqwest::Client::new().post(format!("{}/_local/clock", process.base_url));
    clock.json(&json!({"advanceSeconds": 120})).send().await.unwrap();
    for number in 0..10 {
        let email = format!("p{number}@example.com");
        assert!(process.mailed(&email).await, "{email}");
        assert_eq!(process.invite(&email).await, 409);
    }
    drop(process);
    let process = start(data.path(), &["--bare", "--reset"]);
    assert_ne!(process.get("/_local").await["apiKey"], key);
    assert_eq!(process.invite("p1@example.com").await, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_clock_moves_everything() {
    let process = spawn(Command::new(env!("CARGO_BIN_EXE_local")).args(["--port", "0", "--in-memory", "--bare"]));
    let link = process.get("/_local").await["adminLink"].as_str().unwrap().to_owned();
    let open = async || reqwest::get(&link).await.unwrap().status().as_u16();
    assert_eq!(open().await, 200);
    let clock = reqwest::Client::new().post(format!("{}/_local/clock", process.base_url));
    assert_eq!(clock.json(&json!({"advanceSeconds": 901})).send().await.unwrap().status(), 200);
    assert_eq!(open().await, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_invokes_a_function_as_on_aws() {
    let process = spawn(Command::new(env!("CARGO_BIN_EXE_local")).args(["--port", "0", "--in-memory", "--bare"]));
    let invoke = async |function: &str, event: Value| {
        let address = format!("{}/2015-03-31/functions/{function}/invocations", process.base_url);
        let answer = reqwest::Client::new().post(address).json(&event).send().await.unwrap();
        let failed = answer.headers().contains_key("x-amz-function-error");
        (answer.status().as_u16(), failed, answer.json::<Value>().await.unwrap())
    };
    let event = json!({
        "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"},
        "admins": [{"name": "Gil", "email": "gil@globex.example"}],
    });
    let (status, failed, answer) = invoke("create-brand", event).await;
    assert_eq!((status, failed, &answer["brand"]), (200, false, &json!("globex")));
    assert!(process.mailed("gil@globex.example").await);
    let (status, failed, answer) = invoke("create-brand", json!({})).await;
    assert_eq!((status, failed), (200, true));
    assert!(answer["errorMessage"].as_str().unwrap().contains("brand"), "{answer}");
    assert_eq!(invoke("no-such-function", json!({})).await.0, 404);
    let leap = reqwest::Client::new().post(format!("{}/_local/clock", process.base_url));
    let answer = leap.json(&json!({"advanceSeconds": 99_999_999_999_999_i64})).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_it_cleanly() {
    let data = TempDir::new().unwrap();
    let mut process = start(data.path(), &["--bare"]);
    let interrupt = Command::new("kill").args(["-INT", &process.child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let status = process.child.wait().unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_start_names_the_obstacle_in_one_sentence() {
    let data = TempDir::new().unwrap();
    let process = start(data.path(), &["--bare"]);
    let port = process.base_url.rsplit(':').next().unwrap().to_owned();
    let other = TempDir::new().unwrap();
    assert!(refused(other.path(), &["--port", &port]).contains(&port));
    // The folder belongs to the process that runs.
    refused(data.path(), &["--port", "0"]);
    let file = other.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(refused(&file.join("below"), &["--port", "0"]).contains("below"));
    let missing = other.path().join("missing.yaml");
    let missing = missing.to_str().unwrap();
    assert!(refused(other.path(), &["--port", "0", "--template", missing]).contains("missing.yaml"));
    let broken = other.path().join("broken.yaml");
    std::fs::write(&broken, "Resources: {Thing: {Type: AWS::Magic::Wand}}").unwrap();
    let said = refused(other.path(), &["--port", "0", "--template", broken.to_str().unwrap()]);
    assert!(said.contains("AWS::Magic::Wand"), "{said}");
}
