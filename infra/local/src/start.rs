//! The start of an instance: its foundation, then the emulators of AWS, then functions and what invokes them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use shared::{
    Random,
    egress::{EgressClient, LoopbackPolicy, OutboundClient},
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    clock::LocalClock,
    cloud::{
        bus::Bus,
        dynamodb::{Tables, TablesError},
        lag::Indexes,
        mailboxes::Mailboxes,
        queues::{Queues, QueuesError},
        s3::Buckets,
        ses::{SES_RATE, Ses},
    },
    folder::{self, Folder, Temporary},
    functions::Functions,
    gateway::{Gateway, Routes},
    instance::Local,
    ledger::Ledger,
    network::{Deliveries, Door, Network},
    options::{Data, Options, StartError},
    pages::Pages,
    seed::{self, Seed, SeedError},
    sources::{Sources, Surroundings},
    story::{self, Stage},
    template::{Choices, Table, Template, TemplateError},
    wire::{Services, Wire},
};

/// The interval of searches for expired rows, besides those after every move of the clock.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// High enough that no local import ever waits for the next day.
const DAILY_QUOTA: &str = "100000000";
/// The email address that emails are sent from.
const SENDER: &str = "hello@partner-invites.example";

/// The foundation of everything else.
struct Ground {
    home: Home,
    ledger: Ledger,
    clock: LocalClock,
    random: Arc<dyn Random>,
    port: u16,
    listener: Option<TcpListener>,
    template: Template,
    /// True if the demo is to be seeded, for which the clock starts in the past.
    needs_demo: bool,
}

/// The emulators of AWS.
struct Cloud {
    tables: Tables,
    indexes: Indexes,
    queues: Queues,
    ses: Arc<Ses>,
    buckets: Buckets,
    bus: Bus,
    wire: Wire,
}

impl Local {
    /// Starts what the template describes.
    ///
    /// # Errors
    /// Returns the obstacle in one sentence.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let ground = Ground::lay(&options).await?;
        let mut tasks = JoinSet::new();
        let Cloud { tables, indexes, queues, ses, buckets, bus, wire } =
            Cloud::rise(&options, &ground, &mut tasks).await?;
        let Ground { home, ledger, clock, random, port, listener, template, needs_demo } = ground;
        let misfit = |cause| StartError::Template { path: options.template.clone(), cause };

        let base_url = base_url(port);
        let (network, deliveries, outside) = network(&options, (&ledger, &clock), &base_url);
        let functions = Functions::new(&template.functions, &wire, &clock, (&random, &outside)).map_err(misfit)?;
        let around = Surroundings {
            functions: functions.clone(),
            queues: queues.clone(),
            tables: tables.clone(),
            ledger: ledger.clone(),
            clock: clock.clone(),
            wire: wire.clone(),
            concurrency_max: options.concurrency_max,
        };
        let sources = Arc::new(Sources::start(&template, &around, &mut tasks).map_err(misfit)?);
        if let Some(by) = options.index_lag {
            tasks.spawn(indexes.clone().lag(tables.clone(), template.tables.clone(), by));
        }
        let mailboxes = Mailboxes::new(Arc::clone(&ses), bus, clock.clone(), template.announcements.clone());

        let seed = Seed::new(functions.clone(), network.clone());
        let pages = Pages {
            base_url: base_url.clone(),
            clock: clock.clone(),
            ses: Arc::clone(&ses),
            mailboxes: mailboxes.clone(),
            seed: seed.clone(),
            network: network.clone(),
        };
        let routes = Routes::new(&template.routes);
        let gateway = Gateway::new(routes, functions.clone(), clock.clone(), (pages, buckets), (port, options.shop));
        let stage = Stage {
            gateway: gateway.clone(),
            clock: clock.clone(),
            sources: Arc::clone(&sources),
            mailboxes: mailboxes.clone(),
            ses: Arc::clone(&ses),
            seed: seed.clone(),
        };
        plant(&options, &stage, (&ledger, &tables), (random.as_ref(), needs_demo)).await?;
        // Not earlier: while the demo is seeded, the clock leaps, and mailboxes react when the demo decides.
        tasks.spawn(sweep(tables.clone(), swept(&options, &template), clock.clone()));
        tasks.spawn(deliveries.run(gateway.clone()));
        if options.auto_feedback {
            tasks.spawn(mailboxes.clone().answer_by_themselves());
        }
        let stop = serve(listener, &gateway, &mut tasks);
        Ok(Self {
            base_url,
            clock,
            wire,
            template,
            functions,
            gateway,
            tables,
            indexes,
            queues,
            ses,
            mailboxes,
            seed,
            network,
            sources,
            stop,
            tasks,
            home,
        })
    }
}

