//! The functions of the template. Each has its own settings and its own connection to AWS, and is invoked with the JSON
//! that AWS would send.

use std::{
    collections::{BTreeMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::{
    rt::sleep::{SharedAsyncSleep, TokioSleep},
    time::{SharedTimeSource, SystemTimeSource},
};
use futures::FutureExt;
use serde_json::Value;
use shared::{
    App, AwsClients, Config, CookiePolicy, Error, Function, Invocation, LogSink, Platform, Random,
    egress::OutboundClient,
};
use tracing::Instrument;

use crate::{
    clock::LocalClock,
    cloud::{ACCESS_KEY, SECRET_KEY},
    template::{self, REGION, TemplateError},
    wire::Wire,
};

type Make = fn() -> Function;

/// The number of log lines of invocations that are retained.
const LINES_KEPT: usize = 10_000;

/// Every crate under `functions`, by the name of its binary. The template decides which of them exist.
const CRATES: &[(&str, Make)] = &[
    ("admin-pages", admin_pages::function),
    ("api-docs", api_docs::function),
    ("api-keys", api_keys::function),
    ("ask-overview", ask_overview::function),
    ("attribution-settings", attribution_settings::function),
    ("brand-settings", brand_settings::function),
    ("cancel-import", cancel_import::function),
    ("change-email", change_email::function),
    ("confirm-address", confirm_address::function),
    ("count-overview", count_overview::function),
    ("create-brand", create_brand::function),
    ("create-link", create_link::function),
    ("create-program", create_program::function),
    ("decline-invitation", decline_invitation::function),
    ("delete-link", delete_link::function),
    ("deliver-webhook", deliver_webhook::function),
    ("edit-partner", edit_partner::function),
    ("edit-program", edit_program::function),
    ("erase-partner", erase_partner::function),
    ("export-partners", export_partners::function),
    ("follow-link", follow_link::function),
    ("identify-visitor", identify_visitor::function),
    ("import-csv", import_csv::function),
    ("import-rows", import_rows::function),
    ("invite-partner", invite_partner::function),
    ("mail-feedback", mail_feedback::function),
    ("network-connection", network_connection::function),
    ("network-approval", network_approval::function),
    ("decide-approval", decide_approval::function),
    ("network-requests", network_requests::function),
    ("push-network", push_network::function),
    ("push-again", push_again::function),
    ("start-backfill", start_backfill::function),
    ("backfill-network", backfill_network::function),
    ("read-backfill", read_backfill::function),
    ("plan-deliveries", plan_deliveries::function),
    ("preview-mail", preview_mail::function),
    ("portal", portal::function),
    ("read-commissions", read_commissions::function),
    ("read-dropped", read_dropped::function),
    ("read-events", read_events::function),
    ("read-exports", read_exports::function),
    ("read-imports", read_imports::function),
    ("read-links", read_links::function),
    ("read-partners", read_partners::function),
    ("read-programs", read_programs::function),
    ("record-conversion", record_conversion::function),
    ("redeem-code", redeem_code::function),
    ("redeem-link", redeem_link::function),
    ("reinstate-partner", reinstate_partner::function),
    ("relay-events", relay_events::function),
    ("remind-invited", remind_invited::function),
    ("renew-link", renew_link::function),
    ("report-import", report_import::function),
    ("request-link", request_link::function),
    ("requeue-deliveries", requeue_deliveries::function),
    ("resend-invite", resend_invite::function),
    ("retry-import", retry_import::function),
    ("revoke-partner", revoke_partner::function),
    ("scrub-partner", scrub_partner::function),
    ("select-partners", select_partners::function),
    ("send-link", send_link::function),
    ("send-mail", send_mail::function),
    ("set-programs", set_programs::function),
    ("settle-commission", settle_commission::function),
    ("sign-out", sign_out::function),
    ("start-bulk", start_bulk::function),
    ("team", team::function),
    ("start-export", start_export::function),
    ("start-import", start_import::function),
    ("webhook-deliveries", webhook_deliveries::function),
    ("webhook-endpoints", webhook_endpoints::function),
];

fn is_read(setting: &str, by: &Function) -> bool {
    ["BASE_URL", "TABLE"].contains(&setting) || by.settings().contains(&setting)
}

/// All functions. Clones share the same functions.
#[derive(Clone)]
pub(crate) struct Functions(Arc<Inner>);

struct Inner {
    by_name: BTreeMap<String, Running>,
    under_way: AtomicUsize,
    begun: AtomicU64,
    lines: Arc<LastLines>,
    operator: App,
}

struct Running {
    function: Function,
    app: App,
    timeout: Duration,
}

/// The reason why an invocation ended without a result of the function itself.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error("there is no function {0}")]
    Unknown(String),
    #[error("Task timed out after {0:?}")]
    TimedOut(Duration),
    #[error("it panicked: {0}")]
    Panicked(String),
}

impl Functions {
    /// Sets up every function of the template.
    pub(crate) fn new(
        functions: &[template::Function],
        wire: &Wire,
        clock: &LocalClock,
        (random, outside): (&Arc<dyn Random>, &Arc<dyn OutboundClient>),
    ) -> Result<Self, TemplateError> {
        let lines = Arc::new(LastLines::default());
        let all_lines: Arc<dyn LogSink> = Arc::<LastLines>::clone(&lines);
        let platform = Platform {
            clock: Arc::new(clock.clone()),
            random: Arc::clone(random),
            cookies: CookiePolicy::Plain,
            outside: Arc::clone(outside),
            lines: all_lines,
        };
        let mut by_name = BTreeMap::new();
        for function in functions {
            let name = &function.name;
            let make = CRATES.iter().find(|(known, _)| known == name).map(|(_, make)| make);
            let make = make.ok_or_else(|| TemplateError::new(format!("there is no crate for the function {name}")))?;
            let code = make();
            let config = Config::read(|variable| function.environment.get(variable).cloned(), code.settings());
            let config = config.map_err(|error| TemplateError::new(format!("{name}: {error}")))?;
            if let Some(idle) = function.environment.keys().find(|given| !is_read(given, &code)) {
                return Err(TemplateError::new(format!("{name} is given the setting {idle}, which it doesn't read")));
            }
            let sdk = sdk(wire, name, &config.base_url);
            let app = App::new(config, (&sdk, code.doors()), platform.clone());
            by_name.insert(name.clone(), Running { function: code, app, timeout: function.timeout });
        }
        let given = functions.first().map(|function| &function.environment);
        let config = Config::read(|variable| given?.get(variable).cloned(), &[]);
        let config = config.map_err(|error| TemplateError::new(format!("an operator: {error}")))?;
        let sdk = sdk(wire, "operator", &config.base_url);
        let operator = App::new(config, (&sdk, AwsClients::default()), platform);
        let (under_way, begun) = (AtomicUsize::new(0), AtomicU64::new(0));
        Ok(Self(Arc::new(Inner { by_name, under_way, begun, lines, operator })))
    }

    /// Invokes a function with one event, within the timeout that the template sets.
    pub(crate) async fn invoke(&self, name: &str, event: Value) -> Result<Value, Error> {
        let running = self.0.by_name.get(name).ok_or_else(|| Error::internal(Cut::Unknown(name.to_owned())))?;
        let _under_way = UnderWay::new(&self.0.under_way);
        let id = format!("local-{:08}", self.0.begun.fetch_add(1, Ordering::Relaxed));
        let call = running.function.invoke(running.app.clone(), Invocation::new(name, &id, None), event);
        let call = AssertUnwindSafe(call).catch_unwind().instrument(tracing::info_span!("invoke", function = name));
        match tokio::time::timeout(running.timeout, call).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Err(Error::internal(Cut::Panicked(said(panic.as_ref())))),
            Err(_elapsed) => Err(Error::internal(Cut::TimedOut(running.timeout))),
        }
    }

    /// Returns the `App` that the handlers of a function receive.
    pub(crate) fn app(&self, name: &str) -> Option<App> {
        self.0.by_name.get(name).map(|running| running.app.clone())
    }

    /// Returns the `App` of an operator, who has permissions that no function has.
    pub(crate) fn operator(&self) -> App {
        self.0.operator.clone()
    }

    /// Returns the last log lines of invocations.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lines.last().iter().cloned().collect()
    }

    /// Returns the number of invocations in progress.
    pub(crate) fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::SeqCst)
    }
}

/// The last log lines of invocations.
#[derive(Debug, Default)]
struct LastLines(Mutex<VecDeque<String>>);

impl LastLines {
    fn last(&self) -> std::sync::MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogSink for LastLines {
    fn write(&self, line: &str) {
        tracing::info!("{line}");
        let mut last = self.last();
        if last.len() == LINES_KEPT {
            last.pop_front();
        }
        last.push_back(line.to_owned());
    }
}

/// Counts one invocation for as long as it lives, however it ends.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Returns the SDK's configuration for one function. Nothing in it comes from the developer's environment.
pub(crate) fn sdk(wire: &Wire, function: &str, base_url: &str) -> SdkConfig {
    let credentials = Credentials::from_keys(ACCESS_KEY, SECRET_KEY, None);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        // The wire routes by the request, not by its URL. But a URL presigned for a browser uses this host, where the
        // gateway serves the buckets.
        .endpoint_url(base_url)
        .http_client(wire.line(function))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(SystemTimeSource::new()))
        .build()
}
