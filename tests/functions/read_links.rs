//! `read-links`.

use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_and_the_brand_see_the_same_links_and_no_deleted_ones() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let id = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    for key in ["maria-one", "maria-two"] {
        assert_eq!(world.link(&id, key, "Spring launch").await.status, 201);
        world.local.clock.advance(1);
    }
    world.click("maria-one").await.unwrap();
    let links = world.read(&format!("/partners/{id}/links")).await;
    let keys: Vec<_> = links["links"].as_array().unwrap().iter().map(|link| link["linkKey"].clone()).collect();
    assert_eq!(keys, [json!("maria-two"), json!("maria-one")]);
    assert_eq!(links["links"][1]["clicks"], 1);
    assert_eq!(links["links"][1]["url"], "http://localhost:9000/r/acme/maria-one");
    assert_eq!(browser.get(&world, "/api/t/acme/links").await.json(), links);
    world.api(http::Method::DELETE, &format!("/api/t/acme/partners/{id}/links/MARIA-TWO"), json!(null)).await;
    assert_eq!(world.read(&format!("/partners/{id}/links")).await["links"].as_array().unwrap().len(), 1);
}
