//! `read-partners`.

use http::Method;
use serde_json::{Value, json};
use shared::web::List;

use crate::support::{Answer, World};

async fn list(world: &World, query: &str) -> Answer {
    world.api(Method::GET, &format!("/api/t/acme/partners{query}"), Value::Null).await
}

fn emails(answer: &Answer) -> Vec<String> {
    let partners = answer.json()["partners"].as_array().cloned().unwrap();
    partners.iter().map(|partner| partner["email"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_created_at_the_same_moment_are_listed_once_each() {
    let world = World::new().await;
    let mut invited = Vec::new();
    for number in 0..23 {
        let email = format!("p{number}@example.com");
        let body = json!({"name": "P", "email": email, "sendInvite": number % 3 != 0});
        assert_eq!(world.api(Method::POST, "/api/t/acme/partners", body).await.status, 201);
        invited.push(email);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for _ in 0..5 {
        let page = list(&world, &format!("?limit=5{cursor}")).await;
        seen.extend(emails(&page));
        match page.json()["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 23);
    seen.sort();
    invited.sort();
    assert_eq!(seen, invited);
    assert_eq!(emails(&list(&world, "?state=active").await).len(), 8);
    assert_eq!(emails(&list(&world, "?state=invited").await).len(), 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_found_by_id_or_email_address() {
    let world = World::new().await;
    let partner = world.invite("Maria", "maria@example.com").await;
    let id = partner["id"].as_str().unwrap();
    assert_eq!(world.partner(id).await["email"], "maria@example.com");
    assert_eq!(emails(&list(&world, "?email=MARIA@example.com").await), ["maria@example.com"]);
    assert!(emails(&list(&world, "?email=nobody@example.com").await).is_empty());
    for path in ["/api/t/acme/partners/ptn_x", "/api/t/acme/partners/ptn_00000000000000000000000000"] {
        assert_eq!(world.api(Method::GET, path, Value::Null).await.refusal(), (404, "not_found".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_query_is_rejected() {
    let world = World::new().await;
    for (query, code) in [
        ("?limit=0", "invalid_value"),
        ("?limit=201", "invalid_value"),
        ("?limit=x", "invalid_value"),
        ("?cursor=x", "invalid_value"),
        ("?state=asleep", "invalid_value"),
        ("?email=x", "invalid_email"),
        ("?stat=active", "unknown_field"),
    ] {
        assert_eq!(list(&world, query).await.refusal(), (400, code.to_owned()), "{query}");
    }
}

/// Returns every ID in a list, page by page.
async fn all(world: &World, query: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.read(&format!("/partners?{query}{cursor}")).await;
        found.extend(page["partners"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextCursor"].as_str() else { return found };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_created_at_one_moment_are_each_listed_once_by_any_query() {
    let world = World::new().await;
    let spring = world.program_id("Spring launch").await;
    let invite = |number: usize| {
        let scoped = if number.is_multiple_of(4) { json!([spring]) } else { json!([]) };
        let body = json!({
            "name": format!("Maria {number:04}"), "email": format!("maria{number:04}@example.com"),
            "sendInvite": number.is_multiple_of(2), "programIds": scoped,
        });
        let world = &world;
        async move { world.post("/partners", body).await.json()["id"].as_str().unwrap().to_owned() }
    };
    world.local.pause_sources();
    for hundred in 0..10 {
        futures::future::join_all((0..100).map(|number| invite(hundred * 100 + number))).await;
    }
    for (query, count) in [
        ("limit=100", 1_000),
        ("limit=7&state=active", 500),
        ("limit=60&mail=queued", 500),
        (format!("limit=60&program={spring}").as_str(), 250),
        (format!("limit=200&state=active&program={spring}").as_str(), 0),
        ("limit=60&source=admin", 250),
        ("limit=60&source=network", 0),
        ("limit=60&state=expired", 0),
        ("limit=30&q=Maria%20000", 10),
        ("limit=3&q=maria0", 1_000),
        ("limit=60&q=maria&state=invited", 500),
        ("limit=60&q=nobody", 0),
    ] {
        let mut found = all(&world, query).await;
        assert_eq!(found.len(), count, "{query}");
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), count, "{query}: somebody twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_matches_prefixes_of_names_and_email_addresses_in_any_case() {
    let world = World::new().await;
    for (name, email) in
        [("Ángela Ruiz", "a.ruiz@example.com"), ("Bo", "angela@example.com"), ("Cy #1", "cy@example.com")]
    {
        world.invite(name, email).await;
    }
    let names = async |q: &str| {
        let found = world.read(&format!("/partners?q={q}")).await["partners"].as_array().unwrap().clone();
        found.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("%C3%81NG").await, ["Ángela Ruiz"]);
    assert_eq!(names("ANGELA@").await, ["Bo"]);
    assert_eq!(names("cy%20%20%23").await, ["Cy #1"]);
    assert!(names("ruiz").await.is_empty());
    for bad in ["q=a&cursor=x", "q=a&cursor=Yg", "cursor=x", "state=gone", "mail=read", "source=x", "program=x"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme/partners?{bad}"), Value::Null).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_valid_only_for_its_own_list() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let id = world.joined("Maria", &format!("maria{number}@example.com")).await;
        let name = json!({"name": format!("Mia {number}")});
        world.api(Method::PATCH, &format!("/api/t/acme/partners/{id}"), name).await;
        world.link(&id, &format!("maria{number}"), "Refer a friend").await;
        let cref = world.click(&format!("maria{number}")).await.unwrap();
        world.buy(json!({"clickId": cref}), 1_000, &format!("order-{number}")).await;
        ids.push(id);
    }
    let (first, second) =
        (format!("/partners/{}/events?limit=1", ids[0]), format!("/partners/{}/events?limit=1", ids[1]));
    let lists = [
        "/partners?limit=1",
        "/partners?limit=1&state=active",
        "/partners?limit=1&q=mia",
        "/commissions?limit=1",
        "/commissions?limit=1&state=accrued",
        first.as_str(),
        second.as_str(),
    ];
    for list in lists {
        let cursor = world.read(list).await["nextCursor"].as_str().unwrap().to_owned();
        for other in lists {
            let path = format!("/api/t/acme{other}&cursor={cursor}");
            let answer = world.api(Method::GET, &path, Value::Null).await;
            if other == list {
                assert_eq!(answer.status, 200, "{list}: {}", answer.body);
            } else {
                assert_eq!(answer.refusal(), (400, "invalid_value".to_owned()), "{list} on {other}");
            }
        }
        let changed = format!("/api/t/acme{list}&cursor=X{cursor}");
        assert_eq!(world.api(Method::GET, &changed, Value::Null).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_cursor_is_rejected_before_the_table_is_queried() {
    let world = World::new().await;
    let id = world.joined("Mia", "mia@example.com").await;
    let long = format!("mia{}#{id}", "x".repeat(1_000));
    let beyond = format!("mia{}#{id}", char::MAX);
    let elsewhere = format!("zoe#{id}");
    let (nobody, real) = ("mia#ptn_1".to_owned(), format!("mia#{id}"));
    for (search, place, status) in [
        ("", &long, 400),
        ("", &real, 400),
        ("", &id, 200),
        ("mia", &long, 400),
        ("mia", &beyond, 400),
        ("mia", &elsewhere, 400),
        ("mia", &nobody, 400),
        ("mia", &id, 400),
        ("mia", &real, 200),
    ] {
        let cursor = List::new(&["partners", "acme", "", "", "", "", search]).cursor(place);
        let answer = list(&world, &format!("?q={search}&cursor={cursor}")).await;
        assert_eq!(answer.status, status, "{search}: {place}: {}", answer.body);
    }
}

/// Clients send the header with every request; it has no meaning where nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_means_nothing_where_nothing_is_written() {
    let world = World::new().await;
    let before = world.local.items();
    for path in ["partners", "programs", "imports", "commissions"] {
        let headers = [("idempotency-key", "k1")];
        let path = format!("/api/t/acme/{path}");
        let answer = world.api_with(Method::GET, &path, Value::Null, &headers).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    assert_eq!(world.local.items(), before);
}