impl Ground {
    async fn lay(options: &Options) -> Result<Self, StartError> {
        let home = Home::open(options)?;
        let (ledger, needs_demo) = open_ledger(&home, options).map_err(|error| unusable(options, error))?;
        let clock = if needs_demo {
            LocalClock::long_ago(options.clock, ledger.clone(), story::SPAN)
        } else {
            LocalClock::new(options.clock, ledger.clone())
        };
        let clock = clock.map_err(|error| unusable(options, error))?;
        let random = options.random.clone().unwrap_or_else(|| Arc::new(shared::runtime::OsRandom));
        let (port, listener) = listen(options).await?;
        let template = read_template(options, &base_url(port), &ledger)?;
        Ok(Self { home, ledger, clock, random, port, listener, template, needs_demo })
    }
}

impl Cloud {
    async fn rise(options: &Options, ground: &Ground, tasks: &mut JoinSet<()>) -> Result<Self, StartError> {
        let Ground { home, ledger, clock, template, .. } = ground;
        let file = home.file(folder::table_file);
        let opened = Tables::open(file.as_deref(), &template.tables).await;
        let (tables, listener) = opened.map_err(|error| unusable(options, error))?;
        tasks.spawn(tables.clone().serve(listener));
        let queues = Queues::open(&template.queues, ledger.clone(), clock.clone()).await;
        let queues = queues.map_err(|error| no_queues(options, error))?;
        let ses = Arc::new(Ses::new(template, ledger.clone(), clock.clone()));
        let bus = Bus::new(&template.rules, queues.clone());
        let folder = folder::buckets(home.path());
        let buckets = Buckets::open(&folder, &template.buckets, bus.clone(), clock.clone());
        let buckets = buckets.map_err(|error| unusable(options, error))?;
        let indexes = Indexes::default();
        let services = Services {
            tables: tables.clone(),
            indexes: indexes.clone(),
            queues: queues.clone(),
            ses: Arc::clone(&ses),
            buckets: buckets.clone(),
        };
        let wire = Wire::new(services, template.roles());
        Ok(Self { tables, indexes, queues, ses, buckets, bus, wire })
    }
}

/// The folder of an instance.
pub(crate) enum Home {
    Stays(Folder),
    Goes(Temporary),
}

impl Home {
    fn open(options: &Options) -> Result<Self, StartError> {
        let home = match &options.data {
            Data::Dir(path) => Folder::open(path, options.reset).map(Self::Stays),
            Data::Memory => Temporary::new().map(Self::Goes),
        };
        home.map_err(|error| unusable(options, error))
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Stays(folder) => folder.path(),
            Self::Goes(folder) => folder.path(),
        }
    }

    /// Returns the path of one of its files; `None` if state is in memory.
    fn file(&self, of: impl Fn(&Path) -> PathBuf) -> Option<PathBuf> {
        match self {
            Self::Stays(folder) => Some(of(folder.path())),
            Self::Goes(_) => None,
        }
    }
}

/// Opens the ledger, and returns whether the demo is to be seeded: only where nothing has happened yet, so that time
/// never moves backwards. Data of a start that was interrupted while seeding is discarded, as it was never visible.
fn open_ledger(home: &Home, options: &Options) -> Result<(Ledger, bool), Box<dyn std::error::Error + Send + Sync>> {
    let open = || home.file(folder::ledger_file).map_or_else(Ledger::memory, |path| Ledger::open(&path));
    let mut ledger = open()?;
    if story::was_cut_off(&ledger)?
        && let Home::Stays(folder) = home
    {
        drop(ledger);
        folder.clear()?;
        ledger = open()?;
    }
    let needs_demo = options.seed && !options.bare && !seed::was_planted(&ledger)?;
    if needs_demo {
        story::begins(&ledger)?;
    }
    Ok((ledger, needs_demo))
}

/// Seeds what is missing, including the demo if `needs_demo` is true.
async fn plant(
    options: &Options,
    stage: &Stage,
    (ledger, tables): (&Ledger, &Tables),
    (random, needs_demo): (&dyn Random, bool),
) -> Result<(), StartError> {
    if !options.seed {
        return Ok(());
    }
    if let Some(say) = options.say.filter(|_| needs_demo) {
        say("Creating the demo: twelve weeks of activity at two brands. This only happens at the first start.\n");
    }
    let planted = async {
        let demo = needs_demo || story::was_completed(ledger)?;
        stage.seed.plant(&stage.gateway, ledger, random, demo).await?;
        if needs_demo {
            let slow = |error: TablesError| SeedError::Story(error.to_string());
            tables.hurry(true).map_err(slow)?;
            story::play(stage).await?;
            tables.hurry(false).map_err(slow)?;
            story::ends(ledger)?;
        }
        if options.network {
            // After the demo, so that a backfill has partners to sync.
            stage.seed.connect(ledger).await?;
        }
        Ok::<_, SeedError>(())
    };
    planted.await.map_err(|error| StartError::Seed(error.into()))
}

