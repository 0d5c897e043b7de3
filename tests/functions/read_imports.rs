//! `read-imports`.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn imports_are_listed_newest_first_page_by_page() {
    let world = World::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.post("/imports", json!({"size": 10})).await.json()["id"].as_str().unwrap().to_owned());
    }
    made.reverse();
    let (mut listed, mut path) = (Vec::new(), "/imports?limit=2".to_owned());
    loop {
        let page = world.read(&path).await;
        let ids = page["imports"].as_array().unwrap().iter().map(|import| import["id"].as_str().unwrap().to_owned());
        listed.extend(ids);
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/imports?limit=2&cursor={cursor}");
    }
    assert_eq!(listed, made);
    let refused = world.api(Method::GET, "/api/t/acme/imports?cursor=x", Value::Null).await;
    assert_eq!(refused.refusal(), (400, "invalid_value".to_owned()));
    let refused = world.api(Method::GET, "/api/t/acme/imports?state=running", Value::Null).await;
    assert_eq!(refused.refusal(), (400, "unknown_field".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_shows_its_creator_times_and_first_failed_rows() {
    let world = World::new().await;
    let rows: String = (0..250).map(|number| format!("bad{number},N{number}\nok{number}@example.com,N\n")).collect();
    let admin = world.admin().await;
    let answer = admin.json(&world, Method::POST, "/api/t/acme/imports", json!({"size": 10})).await;
    assert_eq!(answer.json()["startedBy"]["name"], "Ada Admin");
    let id = world.import(format!("email,name\n{rows}"), "dryRun=true&fileName=half.csv").await;
    let told = world.import_state(&id).await;
    assert_eq!(told["startedBy"]["kind"], "api_key");
    assert_eq!(told["outcomes"], json!({"invited": 250, "invalid_email": 250}));
    let problems = told["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 100);
    let first = json!({
        "row": 2, "outcome": "invalid_email", "email": "bad0",
        "message": "Not a valid email address.",
    });
    assert_eq!(problems[0], first);
    let numbers: Vec<_> = problems.iter().map(|problem| problem["row"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.iter().collect::<BTreeSet<_>>().len() == 100, "{numbers:?}");
    assert!(!told["createdAt"].is_null() && !told["endedAt"].is_null() && told["hasReport"] == true);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_imports_return_404() {
    let world = World::new().await;
    for path in ["imp_00000000000000000000000000", "imp_00000000000000000000000000/report", "nonsense"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme/imports/{path}"), Value::Null).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()), "{path}");
    }
    let id = world.post("/imports", json!({"size": 10})).await.json()["id"].as_str().unwrap().to_owned();
    let answer = world.api(Method::GET, &format!("/api/t/acme/imports/{id}/report"), Value::Null).await;
    assert_eq!(answer.refusal(), (409, "no_report".to_owned()));
}
