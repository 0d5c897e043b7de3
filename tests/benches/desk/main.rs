//! The admin pages with 5,000 partners: `cargo bench --workspace --bench desk` requests every page and list, and prints
//! how long each takes, what it reads and how large it is. It never fails, since every machine is different; a test
//! ensures that no page takes more than two read steps.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where something is wrong, and prints"
)]

mod crowd;

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response};
use local::{ClockStart, Local, Options};
use serde_json::Value;

const PARTNERS: usize = 5_000;

/// The number of requests for each page; the median counts.
const TIMES: usize = 5;

fn main() {
    // `cargo bench` and also `cargo test` run every benchmark; only the former passes this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(desk());
}

async fn desk() {
    let options = Options { seed: true, bare: true, clock: ClockStart::Real, ..Options::for_tests() };
    let local = Local::start(options).await.unwrap();
    let (app, began) = (local.operator(), Instant::now());
    crowd::fill(&app, &"acme".parse().unwrap(), PARTNERS).await;
    local.settled().await;
    println!("{PARTNERS} partners in every state were written in {:.1} s.\n", began.elapsed().as_secs_f64());
    let admin = Admin::sign_in(&local).await;
    let began = Instant::now();
    assert_eq!(admin.ask(&local, Method::POST, "/api/t/acme/overview").await.status(), 202);
    local.settled().await;
    println!("Their overview was added up in {:.1} s.\n", began.elapsed().as_secs_f64());

    let first = async |list: &str, name: &str| {
        let answer = admin.ask(&local, Method::GET, &format!("/api/t/acme/{list}?limit=1")).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        answer[name][0]["id"].as_str().unwrap_or_default().to_owned()
    };
    let (partner, import) = (first("partners", "partners").await, first("imports", "imports").await);
    let mut pages = crowd::pages(&local, |name| match name {
        "partner" => partner.clone(),
        "import" => import.clone(),
        _ => "none".to_owned(),
    });
    for list in ["partners", "partners?mail=bounced", "partners?q=person", "programs", "imports", "commissions"] {
        let function = format!("read-{}", list.split('?').next().unwrap_or(list));
        pages.push((function, format!("/api/t/acme/{list}")));
    }
    println!("{:62} {:>8} {:>6} {:>11} {:>9}", "asked for", "ms", "steps", "read units", "bytes");
    for (function, path) in pages {
        let (mut spans, mut told) = (Vec::new(), String::new());
        for _ in 0..TIMES {
            let recording = local.wire.record();
            let began = Instant::now();
            let answer = admin.ask(&local, Method::GET, &path).await;
            spans.push(began.elapsed());
            let calls = recording.of(&function);
            let units = calls.0.iter().fold(0.0, |units, call| units + call.read_units);
            told = format!("{:>6} {units:>11.1} {:>9}", calls.trips(), answer.body().len());
        }
        spans.sort_unstable();
        let middle: Duration = spans[TIMES / 2];
        let shown = path.replace(&partner, "…").replace(&import, "…");
        println!("{shown:62} {:>8.1} {told}", middle.as_secs_f64() * 1_000.0);
    }
}

/// A signed-in admin.
struct Admin {
    cookie: String,
}

impl Admin {
    async fn sign_in(local: &Local) -> Self {
        let link = shared::operator::admin_link(&local.operator(), "acme", "ada@acme.example").await.unwrap();
        let path = link.strip_prefix(&local.base_url).unwrap();
        let mut admin = Self { cookie: String::new() };
        let page = admin.ask(local, Method::GET, path).await;
        admin.keep(&page);
        let token = path.split_once("token=").unwrap().1.to_owned();
        let form = Request::post("/t/acme/admin/login/redeem")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", &admin.cookie)
            .body(Bytes::from(format!("token={token}")));
        let answer = local.http(form.unwrap()).await;
        assert_eq!(answer.status(), 303);
        admin.keep(&answer);
        admin
    }

    fn keep(&mut self, answer: &Response<Bytes>) {
        let set = answer.headers().get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
        for cookie in set.filter(|line| !line.contains("Max-Age=0")).filter_map(|line| line.split(';').next()) {
            self.cookie = format!("{}; {cookie}", self.cookie).trim_start_matches("; ").to_owned();
        }
    }

    async fn ask(&self, local: &Local, method: Method, path: &str) -> Response<Bytes> {
        let body = if method == Method::POST { "{}" } else { "" };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", &self.cookie);
        local.http(request.body(Bytes::from(body)).unwrap()).await
    }
}
