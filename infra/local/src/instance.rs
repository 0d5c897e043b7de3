//! One running instance, and what people and tests can do with it. `start.rs` puts it together.

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

/// How long a stop waits for what is under way.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// A running instance, as [`Local::start`] makes it. Dropping it is a kill: nothing under way is finished.
pub struct Local {
    /// Where it is reached, without a slash at the end.
    pub base_url: String,
    /// Its clock.
    pub clock: LocalClock,
    /// The way from its functions to AWS.
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
    /// Last, so that it goes after everything that uses it.
    pub(crate) home: Home,
}

impl Local {
    /// Hands one event to a function, as AWS would.
    ///
    /// # Errors
    /// Those of the function, and internal ones if it does not exist, panics or takes too long.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, Error> {
        self.functions.invoke(function, event).await
    }

    /// What an operator works with: the table, by rights that no function has.
    #[must_use]
    pub fn operator(&self) -> App {
        self.functions.operator()
    }

    /// The last lines about invocations, oldest first, as the log would have them on AWS.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.functions.lines()
    }

    /// What the handlers of a function are given.
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

    /// Every mail that was sent, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.ses.mails().unwrap_or_default();
        mails.reverse();
        mails
    }

    /// The mails that were sent after the one with this id, oldest first.
    #[must_use]
    pub fn mails_after(&self, id: i64) -> Vec<Mail> {
        self.ses.mails_after(id).unwrap_or_default()
    }

    /// Lets the mailbox of a mail do something with it, and SES tell of it. What it told is in the queues when this returns.
    ///
    /// # Panics
    /// If there is no such mail, or its news can't be brought.
    #[expect(clippy::panic, reason = "a test that names a mail wrongly should stop there")]
    pub async fn feedback(&self, mail: i64, what: Feedback) {
        match self.mailboxes.answer(mail, what).await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("there is no mail {mail}"),
            Err(error) => panic!("the news of mail {mail} could not be brought: {error}"),
        }
    }

    /// The first brand that was seeded, if anything was.
    #[must_use]
    pub fn seeded(&self) -> Option<Seeded> {
        self.brands().first().cloned()
    }

    /// The brands that were seeded.
    #[must_use]
    pub fn brands(&self) -> &[Seeded] {
        self.seed.brands()
    }

    /// A fresh link that signs the admin of the first seeded brand in, once.
    ///
    /// # Errors
    /// If nothing was seeded, or the table can't be written.
    pub async fn admin_link(&self) -> Result<String, Error> {
        let seeded = self.brands().first().ok_or(Error::NotFound("brand"))?;
        self.seed.admin_link(seeded).await.map_err(Error::internal)
    }

    /// What runs, and what is left out of it.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Waits until nothing is left to do: streams read to their ends, queues empty, nothing under way, the pretend Network silent. Messages that wait for another
    /// attempt, or for the clock, count as settled; while sources are paused, only what is under way is waited for.
    ///
    /// # Panics
    /// If that does not happen within ten minutes.
    pub async fn settled(&self) {
        loop {
            assert!(
                self.sources.settled().await,
                "after ten minutes there is still work under way, or failing again and again"
            );
            // What the Network tells the product makes new work.
            if self.network.is_settled() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Stops event sources from handing out batches. Those under way go on.
    pub fn pause_sources(&self) {
        self.sources.pause();
    }

    /// Lets event sources hand out batches again.
    pub fn resume_sources(&self) {
        self.sources.resume();
    }

    /// Hands one function no batches, while others go on. It counts as settled.
    pub fn hold(&self, function: &str) {
        self.sources.hold(function);
    }

    /// Hands it batches again.
    pub fn release(&self, function: &str) {
        self.sources.release(function);
    }

    /// Throttles invocations by queues, as an account does whose concurrency is used up: of each function for which
    /// `throttle` says so. Messages that were received for them come back after their visibility timeout.
    pub fn throttle(&self, throttle: impl Fn(&str) -> bool + Send + Sync + 'static) {
        self.sources.throttle(Some(Arc::new(throttle)));
    }

    /// Gives every invocation concurrency again.
    pub fn unthrottle(&self) {
        self.sources.throttle(None);
    }

    /// Keeps every index as it is now, whatever is written from now on, as an index of AWS may lag behind its table. Reads of the
    /// tables themselves are current.
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

    /// The bodies of what a queue gave up. `queue` is that queue or the one for its dead letters, by its name in kebab case,
    /// with `.fifo` behind it if it is one.
    #[must_use]
    pub fn dead_letters(&self, queue: &str) -> Vec<String> {
        let redrive = self.queues.get(queue).and_then(|queue| queue.redrive.as_ref());
        self.queues.bodies(redrive.map_or(queue, |redrive| redrive.queue.as_str())).unwrap_or_default()
    }

    /// The bodies of all messages of a queue, received or not, by its name in kebab case, with `.fifo` behind it if it is one.
    #[must_use]
    pub fn messages(&self, queue: &str) -> Vec<String> {
        self.queues.bodies(queue).unwrap_or_default()
    }

    /// Every object of every bucket: its name with the bucket in front, and its content.
    #[must_use]
    pub fn objects(&self) -> Vec<(String, Vec<u8>)> {
        crate::folder::objects(self.home.path())
    }

    /// What `who` reaches AWS with who is none of the functions: an operator, for example.
    #[must_use]
    pub fn sdk(&self, who: &str) -> aws_config::SdkConfig {
        crate::functions::sdk(&self.wire, who, &self.base_url)
    }

    /// Where the tables are reached over HTTP, by whoever is no part of this process.
    #[must_use]
    pub fn table_address(&self) -> std::net::SocketAddr {
        self.tables.address
    }

    /// Every item of every table, as plain JSON, sorted.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let rows = self.template.tables.iter().flat_map(|table| self.tables.scan(&table.name).unwrap_or_default());
        let mut items: Vec<Value> = rows.map(|item| plain(&serde_json::json!({"M": item}))).collect();
        items.sort_by_key(|item| (item.get("pk").map(Value::to_string), item.get("sk").map(Value::to_string)));
        items
    }

    /// Deletes what expired by the local clock, as DynamoDB does some time later, and says how many items that were.
    #[must_use]
    pub fn sweep_ttl(&self) -> usize {
        let now = self.clock.now();
        self.template.tables.iter().map(|table| self.tables.sweep(table, now).unwrap_or_default()).sum()
    }

    /// Stops it in peace: nothing new is taken up, and what is under way has 5 seconds to end.
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
        // A batch that ended still has to delete its messages.
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
