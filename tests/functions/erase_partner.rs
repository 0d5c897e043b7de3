//! `erase-partner`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

/// Erases a partner as an admin, who types the name.
pub(crate) async fn erase(world: &World, admin: &Browser, id: &str, name: &str) -> Answer {
    let path = format!("/api/t/acme/partners/{id}/erase");
    admin.json(world, Method::POST, &path, json!({"confirm": name})).await
}

/// Creates a partner who was active and is now revoked.
pub(crate) async fn revoked(world: &World, name: &str, email: &str) -> String {
    let id = world.joined(name, email).await;
    assert_eq!(world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await.status, 200);
    world.local.settled().await;
    id
}

/// Waits until everything that follows from an erasure is done.
pub(crate) async fn scrubbed(world: &World) {
    world.local.settled().await;
    world.local.clock.advance(150);
    world.local.settled().await;
}

/// Returns everything in the whole system that contains this word, in upper or lower case: items, files and messages.
pub(crate) fn found(world: &World, word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    let items = world.local.items().into_iter().map(|item| item.to_string());
    let files =
        world.local.objects().into_iter().map(|(name, body)| format!("{name}: {}", String::from_utf8_lossy(&body)));
    let queues = world.local.template().queues.iter().flat_map(|queue| world.local.messages(&queue.name));
    items.chain(files).chain(queues).filter(|text| text.to_lowercase().contains(&word)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_revoked_partners_are_erased_and_never_by_accident() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.joined("Maria Lopez", "maria@example.com").await;
    let before = world.local.items();
    assert_eq!(erase(&world, &admin, &maria, "Maria Lopez").await.refusal(), (409, "not_revoked".to_owned()));
    assert_eq!(world.local.items(), before);
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    let answer = erase(&world, &admin, &maria, "Maria").await;
    assert_eq!(answer.refusal(), (400, "invalid_value".to_owned()));
    assert_eq!(answer.json()["detail"]["field"], "confirm");
    assert_eq!(world.partner(&maria).await["name"], "Maria Lopez");
    assert_eq!(
        erase(&world, &admin, "ptn_01KA0000000000000000000009", "x").await.refusal(),
        (404, "not_found".to_owned())
    );
    assert_eq!(erase(&world, &admin, &maria, " Maria Lopez ").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_is_rejected_and_a_repetition_returns_the_same() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = revoked(&world, "Maria", "maria@example.com").await;
    let path = format!("/api/t/acme/partners/{maria}/erase");
    let once = async || {
        admin.json_with(&world, Method::POST, &path, json!({"confirm": "Maria"}), &[("idempotency-key", "k")]).await
    };
    let (first, again) = (once().await, once().await);
    assert_eq!((first.status.as_u16(), &first.body), (200, &again.body));
    assert_eq!(erase(&world, &admin, &maria, "Maria").await.refusal(), (409, "erased".to_owned()));
    scrubbed(&world).await;
    assert_eq!(erase(&world, &admin, &maria, "Erased person").await.refusal(), (409, "erased".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_settling_commissions_works_for_an_erased_partner() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.joined("Maria", "maria@example.com").await;
    world.link(&maria, "spring-pick", "Spring launch").await;
    let cref = world.click("spring-pick").await.unwrap();
    world.buy(json!({"clickId": cref}), 10_000, "order").await;
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    assert_eq!(erase(&world, &admin, &maria, "Maria").await.status, 200);
    let refused = |code: &str| (409, code.to_owned());
    let of = |what: &str| format!("/partners/{maria}{what}");
    assert_eq!(world.post(&of("/reinstate"), Value::Null).await.refusal(), refused("erased"));
    assert_eq!(world.post(&of("/revoke"), Value::Null).await.refusal(), refused("erased"));
    assert_eq!(world.post(&of("/invite"), json!({})).await.refusal(), refused("erased"));
    assert_eq!(world.post(&of("/sign-in-link"), json!({})).await.refusal(), refused("erased"));
    let api = async |method, path: String, body| world.api(method, &format!("/api/t/acme{path}"), body).await;
    assert_eq!(api(Method::PATCH, of(""), json!({"name": "Maria"})).await.refusal(), refused("erased"));
    assert_eq!(api(Method::PATCH, of(""), json!({"metadata": {"a": 1}})).await.refusal(), refused("erased"));
    assert_eq!(api(Method::PUT, of("/email"), json!({"email": "m@example.com"})).await.refusal(), refused("erased"));
    let programs = json!({"programIds": [], "grantsVersion": 1});
    assert_eq!(api(Method::PUT, of("/programs"), programs).await.refusal(), refused("erased"));
    let link = json!({"programId": world.program_id("Creators").await});
    assert_eq!(world.post(&of("/links"), link).await.refusal(), refused("partner_revoked"));

    let answer = world.follow("spring-pick").await;
    assert_eq!((answer.status.as_u16(), answer.location()), (302, "https://shop.acme.example/spring"));
    let owed = world.read("/commissions").await["commissions"][0].clone();
    assert_eq!((&owed["partnerId"], &owed["amount"]), (&json!(maria), &json!(1_000)));
    let paid = world.post(&format!("/commissions/{}/paid", owed["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(paid.json()["state"], "paid");
}

/// The first of the two wins, and the other gets an error with the current state.
#[tokio::test(flavor = "multi_thread")]
async fn of_erasing_and_reinstating_at_the_same_moment_one_takes_effect() {
    let world = World::new().await;
    let admin = world.admin().await;
    let mut outcomes = std::collections::BTreeSet::new();
    for number in 0..12 {
        let email = format!("maria-{number}@example.com");
        let maria = revoked(&world, "Maria", &email).await;
        let reinstate = format!("/partners/{maria}/reinstate");
        let reinstating = async {
            if number % 2 == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(number)).await;
            }
            world.post(&reinstate, Value::Null).await
        };
        let (erased, reinstated) = tokio::join!(erase(&world, &admin, &maria, "Maria"), reinstating);
        let now = world.partner(&maria).await;
        let told = (erased.refusal_or_none(), reinstated.refusal_or_none());
        match now["state"].as_str().unwrap() {
            "active" => assert!(["not_revoked", "changed_meanwhile"].contains(&told.0.as_str()), "{told:?}"),
            _ => assert!(["erased", "changed_meanwhile"].contains(&told.1.as_str()), "{told:?}"),
        }
        let left = found(&world, &email);
        assert_eq!(now["name"] == "Erased person", !left.iter().any(|item| item.contains("\"EMAIL\"")), "{left:?}");
        outcomes.insert(now["state"].as_str().unwrap().to_owned());
    }
    assert!(!outcomes.is_empty());
}

/// An import row and the erasure of the partner with its email address at the same moment: whichever is first, the
/// partner does not return.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_row_at_the_same_moment_does_not_restore_the_partner() {
    let world = World::new().await;
    let admin = world.admin().await;
    for number in 0..8u64 {
        let email = format!("maria-{number}@example.com");
        let maria = revoked(&world, "Maria", &email).await;
        let importing = async {
            tokio::time::sleep(std::time::Duration::from_millis(number * 3)).await;
            world.import(format!("email\n{email}\n"), "").await
        };
        let (erased, import) = tokio::join!(erase(&world, &admin, &maria, "Maria"), importing);
        assert_eq!(erased.status, 200, "{}", erased.body);
        world.local.settled().await;
        let outcomes = world.import_state(&import).await["outcomes"].clone();
        let (erased, revoked) = (outcomes["erased"].as_u64(), outcomes["revoked_partner"].as_u64());
        assert_eq!(erased.unwrap_or(0) + revoked.unwrap_or(0), 1, "{outcomes}");
        assert_eq!(world.read(&format!("/partners?email={email}")).await["partners"], json!([]));
        assert_eq!(world.mails_to(&email).len(), 0);
    }
}

/// An email that was queued before the erasure isn't sent after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_queued_email_is_no_longer_sent() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.joined("Maria", "maria@example.com").await;
    world.local.hold("send-mail");
    assert_eq!(
        world.post(&format!("/partners/{maria}/revoke"), json!({"notify": true})).await.json()["notified"],
        true
    );
    world.local.settled().await;
    assert_eq!(erase(&world, &admin, &maria, "Maria").await.status, 200);
    world.local.release("send-mail");
    scrubbed(&world).await;
    assert_eq!(world.mails_to("maria@example.com").len(), 0);
}
