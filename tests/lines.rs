//! The invocation log: what it contains, what it never contains, and the trace that passes through queues.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, Browser, World, token_of};

fn lines(world: &World) -> Vec<Value> {
    world.local.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(lines: &'a [Value], action: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["action"] == action).collect()
}

fn traces(line: &Value) -> BTreeSet<String> {
    line["trace.ids"].as_array().into_iter().flatten().map(|trace| trace.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_leaves_one_line_that_is_log_and_metrics() {
    let world = World::new().await;
    let before = lines(&world).len();
    world.invite("Maria", "maria@example.com").await;
    let lines = lines(&world).split_off(before);
    let invites = of(&lines, "invite-partner");
    let [line] = invites.as_slice() else { panic!("{invites:#?}") };
    let mut rest = (*line).clone();
    let fields = rest.as_object_mut().unwrap();
    let metrics = fields.remove("_aws").unwrap();
    for name in ["request.id", "invocation.id", "duration_ms", "trace.ids"] {
        assert!(fields.remove(name).is_some(), "{name}");
    }
    let expected = json!({
        "level": "INFO", "message": "invocation", "action": "invite-partner", "brand": "acme",
        "route": "POST /api/t/{brand}/partners", "status": 201, "outcome": "answered", "aws_calls": 3, "failures": 0,
    });
    assert_eq!(rest, expected, "the caller and the programs are two calls at once, and the transaction is the third");
    // Each announced metric must be present as a number, or CloudWatch drops the line.
    let told = &metrics["CloudWatchMetrics"][0];
    assert_eq!((&told["Namespace"], &told["Dimensions"]), (&json!("PartnerInvites"), &json!([[]])));
    for metric in told["Metrics"].as_array().unwrap() {
        assert!(line[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
    }
    assert!(metrics["Timestamp"].is_i64());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_response_is_an_outcome_and_no_failure() {
    let world = World::new().await;
    world.post("/partners", json!({"name": "Maria", "email": "nonsense"})).await;
    let lines = lines(&world);
    let line = of(&lines, "invite-partner").pop().unwrap().clone();
    assert_eq!((&line["outcome"], &line["status"]), (&json!("invalid_email"), &json!(400)));
    assert_eq!(line["failures"], 0);
    // Nor is it one if a function has no other way to report invalid input.
    world.local.invoke("create-brand", json!({"brand": 7})).await.unwrap_err();
    let last: Value = serde_json::from_str(&world.local.lines().pop().unwrap()).unwrap();
    assert_eq!((&last["failures"], &last["outcome"]), (&json!(0), &json!("invalid_type")), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_of_a_request_passes_through_the_outbox_and_every_queue() {
    let world = World::new().await;
    let before = lines(&world).len();
    world.invite("Maria", "maria@example.com").await;
    world.local.settled().await;
    let lines = lines(&world).split_off(before);
    let trace = traces(of(&lines, "invite-partner")[0]);
    assert_eq!(trace.len(), 1);
    for action in ["relay-events", "send-mail", "plan-deliveries"] {
        assert_eq!(traces(of(&lines, action)[0]), trace, "{action}");
    }
    assert_eq!(of(&lines, "send-mail")[0]["messages"], 1);
    assert_eq!(of(&lines, "send-mail")[0]["brand"], "acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_import_is_one_trace() {
    let world = World::new().await;
    let before = lines(&world).len();
    world.import("email\nada@example.com\nbob@example.com\n", "").await;
    let lines = lines(&world).split_off(before);
    let trace = traces(of(&lines, "start-import")[0]);
    for action in ["relay-events", "import-csv", "import-rows", "send-mail", "report-import"] {
        let of = of(&lines, action);
        assert!(!of.is_empty(), "{action}");
        assert!(of.iter().all(|line| traces(line) == trace), "{action}: {of:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_items_of_a_batch_are_counted() {
    let world = World::new().await;
    let record = |id: &str, body: &str| json!({"messageId": id, "receiptHandle": id, "body": body, "attributes": {}});
    let event = json!({"Records": [record("a", "nonsense"), record("b", "{}")]});
    let answer = world.local.invoke("push-network", event).await.unwrap();
    assert_eq!(
        answer["batchItemFailures"].as_array().unwrap().len(),
        2,
        "whatever can't be read comes back, and ends as a dead letter"
    );
    let lines = lines(&world);
    let line = of(&lines, "push-network").pop().unwrap();
    assert_eq!((&line["messages"], &line["messages_back"]), (&json!(2), &json!(2)));
    assert_eq!(line["outcome"], "came_back");
    // If a batch fails as a whole, all of it returns to the queue, and the line still has every metric that it
    // announces.
    world.local.wire.on_call(|call| {
        if call.service == local::Service::Sqs { local::Fault::error(403, "AccessDenied") } else { local::Fault::Pass }
    });
    let event = std::fs::read_to_string(local::template_path().with_file_name("../events/relay-events.json")).unwrap();
    world.local.invoke("relay-events", serde_json::from_str(&event).unwrap()).await.unwrap_err();
    world.local.wire.repair();
    let failed: Value = serde_json::from_str(&world.local.lines().pop().unwrap()).unwrap();
    assert_eq!((&failed["messages_back"], &failed["failures"]), (&failed["messages"], &json!(1)));
    // An event of an unknown shape fails as a whole, so its sender still has it.
    for function in ["push-network", "relay-events"] {
        world.local.invoke(function, json!({"surprise": true})).await.unwrap_err();
    }
    let last = world.local.lines().pop().unwrap();
    assert!(last.contains(r#""outcome":"internal""#) && last.contains(r#""failures":1"#), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_contains_personal_data() {
    let world = World::new().await;
    let admin = world.admin().await;
    let link = {
        world.invite("Maria Lopez", "maria.lopez@example.com").await;
        world.link_to("maria.lopez@example.com")
    };
    let browser = Browser::default();
    browser.press(&world, &link).await;
    Browser::default().post(&world, "/t/acme/login", &[("email", "maria.lopez@example.com")]).await;
    world.local.settled().await;
    // Email addresses in places where none belong.
    browser.get(&world, "/t/maria.lopez@example.com").await;
    browser.get(&world, "/t/acme/links?q=maria.lopez@example.com").await;
    admin
        .json(&world, Method::POST, "/api/t/acme/partners", json!({"name": "Maria Lopez", "email": "maria.lopez@"}))
        .await;
    world.import("email,name\nada.king@example.com,Ada King\n", "").await;
    let whole = world.local.lines().join("\n").to_lowercase();
    let token = token_of(&link);
    for word in ["maria", "lopez", "ada.king", "king", "@", ADMIN, token.rsplit('.').next().unwrap()] {
        assert!(!whole.contains(&word.to_lowercase()), "{word} is in the log");
    }
}
