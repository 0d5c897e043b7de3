//! A running instance, and what developers and tests can do with it. `start.rs` assembles it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde_json::Value;
use shared::{App, Error};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    clock::LocalClock,
    cloud::{
        dynamodb::{Tables, plain},
        lag::Indexes,
        mailboxes::{Feedback, Mailboxes},
        queues::Queues,
        ses::{Mail, Ses},
    },
    functions::Functions,
    gateway::Gateway,
    network::Network,
    seed::{Seed, Seeded},
    sources::Sources,
    start::Home,
    template::Template,
    wire::Wire,
};

/// The time that a stop waits for work in progress.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// A running instance, created by [`Local::start`]. Dropping it is a kill: nothing in progress is finished.
pub struct Local {
    /// Its base URL, without a slash at the end.
    pub base_url: String,
    /// Its clock.
    pub clock: LocalClock,
    /// The connection of its functions to AWS.
    pub wire: Wire,
    pub(crate) template: Template,
    pub(crate) functions: Functions,
    pub(crate) gateway: Gateway,
    pub(crate) tables: Tables,
    pub(crate) indexes: Indexes,
    pub(crate) queues: Queues,
    pub(crate) ses: Arc<Ses>,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) seed: Seed,
    pub(crate) network: Network,
    pub(crate) sources: Arc<Sources>,
    pub(crate) stop: watch::Sender<bool>,
    /// Ends with the instance.
    pub(crate) tasks: JoinSet<()>,
    /// The last field, so that it is dropped after everything that uses it.
    pub(crate) home: Home,
}

