//! The state after a kill, and what the next start makes of it. Dropping an instance is a kill: nothing is finished.

use super::{invite, recipients, seeded_in};
use crate::{Data, Fault, Local, Options, StartError, folder::Temporary};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_continues_at_its_checkpoint() {
    let folder = Temporary::new().unwrap();
    let data = folder.path().join("data");
    let local = seeded_in(&data).await;
    invite(&local, "one@example.org").await;
    local.settled().await;
    local.pause_sources();
    invite(&local, "two@example.org").await;
    drop(local);

    let local = seeded_in(&data).await;
    local.settled().await;
    assert_eq!(
        recipients(&local),
        ["one@example.org", "two@example.org"],
        "the second was still to come, the first does not come twice"
    );
    drop(local);

    let local = seeded_in(&data).await;
    local.settled().await;
    assert_eq!(recipients(&local).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queued_message_survives_a_kill() {
    let folder = Temporary::new().unwrap();
    let data = folder.path().join("data");
    let local = seeded_in(&data).await;
    local.wire.on_call(|call| if call.function == "send-mail" { Fault::FailBefore } else { Fault::Pass });
    invite(&local, "bo@example.org").await;
    local.settled().await;
    drop(local);

    let local = seeded_in(&data).await;
    local.settled().await;
    assert!(recipients(&local).is_empty(), "it is still hidden");
    local.clock.advance(60);
    local.settled().await;
    assert_eq!(recipients(&local), ["bo@example.org"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_programs_and_time_survive_a_restart() {
    let folder = Temporary::new().unwrap();
    let data = folder.path().join("data");
    let local = seeded_in(&data).await;
    local.clock.advance(300);
    let (key, now, items) = (local.seeded().unwrap().api_key, local.clock.now(), local.items().len());
    local.stop().await;

    let local = seeded_in(&data).await;
    assert_eq!((local.seeded().unwrap().api_key, local.clock.now(), local.items().len()), (key, now, items));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_start_names_the_obstacle_in_one_sentence() {
    let folder = Temporary::new().unwrap();
    let data = folder.path().join("data");
    let running = seeded_in(&data).await;
    let start = async |options: Options| Local::start(options).await.unwrap_err();

    let taken = start(Options { data: Data::Dir(data.clone()), ..Options::for_tests() }).await;
    assert!(taken.to_string().ends_with("can't be used: another running instance uses it."), "{taken}");
    drop(running);

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let busy = start(Options { listen: true, port, ..Options::for_tests() }).await;
    assert!(matches!(busy, StartError::Port { .. }), "{busy}");

    let template = folder.path().join("none.yaml");
    let unread = start(Options { template, ..Options::for_tests() }).await;
    assert!(matches!(unread, StartError::Template { .. }), "{unread}");
}
