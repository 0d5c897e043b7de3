//! Time from the start of a function to its first response, and the memory that it takes. `tests/deployed` builds them;
//! then `BOOTSTRAPS=$PWD/target/lambda cargo test --workspace --bench starts -- --bench` prints a table. The functions
//! are release builds; this program may be built as tests are, which takes less time.
//!
//! Each function is a process with its own Runtime API and receives its sample event; the result is the time from the
//! start of the process to its first response. invite-partner really invites a person; so does, for comparison, the
//! same function as it would be written for Node, bundled and minified. DynamoDB is the local runner's, so it costs
//! both the same, and little.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where something is wrong, and prints"
)]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use lambda_simulator::{InvocationStatus, Simulator};
use local::{
    Local, Options,
    template::{Choices, Template},
};
use serde_json::Value;

/// The number of starts of each process.
const TIMES: usize = 9;

/// The measurements of one start.
#[derive(Clone, Copy)]
struct Start {
    ms: f64,
    peak_mb: f64,
}

fn main() {
    // `cargo bench` and also `cargo test` run every benchmark; only the former passes this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let Some(folder) = std::env::var_os("BOOTSTRAPS").map(PathBuf::from) else {
        println!("starts: set BOOTSTRAPS to the folder of processes that tests/deployed built, for cold starts.");
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(starts(&folder));
}

async fn starts(folder: &Path) {
    let local = Local::start(Options { seed: true, bare: true, ..Options::for_tests() }).await.unwrap();
    local.settled().await;
    let template = template();
    println!("{:24} {:>9} {:>10} {:>9}", "from start to answer", "ms", "peak MB", "file MB");
    let mut ours = None;
    for function in &template.functions {
        let bootstrap = folder.join(&function.name).join("bootstrap");
        let bytes = std::fs::metadata(&bootstrap).unwrap().len();
        let size_mb = f64::from(u32::try_from(bytes).unwrap()) / 1e6;
        let invites = function.name == "invite-partner";
        let event = if invites { None } else { Some(sample(&function.name)) };
        let start = median(&local, &|| Command::new(&bootstrap), &function.environment, event.as_ref()).await;
        println!("{:24} {:9.1} {:10.1} {size_mb:9.2}", function.name, start.ms, start.peak_mb);
        if invites {
            ours = Some((start, &function.environment));
        }
    }
    let (ours, environment) = ours.unwrap();
    let bundle = bundle();
    let node = || {
        let mut node = Command::new("node");
        node.arg(&bundle);
        node
    };
    let theirs = median(&local, &node, environment, None).await;
    println!("{:24} {:9.1} {:10.1}", "the same on Node", theirs.ms, theirs.peak_mb);
    println!(
        "inviting on Rust is {:.1} times as fast and {:.1} times as lean; wanted are 15 and 10",
        theirs.ms / ours.ms,
        theirs.peak_mb / ours.peak_mb
    );
}

fn template() -> Template {
    let parameters = BTreeMap::from([
        ("BaseUrl".to_owned(), "https://invites.example.com".to_owned()),
        ("Sender".to_owned(), "hello@invites.example.com".to_owned()),
    ]);
    let secret = "a secret that is long enough for every key".to_owned();
    Template::read(&local::template_path(), Choices { parameters, secret }).unwrap()
}

fn sample(function: &str) -> Value {
    let path = local::template_path().with_file_name(format!("../events/{function}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns an invitation of a new person each time, with the key of the seeded brand.
fn invitation(local: &Local, number: usize) -> Value {
    let mut event = sample("invite-partner");
    event["headers"]["authorization"] = format!("Bearer {}", local.seeded().unwrap().api_key).into();
    event["headers"].as_object_mut().unwrap().remove("idempotency-key");
    let email = format!("maria-{number}-{}@example.com", std::process::id());
    event["body"] = serde_json::json!({"name": "Maria Lopez", "email": email}).to_string().into();
    event
}

/// Returns the median of several starts.
async fn median(
    local: &Local,
    command: &dyn Fn() -> Command,
    environment: &BTreeMap<String, String>,
    event: Option<&Value>,
) -> Start {
    static INVITED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let mut all = Vec::new();
    for _ in 0..TIMES {
        let number = INVITED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let wanted = event.is_none().then_some(201);
        let event = event.cloned().unwrap_or_else(|| invitation(local, number));
        all.push(start(local, command(), environment, (event, wanted)).await);
    }
    all.sort_by(|one, other| one.ms.total_cmp(&other.ms));
    all[TIMES / 2]
}

async fn start(
    local: &Local,
    mut command: Command,
    environment: &BTreeMap<String, String>,
    (event, wanted): (Value, Option<u64>),
) -> Start {
    let simulator = Simulator::builder().function_name("f").build().await.unwrap();
    let id = simulator.enqueue_payload(event).await;
    let table = local.table_address().to_string();
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).envs(environment);
    for (name, value) in [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_ENDPOINT_URL", &format!("http://{table}")),
        ("AWS_LAMBDA_FUNCTION_NAME", "f"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_RUNTIME_API", &simulator.addr().to_string()),
    ] {
        command.env(name, value);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let mut child = command.spawn().unwrap();
    let state = simulator.wait_for_invocation_complete(&id, Duration::from_secs(30)).await.unwrap();
    let ms = began.elapsed().as_secs_f64() * 1_000.0;
    let peak_mb = peak_mb(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    if let Some(wanted) = wanted {
        let answer = state.response.map(|response| response.payload).unwrap_or_default();
        assert_eq!(
            (state.status, answer["statusCode"].as_u64()),
            (InvocationStatus::Success, Some(wanted)),
            "{answer}"
        );
    }
    Start { ms, peak_mb }
}

/// Returns the peak memory use of the process.
fn peak_mb(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
}

/// Installs and bundles the Node function.
fn bundle() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/starts/node");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("yardstick");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "invite.mjs"] {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    let run = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program).args(arguments).current_dir(&folder).stdout(Stdio::null()).status();
        assert!(ran.expect("the yardstick needs Node and npm").success(), "{program} {arguments:?}");
    };
    run("npm", &["install", "--silent", "--no-audit", "--no-fund"]);
    let arguments =
        ["esbuild", "invite.mjs", "--bundle", "--minify", "--platform=node", "--target=node20", "--format=esm"];
    let banner = "--banner:js=import{createRequire}from'module';const require=createRequire(import.meta.url);";
    run("npx", &[&arguments[..], &[banner, "--outfile=bundle.mjs", "--log-level=error"]].concat());
    folder.join("bundle.mjs")
}
