//! `read-commissions`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn commissions_are_listed_newest_first_page_by_page_and_by_status() {
    let world = World::new().await;
    let maria = world.joined("Maria", "maria@example.com").await;
    let noah = world.joined("Noah", "noah@example.com").await;
    for (id, key) in [(&maria, "maria"), (&noah, "noah")] {
        world.link(id, key, "Spring launch").await;
        let cref = world.click(key).await.unwrap();
        for order in 0..3 {
            world.buy(json!({"clickId": cref}), 1_000, &format!("{key}-{order}")).await;
        }
    }
    for path in ["/commissions?limit=2", &format!("/commissions?limit=2&partner={noah}")] {
        let mut orders = Vec::new();
        let mut next = path.to_owned();
        loop {
            let page = world.read(&next).await;
            let found = page["commissions"].as_array().unwrap().clone();
            assert!(found.len() <= 2);
            orders.extend(found.iter().map(|one| one["externalEventId"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            next = format!("{path}&cursor={cursor}");
        }
        let all = ["noah-2", "noah-1", "noah-0", "maria-2", "maria-1", "maria-0"];
        let wanted = if path.contains("partner") { &all[..3] } else { &all[..] };
        assert_eq!(orders, wanted);
    }
    let first = world.read("/commissions?limit=1").await["commissions"][0]["id"].as_str().unwrap().to_owned();
    world.post(&format!("/commissions/{first}/paid"), Value::Null).await;
    for (query, count) in [
        ("state=paid", 1),
        ("state=accrued", 5),
        ("state=reversed", 0),
        (&format!("state=accrued&partner={noah}"), 2),
        ("partner=ptn_01KA0000000000000000000002", 0),
    ] {
        let found = world.read(&format!("/commissions?{query}")).await;
        assert_eq!(found["commissions"].as_array().unwrap().len(), count, "{query}");
    }
    for bad in ["state=owed", "partner=x", "cursor=x", "limit=0", "who=x"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme/commissions?{bad}"), Value::Null).await;
        assert_eq!(answer.status, 400, "{bad}");
    }
}
