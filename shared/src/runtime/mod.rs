//! The start of every function on AWS: settings, clients and logs, then the Lambda loop.

pub mod worker;

use std::{io::Write, sync::Arc, time::Duration};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::{
    rt::sleep::{SharedAsyncSleep, TokioSleep},
    time::{SharedTimeSource, SystemTimeSource},
};
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use tracing_subscriber::{fmt::MakeWriter, util::SubscriberInitExt as _};

use crate::{
    App, Clock, Config, ConfigError, CookiePolicy, Function, Invocation, LogSink, Platform, Random,
    aws::http_client,
    domain::TraceId,
    egress::{EgressClient, LoopbackPolicy},
    error::ErrorChain,
};

/// The exit code of a function's process. The last line of its log states the reason.
pub type Exit = std::process::ExitCode;

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others take the time from")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's source of randomness.
#[derive(Debug)]
pub struct OsRandom;

impl Random for OsRandom {
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has randomness");
    }
}

/// Standard output, which Lambda writes to the log.
#[derive(Debug)]
pub struct Stdout;

impl LogSink for Stdout {
    fn write(&self, line: &str) {
        // If nothing reads the output, there is nowhere to log to, and the work continues.
        drop(std::io::stdout().lock().write_all(format!("{line}\n").as_bytes()));
    }
}

/// Runs `function`, named `action`, as a Lambda function until AWS ends the process. If a setting is missing or
/// malformed, the process ends immediately, with one log line that names the setting.
pub fn serve(action: &'static str, function: Function) -> Exit {
    #[expect(clippy::disallowed_methods, reason = "the environment is read here, once")]
    let setting = |name: &str| std::env::var(name).ok();
    // The value of Lambda's own setting for the log level, if it was set.
    let level = level(&setting("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default());
    log(level, std::io::stdout).init();
    match run(action, function, setting) {
        Ok(()) => Exit::SUCCESS,
        Err(error) => {
            tracing::error!(action, "the function can't start: {}", ErrorChain(error.as_ref()));
            Exit::FAILURE
        }
    }
}

/// Creates the logger of the deployed functions: JSON lines without the time, which every event in the log group has
/// anyway.
pub fn log<W>(level: tracing::Level, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt().json().with_max_level(level).with_span_list(false).without_time();
    lines.with_writer(writer).finish()
}

fn run(
    action: &'static str,
    function: Function,
    setting: impl Fn(&str) -> Option<String>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let config = Config::read(&setting, function.settings())?;
    let region = setting("AWS_REGION").ok_or(ConfigError::Missing("AWS_REGION"))?;
    let aws = aws(region, setting("AWS_ENDPOINT_URL"))?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let platform = Platform {
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            cookies: CookiePolicy::HostPrefix,
            outside: Arc::new(EgressClient::new(LoopbackPolicy::None)),
            lines: Arc::new(Stdout),
        };
        let app = App::new(config, (&aws, function.doors()), platform);
        lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
            let (function, app) = (function.clone(), app.clone());
            async move {
                let LambdaEvent { payload, context } = event;
                let trace = context.xray_trace_id.as_deref().and_then(TraceId::in_header);
                let invocation = Invocation::new(action, &context.request_id, trace);
                let answer = function.invoke(app, invocation, payload).await;
                answer.map_err(|error| lambda_runtime::Diagnostic {
                    error_type: error.status_and_code().1.to_owned(),
                    error_message: ErrorChain(&error).to_string(),
                })
            }
        }))
        .await
    })
}

/// Returns the log level. Release builds log nothing at the level `TRACE`.
fn level(setting: &str) -> tracing::Level {
    match setting {
        "TRACE" | "DEBUG" => tracing::Level::DEBUG,
        "WARN" => tracing::Level::WARN,
        "ERROR" | "FATAL" => tracing::Level::ERROR,
        _ => tracing::Level::INFO,
    }
}

/// Returns the configuration of the AWS clients. Lambda passes its credentials in environment variables, so the chain
/// of all other credential sources stays out of the binary.
fn aws(region: String, endpoint: Option<String>) -> std::io::Result<SdkConfig> {
    // A stalled connection must not use up the function's time.
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(3));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .retry_config(RetryConfig::standard())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(SystemTimeSource::new()))
        .timeout_config(timeouts.build())
        .http_client(http_client::client(Duration::from_secs(1))?);
    config.set_endpoint_url(endpoint);
    Ok(config.build())
}
