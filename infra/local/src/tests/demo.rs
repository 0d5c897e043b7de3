//! The demo: activity with a history up to the present, seeded only once.

use std::{collections::BTreeMap, time::Duration};

use http::Request;
use serde_json::Value;

use crate::{ClockStart, Data, Local, Options, folder::Temporary};

const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_767_261_600, 0);

async fn start(folder: &std::path::Path) -> Local {
    let data = Data::Dir(folder.to_owned());
    let clock = ClockStart::At(NOW);
    Local::start(Options { data, clock, seed: true, bare: false, ..Options::for_tests() }).await.unwrap()
}

async fn read(local: &Local, key: &str, path: &str) -> (u16, Value) {
    let request = Request::get(path).header("authorization", format!("Bearer {key}"));
    let answer = local.http(request.body(bytes::Bytes::new()).unwrap()).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

/// Counts the elements of a list by the value at the pointer `what`.
fn count(list: &Value, what: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in list.as_array().unwrap() {
        let word = one.pointer(what).and_then(Value::as_str).unwrap_or("none");
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b12_the_demo_is_seeded_once_and_ends_in_the_present() {
    let folder = Temporary::new().unwrap();
    let data = folder.path().join("data");

    // Killed in the middle: its data is discarded.
    let cut_off = tokio::time::timeout(Duration::from_secs(1), start(&data)).await;
    assert!(cut_off.is_err(), "it was complete before it could be cut off");

    let local = start(&data).await;
    assert_eq!(local.clock.now(), NOW);
    let brands: Vec<_> = local.brands().to_vec();
    let [acme, globex] = brands.as_slice() else { panic!("{brands:?}") };

    let (_, listed) = read(&local, &acme.api_key, "/api/t/acme/partners?limit=200").await;
    let partners = &listed["partners"];
    let states = count(partners, "/state");
    assert_eq!((states["invited"], states["declined"], states["active"], states["revoked"]), (12, 1, 25, 5));
    let mails = count(partners, "/mail/state");
    for state in ["sent", "delivered", "delayed", "bounced", "complained", "failed", "suppressed", "superseded"] {
        assert!(mails.contains_key(state), "{mails:?}");
    }
    let made: Vec<&str> = partners.as_array().unwrap().iter().filter_map(|one| one["createdAt"].as_str()).collect();
    assert!(made.iter().all(|at| at.parse::<jiff::Timestamp>().unwrap() < NOW));
    assert!(made.iter().any(|at| at.starts_with("2025-10")), "it has a past");

    let (_, listed) = read(&local, &acme.api_key, "/api/t/acme/commissions?limit=200").await;
    let commissions = &listed["commissions"];
    assert!(commissions.as_array().unwrap().len() > 50, "more than a page");
    assert_eq!(count(commissions, "/state").len(), 3, "accrued, paid and reversed");
    assert_eq!(count(commissions, "/currency").len(), 2);
    assert!(local.dead_letters("mail-now").is_empty() && local.dead_letters("mail-bulk").is_empty());

    let (status, own) = read(&local, &globex.api_key, "/api/t/globex/partners").await;
    assert_eq!((status, own["partners"].as_array().unwrap().len()), (200, 6));
    assert!(own.to_string().contains("noor@example.org") && partners.to_string().contains("noor@example.org"));
    let (foreign, _) = read(&local, &globex.api_key, "/api/t/acme/partners").await;
    assert!([401, 404].contains(&foreign), "{foreign}");

    let before = (local.items(), local.mails().len());
    local.clock.advance(60);
    local.stop().await;
    let local = start(&data).await;
    assert_eq!(local.clock.now().duration_since(NOW).as_secs(), 60, "time goes on");
    assert_eq!((local.items(), local.mails().len()), before, "nothing is planted twice");
    assert_eq!(local.brands().iter().map(|brand| &brand.api_key).collect::<Vec<_>>(), [&acme.api_key, &globex.api_key]);
}