impl Local {
    /// Invokes a function with one event, as AWS would.
    ///
    /// # Errors
    /// Returns the errors of the function, and internal ones if it doesn't exist, panics or takes too long.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, Error> {
        self.functions.invoke(function, event).await
    }

    /// Returns the `App` of an operator, who has permissions on the table that no function has.
    #[must_use]
    pub fn operator(&self) -> App {
        self.functions.operator()
    }

    /// Returns the last log lines of invocations, oldest first, as `CloudWatch` Logs would have them.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.functions.lines()
    }

    /// Returns the `App` that the handlers of a function receive.
    ///
    /// # Panics
    /// If the template has no such function.
    #[must_use]
    #[expect(clippy::panic, reason = "a test that names a function wrongly should stop there")]
    pub fn app(&self, function: &str) -> App {
        self.functions.app(function).unwrap_or_else(|| panic!("the template has no function {function}"))
    }

    /// Sends one request through the API without a socket. `Host` may be left out.
    pub async fn http(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        self.gateway.answer(request).await
    }

    /// Returns every email that was sent, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.ses.mails().unwrap_or_default();
        mails.reverse();
        mails
    }

    /// Returns the emails sent after the one with this ID, oldest first.
    #[must_use]
    pub fn mails_after(&self, id: i64) -> Vec<Mail> {
        self.ses.mails_after(id).unwrap_or_default()
    }

    /// Simulates a reaction of an email's mailbox and the resulting SES event, which is in the queues when this
    /// returns.
    ///
    /// # Panics
    /// If there is no such email, or its SES event can't be published.
    #[expect(clippy::panic, reason = "a test that names a mail wrongly should stop there")]
    pub async fn feedback(&self, mail: i64, what: Feedback) {
        match self.mailboxes.answer(mail, what).await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("there is no mail {mail}"),
            Err(error) => panic!("the news of mail {mail} could not be brought: {error}"),
        }
    }

    /// Returns the first brand that was seeded, if there is one.
    #[must_use]
    pub fn seeded(&self) -> Option<Seeded> {
        self.brands().first().cloned()
    }

    /// Returns the brands that were seeded.
    #[must_use]
    pub fn brands(&self) -> &[Seeded] {
        self.seed.brands()
    }

    /// Returns a new one-time link that signs in the admin of the first seeded brand.
    ///
    /// # Errors
    /// Fails if nothing was seeded, or the table can't be written.
    pub async fn admin_link(&self) -> Result<String, Error> {
        let seeded = self.brands().first().ok_or(Error::NotFound("brand"))?;
        self.seed.admin_link(seeded).await.map_err(Error::internal)
    }

    /// Returns the template that runs, and its resources that are left out.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Waits until nothing is left to do: streams are read to their ends, queues are empty, no work is in progress, and
    /// the simulated Network is idle. Messages that wait for another attempt or for the clock count as settled; while
    /// sources are paused, this waits only for work in progress.
    ///
    /// # Panics
    /// If that doesn't happen within ten minutes.
    pub async fn settled(&self) {
        loop {
            assert!(
                self.sources.settled().await,
                "after ten minutes there is still work under way, or failing again and again"
            );
            // Calls from the Network to the product create new work.
            if self.network.is_settled() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Stops event sources from handing out batches. Batches in progress continue.
    pub fn pause_sources(&self) {
        self.sources.pause();
    }

    /// Lets event sources hand out batches again.
    pub fn resume_sources(&self) {
        self.sources.resume();
    }

    /// Hands no batches to one function, while others continue. It counts as settled.
    pub fn hold(&self, function: &str) {
        self.sources.hold(function);
    }

    /// Hands batches to this function again.
    pub fn release(&self, function: &str) {
        self.sources.release(function);
    }

    /// Throttles invocations by queues, as an account does whose concurrency is used up, for each function for which
    /// `throttle` returns `true`. Messages that were received for them return after their visibility timeout.
    pub fn throttle(&self, throttle: impl Fn(&str) -> bool + Send + Sync + 'static) {
        self.sources.throttle(Some(Arc::new(throttle)));
    }

    /// Ends all throttling.
    pub fn unthrottle(&self) {
        self.sources.throttle(None);
    }

    /// Freezes every index in its present state, whatever is written from now on, as an index on AWS may lag behind its
    /// table. Reads of the tables themselves are current.
    ///
    /// # Panics
    /// If the tables can't be read.
    #[expect(clippy::panic, reason = "a test whose indexes don't lag would show nothing")]
    pub async fn hold_indexes(&self) {
        if let Err(error) = self.indexes.hold(&self.tables, &self.template.tables).await {
            panic!("the indexes can't be held: {error}");
        }
    }

    /// Lets the indexes catch up.
    pub fn release_indexes(&self) {
        self.indexes.release();
    }

    /// Returns the bodies of the messages in a dead-letter queue. `queue` is that queue or its source queue, by its
    /// name in kebab case, with `.fifo` at the end if it is a FIFO queue.
    #[must_use]
    pub fn dead_letters(&self, queue: &str) -> Vec<String> {
        let redrive = self.queues.get(queue).and_then(|queue| queue.redrive.as_ref());
        self.queues.bodies(redrive.map_or(queue, |redrive| redrive.queue.as_str())).unwrap_or_default()
    }

    /// Returns the bodies of all messages of a queue, received or not, by its name in kebab case, with `.fifo` at the
    /// end if it is a FIFO queue.
    #[must_use]
    pub fn messages(&self, queue: &str) -> Vec<String> {
        self.queues.bodies(queue).unwrap_or_default()
    }

    /// Returns every object of every bucket: its name with the bucket in front, and its content.
    #[must_use]
    pub fn objects(&self) -> Vec<(String, Vec<u8>)> {
        crate::folder::objects(self.home.path())
    }

    /// Returns the SDK's configuration for a caller that isn't a function, such as an operator.
    #[must_use]
    pub fn sdk(&self, who: &str) -> aws_config::SdkConfig {
        crate::functions::sdk(&self.wire, who, &self.base_url)
    }

    /// Returns the socket address of the tables, for clients outside this process.
    #[must_use]
    pub fn table_address(&self) -> std::net::SocketAddr {
        self.tables.address
    }

    /// Returns every item of every table, as plain JSON, sorted.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let rows = self.template.tables.iter().flat_map(|table| self.tables.scan(&table.name).unwrap_or_default());
        let mut items: Vec<Value> = rows.map(|item| plain(&serde_json::json!({"M": item}))).collect();
        items.sort_by_key(|item| (item.get("pk").map(Value::to_string), item.get("sk").map(Value::to_string)));
        items
    }

    /// Deletes the items that have expired by the local clock, as DynamoDB does some time later, and returns their
    /// number.
    #[must_use]
    pub fn sweep_ttl(&self) -> usize {
        let now = self.clock.now();
        self.template.tables.iter().map(|table| self.tables.sweep(table, now).unwrap_or_default()).sum()
    }

    /// Stops it gracefully: no new work is accepted, and work in progress has 5 seconds to finish.
    pub async fn stop(mut self) {
        self.sources.stop();
        self.stop.send_replace(true);
        let peace = async {
            while self.functions.under_way() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(STOP_PATIENCE, peace).await.is_err() {
            tracing::warn!("Some functions were still at work after {STOP_PATIENCE:?} and were cut off.");
        }
        // A batch that has ended still has to delete its messages.
        self.sources.settled_batches().await;
        self.tasks.shutdown().await;
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.queues.end();
    }
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Local({})", self.base_url)
    }
}
