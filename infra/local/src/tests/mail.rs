//! Reactions of mailboxes, and the SES events that follow.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::{invite, seeded};
use crate::{Feedback, Local, Options, folder::Temporary, template::queue_url};

async fn press(local: &Local, path: &str, accept: &str) -> (u16, Value, String) {
    let request = Request::post(path).header("accept", accept).body(Bytes::new()).unwrap();
    let response = local.http(request).await;
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default(), to)
}

fn partner(local: &Local, email: &str) -> Value {
    local.items().into_iter().find(|item| item["sk"] == "PARTNER" && item["email"] == email).unwrap()
}

/// Writes the template with one change.
fn template_with(from: &str, to: &str) -> (std::path::PathBuf, Temporary) {
    let folder = Temporary::new().unwrap();
    let path = folder.path().join("template.yaml");
    let text = std::fs::read_to_string(crate::template_path()).unwrap();
    assert!(text.contains(from));
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    (path, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_publish_the_same_events_as_ses() {
    let local = seeded().await;
    invite(&local, "bo@example.org").await;
    local.settled().await;
    let (status, news, _) = press(&local, "/_local/mail/2/soft-bounce", "application/json").await;
    assert_eq!((status, &news["queues"]), (200, &json!(["mail-news"])));
    let event = &news["event"];
    assert_eq!((&event["source"], &event["detail-type"]), (&json!("aws.ses"), &json!("Email Bounced")));
    assert_eq!(event["detail"]["bounce"]["bounceType"], "Transient");
    assert_eq!(event["detail"]["mail"]["tags"]["brand"], json!(["acme"]));
    assert_eq!(event["detail"]["mail"]["destination"], json!(["bo@example.org"]));
    local.settled().await;
    assert_eq!(partner(&local, "bo@example.org")["mail"]["state"], "failed");

    assert_eq!(press(&local, "/_local/mail/2/complain", "text/html").await.2, "/_local/mail/2");
    assert_eq!(press(&local, "/_local/mail/2/deliver?list", "text/html").await.2, "/_local/mail");
    for path in ["/_local/mail/2/explode", "/_local/mail/9/bounce", "/_local/mail/x/bounce", "/_local/mail/2"] {
        assert_eq!(press(&local, path, "application/json").await.0, 404, "{path}");
    }
    let page = async |path: &str| {
        let response = local.http(Request::get(path).body(Bytes::new()).unwrap()).await;
        String::from_utf8(response.body().to_vec()).unwrap()
    };
    let one = page("/_local/mail/2").await;
    assert!(one.contains("formaction=\"/_local/mail/2/bounce\"") && one.contains("Email Complaint Received"), "{one}");
    let list = page("/_local/mail").await;
    assert!(list.contains("formaction=\"/_local/mail/2/reject?list\"") && list.contains("Last: deliver"), "{list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mailboxes_react_automatically_when_developers_run_it() {
    let local = Local::start(Options { seed: true, auto_feedback: true, ..Options::for_tests() }).await.unwrap();
    let hosts = [
        ("example.org", "delivered"),
        ("bounce.example", "bounced"),
        ("soft.example", "failed"),
        ("suppressed.example", "failed"),
        ("complaint.example", "complained"),
        ("delay.example", "delayed"),
        ("reject.example", "failed"),
    ];
    for (host, _) in hosts {
        invite(&local, &format!("bo@{host}")).await;
    }
    let all = || hosts.iter().all(|(host, state)| partner(&local, &format!("bo@{host}"))["mail"]["state"] == *state);
    for _ in 0..200 {
        if all() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (host, state) in hosts {
        let partner = partner(&local, &format!("bo@{host}"));
        let refused = host == "bounce.example" || host == "complaint.example";
        assert_eq!((&partner["mail"]["state"], partner.get("undeliverable").is_some()), (&json!(state), refused));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn event_types_that_the_template_leaves_out_are_not_published() {
    for (from, to) in [
        ("MatchingEventTypes: [delivery, ", "MatchingEventTypes: ["),
        ("detail-type: [Email Delivered, ", "detail-type: ["),
    ] {
        let (template, _folder) = template_with(from, to);
        let local = Local::start(Options { template, seed: true, ..Options::for_tests() }).await.unwrap();
        invite(&local, "bo@example.org").await;
        local.settled().await;
        local.feedback(2, Feedback::Deliver).await;
        local.settled().await;
        assert_eq!(partner(&local, "bo@example.org")["mail"]["state"], "sent", "{from}");
        assert_eq!(local.ses.news(2).unwrap()[0].queues, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_ses_events_go_to_the_dead_letter_queue() {
    let local = seeded().await;
    let unreadable = json!({"QueueUrl": queue_url("mail-news"), "MessageBody": "{\"detail\": {}}"});
    assert!(local.queues.call("SendMessage", unreadable).await.status().is_success());
    for _ in 0..1_001 {
        local.settled().await;
        local.clock.advance(60);
    }
    local.settled().await;
    assert_eq!(local.dead_letters("mail-news"), ["{\"detail\": {}}"]);
}
