//! The instance as a whole, with the real functions.

mod buckets;
mod demo;
mod doors;
mod faults;
mod indexes;
mod mail;
mod network;
mod queues;
mod restarts;
mod shop;

use bytes::Bytes;
use http::{Request, Response};

use crate::{Data, Local, Options};

/// Starts a seeded instance in memory.
async fn seeded() -> Local {
    let local = Local::start(Options { seed: true, ..Options::for_tests() }).await.unwrap();
    local.settled().await;
    local
}

/// Starts a seeded instance whose state is in `folder`.
async fn seeded_in(folder: &std::path::Path) -> Local {
    let data = Data::Dir(folder.to_owned());
    let local = Local::start(Options { data, seed: true, ..Options::for_tests() }).await.unwrap();
    local.settled().await;
    local
}

async fn invite(local: &Local, email: &str) -> Response<Bytes> {
    let request = Request::post("/api/t/acme/partners")
        .header("authorization", format!("Bearer {}", local.seeded().unwrap().api_key))
        .header("content-type", "application/json")
        .body(Bytes::from(format!(r#"{{"name": "Bo", "email": "{email}"}}"#)));
    let response = local.http(request.unwrap()).await;
    assert_eq!(response.status(), 201, "{:?}", response.body());
    response
}

/// Returns the recipients of emails to partners, oldest first.
fn recipients(local: &Local) -> Vec<String> {
    local.mails().into_iter().flat_map(|mail| mail.to).filter(|address| address != "ada@acme.example").collect()
}