/// Serves the port, if there is a listener, until the sender signals the end.
fn serve(listener: Option<TcpListener>, gateway: &Gateway, tasks: &mut JoinSet<()>) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    if let Some(listener) = listener {
        tasks.spawn(gateway.clone().serve(listener, wait_for_stop(stopped)));
    }
    stop
}

/// Completes when the end is signalled, and also when the sender is gone.
async fn wait_for_stop(mut stop: watch::Receiver<bool>) {
    let _gone = stop.wait_for(|stop| *stop).await.is_err();
}

fn unusable(options: &Options, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StartError {
    let path = match &options.data {
        Data::Dir(path) => path.clone(),
        Data::Memory => std::env::temp_dir(),
    };
    StartError::Data { path, cause: cause.into() }
}

fn no_queues(options: &Options, error: QueuesError) -> StartError {
    match error {
        QueuesError::Refused { .. } => {
            StartError::Template { path: options.template.clone(), cause: TemplateError::new(error.to_string()) }
        }
        QueuesError::Lost(_) | QueuesError::Ledger(_) | QueuesError::Thread(_) => unusable(options, error),
    }
}

/// Returns the simulated Network, the worker that sends its webhooks, and the HTTP client for external systems, which
/// passes calls to the Network directly to it. Other external systems may be on this computer.
fn network(
    options: &Options,
    (ledger, clock): (&Ledger, &LocalClock),
    base_url: &str,
) -> (Network, Deliveries, Arc<dyn OutboundClient>) {
    let lasts = matches!(options.data, Data::Dir(_));
    let (network, deliveries) = Network::new(ledger.clone(), clock.clone(), base_url.to_owned(), lasts);
    let beyond = options.outside.clone().unwrap_or_else(|| Arc::new(EgressClient::new(LoopbackPolicy::Localhost)));
    let outside = Arc::new(Door::new(network.clone(), beyond));
    (network, deliveries, outside)
}

fn base_url(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// Returns the port for links, and its listener if there is to be one.
async fn listen(options: &Options) -> Result<(u16, Option<TcpListener>), StartError> {
    if !options.listen {
        return Ok((options.port, None));
    }
    let unusable = |cause| StartError::Port { port: options.port, cause };
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(unusable)?;
    let port = listener.local_addr().map_err(unusable)?.port();
    Ok((port, Some(listener)))
}

fn read_template(options: &Options, base_url: &str, ledger: &Ledger) -> Result<Template, StartError> {
    let secret = match &options.data {
        // The same in every test, so that values derived from it are too.
        Data::Memory => Ok("memory".repeat(8)),
        Data::Dir(_) => ledger.fact_or("secret", fresh_secret),
    };
    let rate = SES_RATE.to_string();
    let usual = [("BaseUrl", base_url), ("Sender", SENDER), ("SesRate", &rate), ("SesDailyQuota", DAILY_QUOTA)];
    let parameters = usual.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter();
    let choices = Choices {
        parameters: parameters.chain(options.parameters.iter().cloned()).collect(),
        secret: secret.map_err(|error| unusable(options, error))?,
    };
    Template::read(&options.template, choices)
        .map_err(|cause: TemplateError| StartError::Template { path: options.template.clone(), cause })
}

fn fresh_secret() -> String {
    let mut bytes = [0; 32];
    Random::fill(&shared::runtime::OsRandom, &mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the tables whose expired rows are deleted.
fn swept(options: &Options, template: &Template) -> Vec<Table> {
    if options.sweep_ttl { template.tables.clone() } else { Vec::new() }
}

/// Deletes expired rows after every move of the clock and at regular intervals.
async fn sweep(tables: Tables, all: Vec<Table>, clock: LocalClock) {
    let mut moved = clock.moved();
    loop {
        moved.mark_unchanged();
        for table in &all {
            if let Err(error) = tables.sweep(table, clock.now()) {
                tracing::error!("Expired rows of {} could not be deleted: {error}", table.name);
            }
        }
        tokio::select! {
            gone = moved.changed() => if gone.is_err() { return },
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}
