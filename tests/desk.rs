//! The admin pages with a few hundred partners in every status: at most two read steps, whatever they show. The
//! benchmark `desk` prints how long they take with 5,000.

#[path = "benches/desk/crowd.rs"]
mod crowd;

use serde_json::json;

use crate::hooks;

const PARTNERS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
async fn every_admin_page_takes_at_most_two_read_steps_and_writes_nothing() {
    let (world, _others) = hooks::world().await;
    world.local.clock.advance(90 * 86_400);
    crowd::fill(&world.local.operator(), &"acme".parse().unwrap(), PARTNERS).await;
    world.local.settled().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, "https://shop.acme.example/hooks").await.id;
    assert_eq!(world.post("/overview", json!({})).await.status, 202);
    world.local.settled().await;
    let partner = world.read("/partners?state=revoked").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let import = world.read("/imports").await["imports"][0]["id"].as_str().unwrap().to_owned();
    let pages = crowd::pages(&world.local, |name| match name {
        "partner" => partner.clone(),
        "import" => import.clone(),
        "webhook" => hook.clone(),
        other => panic!("a page about a {other}: say here which one it is asked for"),
    });
    assert!(pages.len() > 15, "{pages:?}");
    for (function, path) in pages {
        let recording = world.local.wire.record();
        let answer = admin.get(&world, &path).await;
        assert!([200, 303].contains(&answer.status.as_u16()), "{path}: {} {}", answer.status, answer.body);
        let calls = recording.of(&function);
        let (trips, written) = (calls.trips(), calls.items_written());
        assert!(trips <= 2 && written == 0, "{path}: {trips} steps, {written} items written");
    }
}
