//! The pages, in a real Chromium. Each screen is kept as a picture in `target/screenshots`, to be looked at.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use http::Method;
use local::ClockStart;
use serde_json::{Value, json};
use thirtyfour::{
    ChromiumLikeCapabilities, DesiredCapabilities, Key, TypingData, WebDriver, WebElement,
    prelude::*,
};

use crate::support::{World, code_in, link_in};

/// How wide a screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    Desktop,
    Phone,
}

/// A Chromium and the driver that runs it.
struct Chromium {
    driver: WebDriver,
    server: Child,
    base_url: String,
    _profile: tempfile::TempDir,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

impl Chromium {
    async fn open(world: &World, screen: Screen) -> Self {
        let program = "chromedriver is missing; tests/run installs it";
        let mut server = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect(program);
        let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = said.find_map(|line| {
            let line = line.ok()?;
            line.split_once("successfully on port ")
                .map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
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
        if screen == Screen::Phone {
            let metrics = json!({"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true}});
            options.add_experimental_option("mobileEmulation", metrics).unwrap();
        }
        let driver =
            WebDriver::new(format!("http://127.0.0.1:{}", port.unwrap()), options).await.unwrap();
        driver.set_implicit_wait_timeout(Duration::from_secs(10)).await.unwrap();
        Self { driver, server, base_url: world.local.base_url.clone(), _profile: profile }
    }

    async fn go(&self, path: &str) {
        let address = if path.starts_with('/') {
            format!("{}{path}", self.base_url)
        } else {
            path.to_owned()
        };
        self.driver.goto(address).await.unwrap();
    }

    async fn find(&self, css: &str) -> WebElement {
        self.driver.find(By::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// The button that says so, and is to be seen.
    async fn button(&self, says: &str) -> WebElement {
        for _ in 0..50 {
            for button in self.driver.find_all(By::Css("button, a.button")).await.unwrap() {
                if button.is_displayed().await.unwrap_or(false)
                    && button.text().await.unwrap_or_default() == says
                {
                    return button;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no button says {says}: {}", self.text().await);
    }

    async fn press(&self, says: &str) {
        self.button(says).await.click().await.unwrap();
    }

    async fn text(&self) -> String {
        self.find("body").await.text().await.unwrap()
    }

    async fn sees(&self, words: &str) {
        for _ in 0..100 {
            if self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{words:?} is not on the page: {}", self.text().await);
    }

    async fn at(&self, path: &str) {
        for _ in 0..100 {
            if self.driver.current_url().await.unwrap().path() == path {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!(
            "not at {path}, but at {}: {}",
            self.driver.current_url().await.unwrap(),
            self.text().await
        );
    }

    /// Keeps a picture, and sees to it that nothing sticks out at the side.
    async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
        let script = "return [document.documentElement.scrollWidth, window.innerWidth]";
        let widths: Vec<i64> =
            self.driver.execute(script, Vec::new()).await.unwrap().convert().unwrap();
        assert!(
            widths[0] <= widths[1],
            "{name} is {} wide on a screen of {}",
            widths[0],
            widths[1]
        );
    }

    async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Presses Tab until the element in focus says so.
    async fn tab_to(&self, says: &str) {
        for _ in 0..40 {
            self.keys(Key::Tab).await;
            let focused = self.driver.active_element().await.unwrap();
            let label = focused.attr("aria-label").await.unwrap().unwrap_or_default();
            if focused.text().await.unwrap() == says
                || label == says
                || focused.attr("name").await.unwrap().as_deref() == Some(says)
            {
                return;
            }
        }
        panic!("Tab never comes to {says}");
    }

    async fn close(self) {
        self.driver.clone().quit().await.unwrap();
    }
}

/// A world with a port, which a browser can reach.
async fn world() -> World {
    World::with(|options| {
        options.listen = true;
        options.port = 0;
        options.clock = ClockStart::Real;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_invites_and_watches_the_mail_go_out() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.local.admin_link().await.unwrap()).await;
    chromium.picture("admin-confirm").await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.picture("admin-partners-empty").await;

    chromium.press("Invite partner").await;
    chromium.find("#invite-name").await.send_keys("Maria Lopez").await.unwrap();
    chromium.find("#invite-email").await.send_keys("maria@example.com").await.unwrap();
    chromium.picture("admin-invite").await;
    // Nothing picked: the form says so and sends nothing.
    chromium.find("input[name=everything]").await.click().await.unwrap();
    chromium.press("Send invite").await;
    chromium.sees("Pick at least one program.").await;
    chromium.picture("admin-invite-none-picked").await;
    assert!(!world.local.items().iter().any(|item| item["kind"] == "partner"));

    world.local.pause_sources();
    let creators = world.program_id("Creators").await;
    chromium.find(&format!("input[value='{creators}']")).await.click().await.unwrap();
    chromium.press("Send invite").await;
    chromium.sees("maria@example.com").await;
    chromium.sees("Queued").await;
    chromium.picture("admin-partners-queued").await;
    world.local.resume_sources();
    chromium.sees("Sent").await;
    chromium.picture("admin-partners-sent").await;
    let partner = world.local.items().into_iter().find(|item| item["kind"] == "partner").unwrap();
    assert_eq!(partner["grants"].as_object().unwrap().keys().collect::<Vec<_>>(), [&creators]);

    // The same address again: the form says whose it is.
    chromium.press("Invite partner").await;
    for (field, value) in [("#invite-name", "Somebody"), ("#invite-email", "MARIA@example.com")] {
        let field = chromium.find(field).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    chromium.press("Send invite").await;
    chromium.sees("A partner with this email address already exists.").await;
    chromium.picture("admin-invite-taken").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invited_person_signs_in_with_one_press_or_two() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    let link = world.link_to("maria@example.com");
    chromium.go(&link).await;
    chromium.sees("m•••@example.com").await;
    chromium.picture("partner-confirm").await;
    // A scanner that renders the page and runs its script, again and again, changes nothing.
    let before = world.local.items();
    for _ in 0..3 {
        chromium.go(&link).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(world.local.items(), before);
    let button = chromium.button("Sign in to Acme").await;
    chromium.driver.action_chain().double_click_element(&button).perform().await.unwrap();
    chromium.at("/t/acme").await;
    chromium.sees("Maria").await;
    chromium.sees("Spring launch").await;
    chromium.picture("partner-dashboard").await;
    assert_eq!(world.local.items().iter().filter(|item| item["kind"] == "session").count(), 1);

    world.invite("Noah", "noah@example.com").await;
    chromium.go(&world.link_to("noah@example.com")).await;
    chromium.sees("Stay signed in as").await;
    chromium.picture("partner-somebody-else").await;
    chromium.press("Stay signed in as m•••@example.com").await;
    chromium.at("/t/acme").await;
    chromium.press("Sign out").await;
    chromium.sees("You are signed out.").await;
    chromium.picture("partner-signed-out").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_leads_to_a_fresh_one_and_a_code() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    world.local.clock.advance(15 * 60);
    chromium.go(&world.link_to("maria@example.com")).await;
    chromium.sees("no longer works").await;
    chromium.picture("partner-dead-link").await;
    chromium.press("Email me a fresh link").await;
    chromium.at("/t/acme/login/code").await;
    chromium.picture("partner-check-mail").await;
    world.local.settled().await;
    let mail = world.last_mail_to("maria@example.com");
    let field = chromium.find("#code").await;
    field.send_keys("2222-2222").await.unwrap();
    chromium.press("Sign in").await;
    chromium.sees("4 tries are left").await;
    chromium.picture("partner-wrong-code").await;
    let field = chromium.find("#code").await;
    field.clear().await.unwrap();
    field.send_keys(code_in(&mail.text).to_lowercase()).await.unwrap();
    chromium.press("Sign in").await;
    chromium.at("/t/acme").await;
    // The link of the same mail died with it.
    chromium.go(&link_in(&mail.text)).await;
    chromium.sees("no longer works").await;
    chromium.go("/t/acme/login?token=made-up").await;
    chromium.sees("no longer works").await;
    chromium.picture("partner-made-up-link").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_done_by_keyboard() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go("/t/acme/admin/login").await;
    chromium.tab_to("email").await;
    chromium.keys("ada@acme.example").await;
    chromium.keys(Key::Enter).await;
    chromium.at("/t/acme/admin/login/code").await;
    world.local.settled().await;
    let code = code_in(&world.last_mail_to("ada@acme.example").text);
    chromium.tab_to("code").await;
    chromium.keys(code.as_str()).await;
    chromium.keys(Key::Enter).await;
    chromium.at("/t/acme/admin/partners").await;

    chromium.tab_to("Invite partner").await;
    chromium.picture("admin-keyboard-focus").await;
    chromium.keys(Key::Enter).await;
    chromium.keys("Maria Lopez").await;
    chromium.tab_to("email").await;
    chromium.keys("maria@example.com").await;
    chromium.keys(Key::Enter).await;
    chromium.sees("maria@example.com").await;
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
    // Escape closes a dialog.
    chromium.tab_to("Invite partner").await;
    chromium.keys(Key::Enter).await;
    chromium.keys(Key::Escape).await;
    assert!(!chromium.find("#invite").await.is_displayed().await.unwrap());
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_made_changed_and_archived() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.local.admin_link().await.unwrap()).await;
    chromium.press("Sign in to Acme").await;
    chromium.go("/t/acme/admin/programs").await;
    chromium.sees("Spring launch").await;
    chromium.picture("admin-programs").await;
    chromium.press("New program").await;
    for (field, value) in [
        ("name", "Summer"),
        ("destination", "https://shop.acme.example/summer"),
        ("commission.value", "12.5"),
    ] {
        let css =
            format!("dialog[open] [name='{field}'], dialog[open] [name='commission.basisPoints']");
        let field = if field.starts_with("commission") {
            chromium.find(&css).await
        } else {
            chromium.find(&format!("dialog[open] [name='{field}']")).await
        };
        field.send_keys(value).await.unwrap();
    }
    chromium.picture("admin-program-new").await;
    chromium.press("Create program").await;
    chromium.sees("12.5% of each sale").await;
    let id = world.program_id("Summer").await;
    let row = chromium.find(&format!("[id='{id}']")).await;
    let archive = row.find_all(By::Css("button")).await.unwrap();
    for button in archive {
        if button.text().await.unwrap().starts_with("Archive") {
            button.click().await.unwrap();
        }
    }
    chromium.sees("Existing links keep working and earning").await;
    chromium.picture("admin-program-archive").await;
    chromium.find("dialog[open] button[type=submit]").await.click().await.unwrap();
    chromium.sees("Bring back").await;
    chromium.picture("admin-programs-archived").await;
    let programs = world.programs().await;
    assert!(
        programs
            .iter()
            .any(|program| program["id"] == json!(id) && program["archived"] == json!(true))
    );
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_a_phone() {
    let world = world().await;
    for (name, email) in [
        ("Maria Lopez", "maria@example.com"),
        (
            "Somebody With A Rather Long Name Indeed",
            "somebody.with.a.rather.long.address@subdomain.example.com",
        ),
    ] {
        world.invite(name, email).await;
    }
    let chromium = Chromium::open(&world, Screen::Phone).await;
    for (path, name) in [
        ("/t/acme/login", "phone-login"),
        ("/t/acme/login?token=x", "phone-dead-link"),
        ("/t/nobody", "phone-not-found"),
    ] {
        chromium.go(path).await;
        chromium.picture(name).await;
    }
    chromium.go(&world.link_to("maria@example.com")).await;
    chromium.picture("phone-confirm").await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme").await;
    chromium.picture("phone-dashboard").await;
    chromium.go(&world.local.admin_link().await.unwrap()).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.picture("phone-partners").await;
    chromium.press("Invite partner").await;
    chromium.picture("phone-invite").await;
    chromium.go("/t/acme/admin/programs").await;
    chromium.picture("phone-programs").await;
    chromium.go("/_local/mail").await;
    chromium.picture("phone-outbox").await;
    let answer = world.api(Method::GET, "/api/t/acme/partners", Value::Null).await;
    assert_eq!(answer.status, 200);
    chromium.close().await;
}
