//! From an empty account to a partner's dashboard, through separate processes.

use std::collections::{BTreeMap, BTreeSet};

use local::template::Pattern;
use serde_json::{Value, json};

use crate::{browser::Browser, cloud::Cloud, process::Process};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Functions as processes, and the emulator with the event sources of the functions.
struct System {
    cloud: Cloud,
    processes: BTreeMap<String, Process>,
}

impl System {
    async fn start(functions: &[&str]) -> Self {
        let cloud = Cloud::start();
        let mut processes = BTreeMap::new();
        for name in functions {
            processes.insert((*name).to_owned(), Process::start(cloud.stack.function(name), &cloud).await);
        }
        Self { cloud, processes }
    }

    /// Does what Lambda does for event source mappings, until there is nothing left to do.
    async fn settle(&self) {
        loop {
            let mut worked = false;
            for function in &self.cloud.stack.functions {
                let Some(process) = self.processes.get(&function.name) else { continue };
                for stream in &function.streams {
                    let patterns: Vec<_> = stream.patterns.iter().map(String::as_str).collect();
                    let filter = Pattern::any(&patterns).unwrap();
                    let records = self.cloud.read(stream).await;
                    let records: Vec<_> = records.iter().filter(|record| filter.matches(record)).collect();
                    for batch in records.chunks(stream.batch_size) {
                        worked = true;
                        self.nothing_failed(&process.invoke(json!({"Records": batch})).await.unwrap());
                    }
                }
                for queue in &function.queues {
                    let records = self.cloud.receive(queue).await;
                    if !records.is_empty() {
                        worked = true;
                        self.nothing_failed(&process.invoke(json!({"Records": records})).await.unwrap());
                        for record in &records {
                            self.cloud.delete(queue, record).await;
                        }
                    }
                }
            }
            if !worked {
                return;
            }
        }
    }

    fn nothing_failed(&self, answer: &Value) {
        let failed = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
        let logs = self.processes.values().map(Process::log).collect::<String>();
        assert!(failed.is_empty(), "{answer}: {logs}");
    }

    /// Returns the link in the last email to an email address, as it is in its text.
    async fn link_to(&self, address: &str) -> String {
        let mails = self.cloud.mails().await;
        let found = mails.iter().rev().find(|(to, ..)| to.contains(address));
        let (_, subject, body) = found.unwrap_or_else(|| panic!("no mail to {address} among {}", mails.len()));
        let link = body.split("https://invites.example.com").find(|part| part.contains("token="));
        let link = link.unwrap_or_else(|| panic!("no link in {subject}: {body}"));
        link.split(['"', ' ', '\n', '<', '&']).next().unwrap().to_owned()
    }

    /// Opens a link from an email and clicks its button.
    async fn press(&self, browser: &Browser, link: &str) {
        let all = (&self.cloud.stack, &self.processes);
        let page = browser.ask(all, ("GET", link), None).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let (path, query) = link.split_once('?').unwrap();
        let answer = browser.ask(all, ("POST", &format!("{path}/redeem")), Some((FORM, query.to_owned()))).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_passes_through_the_processes_up_to_the_dashboard() {
    let system = System::start(&[
        "create-brand",
        "relay-events",
        "send-mail",
        "admin-pages",
        "redeem-link",
        "create-program",
        "invite-partner",
        "plan-deliveries",
        "push-network",
        "portal",
        "revoke-partner",
    ])
    .await;
    let all = (&system.cloud.stack, &system.processes);
    let brand = json!({
        "brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example"},
        "admins": [{"name": "Ada", "email": "ada@acme.example"}],
    });
    system.processes["create-brand"].invoke(brand).await.unwrap();
    system.settle().await;
    let admin = Browser::default();
    system.press(&admin, &system.link_to("ada@acme.example").await).await;

    let program = json!({"name": "Spring launch", "destination": "https://shop.acme.example/",
        "commission": {"type": "percent", "basisPoints": 1000}});
    let made = admin.ask(all, ("POST", "/api/t/acme/programs"), Some((JSON, program.to_string()))).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let maria = json!({"name": "Maria Lopez", "email": "maria@example.com"});
    let invited = admin.ask(all, ("POST", "/api/t/acme/partners"), Some((JSON, maria.to_string()))).await;
    assert_eq!(invited.status, 201, "{}", invited.body);
    system.settle().await;

    let partner = Browser::default();
    let link = system.link_to("maria@example.com").await;
    system.press(&partner, &link).await;
    let dashboard = partner.ask(all, ("GET", "/t/acme"), None).await;
    assert!(dashboard.body.contains("Spring launch") && dashboard.body.contains("Maria"), "{}", dashboard.body);
    // It works once: in any other browser, the link is used up.
    let dead = Browser::default().ask(all, ("GET", &link), None).await;
    assert_eq!(dead.status, 410, "{}", dead.body);

    let id = invited.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/t/acme/partners/{id}/revoke");
    let revoked = admin.ask(all, ("POST", &path), Some((JSON, json!({"reason": "Over"}).to_string()))).await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    assert_eq!(partner.ask(all, ("GET", "/t/acme"), None).await.status, 303, "the session is dead at once");
    system.settle().await;
    assert_eq!(system.cloud.mails().await.iter().filter(|(to, ..)| to.contains("maria@example.com")).count(), 2);

    // The trace of the request that invited her passed through the outbox. For messages that are sent ten at a time,
    // this emulator loses it; the local runner's doesn't.
    let traced: BTreeSet<_> = system
        .processes
        .iter()
        .filter(|(_, process)| process.log().contains("1-5759e988-bd862e3fe1be46a994272793"))
        .map(|(name, _)| name.as_str())
        .collect();
    for name in ["invite-partner", "relay-events"] {
        assert!(traced.contains(name), "{traced:?}");
    }
    let logs = system.processes.values().map(Process::log).collect::<String>();
    assert!(!logs.contains("maria") && !logs.contains("ada@"), "a person is in a log");
}
