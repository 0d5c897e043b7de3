//! A complete import in the local runner, from the call to the last email, with people signing in at the same time.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use local::{ClockStart, Local, Options};
use serde_json::{Value, json};

const ROWS: usize = 10_000;

/// The number of people who sign in meanwhile.
const WAITING: usize = 8;

/// Runs an import and prints its speed.
pub(crate) async fn import() {
    let local = Local::start(Options { seed: true, clock: ClockStart::Real, ..Options::for_tests() }).await.unwrap();
    let key = local.seeded().map(|seeded| seeded.api_key).unwrap();
    for number in 0..WAITING {
        let partner = json!({"name": "W", "email": format!("waiting{number}@example.com"), "sendInvite": false});
        let request = Request::post("/api/t/acme/partners")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .body(Bytes::from(partner.to_string()));
        assert_eq!(local.http(request.unwrap()).await.status(), 201);
    }
    local.settled().await;
    let mut seen = Seen { last: 0, imported: 0, waiting: Vec::new() };
    seen.look(&local);
    seen.imported = 0;
    let began = Instant::now();
    let request = Request::post("/api/t/acme/imports")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "text/csv")
        .body(Bytes::from(super::file(ROWS, ',')));
    let id: Value = serde_json::from_slice(local.http(request.unwrap()).await.body()).unwrap();
    let id = id["id"].as_str().unwrap().to_owned();
    let (mut rows_done, mut sign_ins, mut mails) = (None, Vec::new(), 0);
    while mails < ROWS {
        if rows_done.is_none() && state(&local, &key, &id).await["endedAt"].is_string() {
            rows_done = Some(began.elapsed());
        }
        if sign_ins.len() < WAITING {
            sign_ins.push(sign_in(&local, &mut seen, sign_ins.len()).await);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        mails = seen.imported(&local);
    }
    let mailed = began.elapsed();
    let rate = |span: Duration| 10_000.0 / span.as_secs_f64();
    println!("\n{:32} {:>12} {:>12}", "10,000 rows in the embedded cloud", "seconds", "rows/s");
    for (name, span) in [("every row accounted for", rows_done.unwrap_or(mailed)), ("every mail sent", mailed)] {
        println!("{name:32} {:12.1} {:12.0}", span.as_secs_f64(), rate(span));
    }
    sign_ins.sort();
    let slowest = sign_ins.last().copied().unwrap_or_default();
    let usual = sign_ins.get(sign_ins.len() / 2).copied().unwrap_or_default();
    println!(
        "{:32} {:9} ms {:9} ms",
        format!("{} sign-in mails: usual, slowest", sign_ins.len()),
        usual.as_millis(),
        slowest.as_millis()
    );
}

async fn state(local: &Local, key: &str, id: &str) -> Value {
    let request = Request::get(format!("/api/t/acme/imports/{id}")).header("authorization", format!("Bearer {key}"));
    serde_json::from_slice(local.http(request.body(Bytes::new()).unwrap()).await.body()).unwrap()
}

/// The emails in the outbox, each read once.
struct Seen {
    last: i64,
    imported: usize,
    waiting: Vec<String>,
}

impl Seen {
    fn look(&mut self, local: &Local) {
        for mail in local.mails_after(self.last) {
            self.last = mail.id;
            match mail.to.first() {
                Some(to) if to.starts_with("waiting") => self.waiting.push(to.clone()),
                Some(_) | None => self.imported += 1,
            }
        }
    }

    fn imported(&mut self, local: &Local) -> usize {
        self.look(local);
        self.imported
    }
}

/// Returns the time from requesting a sign-in link to its email.
async fn sign_in(local: &Local, seen: &mut Seen, number: usize) -> Duration {
    let who = format!("waiting{number}@example.com");
    let began = Instant::now();
    let request = Request::post("/t/acme/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Bytes::from(format!("email=waiting{number}%40example.com")));
    assert_eq!(local.http(request.unwrap()).await.status(), 303);
    loop {
        seen.look(local);
        if seen.waiting.contains(&who) {
            return began.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
