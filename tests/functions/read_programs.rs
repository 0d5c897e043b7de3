//! `read-programs`.

use http::Method;
use serde_json::Value;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_listed_oldest_first_and_read_one_by_one() {
    let world = World::new().await;
    let programs = world.programs().await;
    let names: Vec<_> = programs.iter().map(|program| program["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3);
    let path = format!("/api/t/acme/programs/{}", programs[0]["id"].as_str().unwrap());
    assert_eq!(world.api(Method::GET, &path, Value::Null).await.json(), programs[0]);
    let missing = world.api(Method::GET, "/api/t/acme/programs/prg_00000000000000000000000000", Value::Null).await;
    assert_eq!(missing.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_brand_itself_reads_them() {
    let world = World::new().await;
    assert_eq!(Browser::default().get(&world, "/api/t/acme/programs").await.status, 401);
    assert_eq!(world.admin().await.get(&world, "/api/t/acme/programs").await.status, 200);
    assert_eq!(world.api(Method::GET, "/api/t/globex/programs", Value::Null).await.status, 404);
}
