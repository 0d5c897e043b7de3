//! `cargo run`: the whole system on this machine, at <http://localhost:9000>.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::Parser;
use local::{ClockStart, Data, Local, Options};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Runs partner invites on this machine, from the template that deploys it.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The port to listen on, on this machine only.
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// The folder that stores state.
    #[arg(long, default_value = ".local", value_name = "DIR")]
    data: PathBuf,
    /// Empty the data folder first.
    #[arg(long)]
    reset: bool,
    /// Keep state in memory and discard it at the end.
    #[arg(long, conflicts_with_all = ["data", "reset"])]
    in_memory: bool,
    /// Seed no demo partners.
    #[arg(long)]
    bare: bool,
    /// The SAM template to run.
    #[arg(long, default_value_os_t = local::template_path(), value_name = "FILE")]
    template: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(std::io::stderr(), &format!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let options = Options {
        template: arguments.template,
        data: if arguments.in_memory { Data::Memory } else { Data::Dir(arguments.data) },
        reset: arguments.reset,
        port: arguments.port,
        listen: true,
        seed: true,
        bare: arguments.bare,
        shop: true,
        network: true,
        say: Some(|text| say(std::io::stdout(), text)),
        clock: ClockStart::Real,
        random: None,
        outside: None,
        sweep_ttl: true,
        auto_feedback: true,
        index_lag: None,
        parameters: Vec::new(),
        concurrency_max: None,
    };
    // Before anything is printed, so that a caller who reads the text can already stop it.
    let stopped = stop_signal()?;
    let local = Local::start(options).await?;
    say(std::io::stdout(), &greeting(&local).await?);
    stopped.await;
    say(std::io::stdout(), "Stopping.\n");
    local.stop().await;
    Ok(())
}

async fn greeting(local: &Local) -> Result<String, Box<dyn std::error::Error>> {
    let base = &local.base_url;
    let mut text = format!("Partner invites is running at {base}\n\n");
    if let Some(seeded) = local.seeded() {
        text += &format!("  Portal         {base}/t/{}\n", seeded.brand);
        text += &format!("  Admin sign-in  {}\n", local.admin_link().await?);
        text += &format!("  API key        {}\n", seeded.api_key);
    }
    text += &format!(
        "  Outbox         {base}/_local/mail\n  Shop           {base}/_local/shop\n  Network        {base}/_local/network\n  More           {base}/_local\n\n"
    );
    let left_out: Vec<&str> = local.template().left_out.iter().map(String::as_str).collect();
    if !left_out.is_empty() {
        text += &format!("Resources of the template that don't run locally: {}.\n", left_out.join(", "));
    }
    text += "The sign-in link works once; you can get new ones on the page under More. Stop with Ctrl-C.\n";
    Ok(text)
}

/// Returns a future that completes when the user or the system stops the program.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!("Ctrl-C can't be heard: {error}");
        }
    })
}

/// Logs warnings and errors to stderr; `RUST_LOG` shows more. The database warns of every failed condition, which is
/// normal here.
fn log() {
    #[expect(clippy::disallowed_methods, reason = "no setting of a function: it says what this terminal shows")]
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,dynoxide=error".to_owned());
    let filter: Targets = filter.parse().unwrap_or_else(|_| Targets::new().with_default(tracing::Level::WARN));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(filter).init();
}

/// Writes text; a reader that has gone away is no reason to fail.
fn say(mut to: impl Write, text: &str) {
    if to.write_all(text.as_bytes()).and_then(|()| to.flush()).is_err() {
        tracing::debug!("Nobody reads along.");
    }
}
