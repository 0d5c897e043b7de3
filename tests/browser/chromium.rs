//! A Chromium and its driver.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{self, Child, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use thirtyfour::{
    ChromiumLikeCapabilities, DesiredCapabilities, Key, TypingData, WebDriver, WebElement,
    common::command::{Command, ExtensionCommand},
    prelude::*,
};

use crate::support::World;

/// The folder for downloads, within the browser's profile.
const SAVED: &str = "saved";

/// The time for which clicks are retried on an element that can't be clicked: each attempt waits for some seconds
/// itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// The width of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    Desktop,
    Phone,
}

/// A Chromium and its driver.
pub(super) struct Chromium {
    pub(super) driver: WebDriver,
    server: Child,
    base_url: String,
    width: i64,
    profile: tempfile::TempDir,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Kills its process group, or a failing test would leave the browser behind.
        drop(process::Command::new("kill").args(["-KILL", "--", &format!("-{}", self.server.id())]).status());
        drop(self.server.wait());
    }
}

/// Starts a driver and returns its port. It picks a port that is free for IPv6 and exits if IPv4 has it in use, so this
/// tries again.
fn driver() -> (Child, String) {
    let program = "chromedriver is missing; tests/run installs it";
    for _ in 0..5 {
        let mut server = process::Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .expect(program);
        let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = said.find_map(|line| {
            let line = line.ok()?;
            line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        match port {
            Some(port) => return (server, port),
            None => drop(server.wait()),
        }
    }
    panic!("chromedriver finds no port");
}

impl Chromium {
    pub(super) async fn open(world: &World, screen: Screen) -> Self {
        let (server, port) = driver();
        let profile = tempfile::tempdir().unwrap();
        let mut options = DesiredCapabilities::chrome();
        for flag in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
        ] {
            options.add_arg(flag).unwrap();
        }
        options.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        let prefs =
            json!({"download.default_directory": profile.path().join(SAVED), "download.prompt_for_download": false});
        options.add_experimental_option("prefs", prefs).unwrap();
        if screen == Screen::Phone {
            let metrics = json!({"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true}});
            options.add_experimental_option("mobileEmulation", metrics).unwrap();
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), options).await.unwrap();
        driver.set_implicit_wait_timeout(Duration::from_secs(10)).await.unwrap();
        let width = if screen == Screen::Phone { 390 } else { 1280 };
        Self { driver, server, base_url: world.local.base_url.clone(), width, profile }
    }

    pub(super) async fn go(&self, path: &str) {
        let address = if path.starts_with('/') { format!("{}{path}", self.base_url) } else { path.to_owned() };
        self.driver.goto(address).await.unwrap();
    }

    pub(super) async fn find(&self, css: &str) -> WebElement {
        self.driver.find(By::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// Returns the visible button with this text.
    pub(super) async fn button(&self, says: &str) -> WebElement {
        for _ in 0..50 {
            for button in self.driver.find_all(By::Css("button, a.button")).await.unwrap() {
                if button.is_displayed().await.unwrap_or(false) && button.text().await.unwrap_or_default() == says {
                    return button;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no button says {says}: {}", self.text().await);
    }

    pub(super) async fn press(&self, says: &str) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.button(says).await.click().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{says} can't be pressed: {}", self.text().await);
    }

    /// Clicks an element that the page may be replacing at this moment, since it refreshes its rows automatically.
    pub(super) async fn click(&self, css: &str) {
        let (begun, mut why) = (Instant::now(), String::new());
        while begun.elapsed() < PATIENCE {
            match self.find(css).await.click().await {
                Ok(()) => return,
                Err(error) => why = error.to_string(),
            }
            // A user would scroll to an element that the foot of a dialog covers.
            let script = format!("document.querySelector({css:?})?.scrollIntoView({{block: 'center'}})");
            self.driver.execute(script, Vec::new()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{css} can't be clicked: {why}\n{}", self.text().await);
    }

    /// Returns the visible text, read in one step: a page that is being unloaded has none.
    pub(super) async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let text = self.driver.execute(script, Vec::new()).await.ok();
        let text: String = text.and_then(|text| text.convert().ok()).unwrap_or_default();
        // Amounts are kept on one line by non-breaking spaces.
        text.replace('\u{a0}', " ")
    }

    /// Runs a script in the page and returns its result.
    pub(super) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.execute(script, arguments).await.unwrap().json().clone()
    }

    pub(super) async fn sees(&self, words: &str) {
        for _ in 0..100 {
            if self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{words:?} is not on the page: {}", self.text().await);
    }

    /// Waits until a text is gone: a success is announced a moment before the page shows it.
    pub(super) async fn misses(&self, words: &str) {
        for _ in 0..100 {
            if !self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{words:?} stays on the page: {}", self.text().await);
    }

    pub(super) async fn at(&self, path: &str) {
        for _ in 0..100 {
            if self.driver.current_url().await.unwrap().path() == path {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("not at {path}, but at {}: {}", self.driver.current_url().await.unwrap(), self.text().await);
    }

    /// Saves a screenshot, and checks that nothing overflows horizontally.
    pub(super) async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
        let script = "return document.documentElement.scrollWidth";
        let width: i64 = self.driver.execute(script, Vec::new()).await.unwrap().convert().unwrap();
        assert!(width <= self.width, "{name} is {width} wide on a screen of {}", self.width);
    }

    /// Emulates a system with a dark theme.
    pub(super) async fn dark(&self) {
        self.prefer("dark").await;
    }

    /// Emulates a system with a light theme.
    pub(super) async fn light(&self) {
        self.prefer("light").await;
    }

    async fn prefer(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.tell("Emulation.setEmulatedMedia", features).await;
    }

    /// Limits uploads to this many bytes per second; -1 removes the limit.
    pub(super) async fn slow(&self, bytes_a_second: i64) {
        let speed =
            json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second});
        self.tell("Network.enable", json!({})).await;
        self.tell("Network.emulateNetworkConditions", speed).await;
    }

    /// Sends a command to the browser itself rather than to a page.
    async fn tell(&self, what: &'static str, with: Value) {
        self.driver.handle().cmd(Command::ExtensionCommand(Box::new(Told(what, with)))).await.unwrap();
    }

    /// Returns the content of a download with this name, once it is complete.
    pub(super) async fn saved(&self, name: &str) -> String {
        let file = self.profile.path().join(SAVED).join(name);
        for _ in 0..100 {
            if let Ok(text) = std::fs::read_to_string(&file) {
                std::fs::remove_file(&file).unwrap();
                return text;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{name} was not saved: {}", self.text().await);
    }

    pub(super) async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Presses Tab until the focused element has this text.
    pub(super) async fn tab_to(&self, says: &str) {
        let script = "const at = document.activeElement; return [at.innerText, at.ariaLabel, at.getAttribute('name')]";
        for _ in 0..40 {
            self.keys(Key::Tab).await;
            let focused = self.driver.execute(script, Vec::new()).await.unwrap();
            let names: Vec<Option<String>> = focused.convert().unwrap();
            if names.iter().flatten().any(|name| name.trim() == says) {
                return;
            }
        }
        panic!("Tab never comes to {says}");
    }

    pub(super) async fn close(self) {
        self.driver.clone().quit().await.unwrap();
    }
}

/// A command of the browser's `DevTools` protocol.
#[derive(Debug)]
struct Told(&'static str, Value);

impl ExtensionCommand for Told {
    fn parameters_json(&self) -> Option<Value> {
        Some(json!({"cmd": self.0, "params": self.1}))
    }

    fn method(&self) -> http::Method {
        http::Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
}
