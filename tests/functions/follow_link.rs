//! `follow-link`.

use http::{Method, Request};
use serde_json::json;

use crate::support::{Answer, World, cref_in};

async fn followed(world: &World, method: Method, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri("/r/acme/maria");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send(request.body(bytes::Bytes::new()).unwrap()).await
}

async fn clicks(world: &World, id: &str) -> u64 {
    world.read(&format!("/partners/{id}/links")).await["links"][0]["clicks"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_counted_and_arrives_with_a_cref() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "Maria", "Spring launch").await;
    let answer = world.follow("mArIa").await;
    assert_eq!((answer.status.as_u16(), &answer.headers["cache-control"]), (302, &"no-store".parse().unwrap()));
    let cref = cref_in(answer.location()).unwrap();
    assert_eq!(answer.location(), format!("https://shop.acme.example/spring?cref={cref}"));
    assert_eq!(clicks(&world, &id).await, 1);
    assert!(!world.local.items().iter().any(|item| item.to_string().contains("127.0.0.1")), "no address is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_and_previews_are_not_counted() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let before = world.local.items();
    for agent in [
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Twitterbot/1.0",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    ] {
        let answer = followed(&world, Method::GET, &[("user-agent", agent)]).await;
        assert_eq!((answer.status.as_u16(), cref_in(answer.location())), (302, None), "{agent}");
    }
    let head = followed(&world, Method::HEAD, &[("user-agent", "Mozilla/5.0 Firefox/140.0")]).await;
    assert_eq!((head.status.as_u16(), cref_in(head.location())), (302, None));
    let ahead = followed(&world, Method::GET, &[("sec-purpose", "prefetch;prerender")]).await;
    assert_eq!(ahead.status, 503);
    assert_eq!(world.local.items(), before);
    for person in [
        "Mozilla/5.0 (Linux; Android 15; CUBOT X90) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/16B92 [Pinterest/iOS]",
    ] {
        let answer = followed(&world, Method::GET, &[("user-agent", person)]).await;
        assert!(cref_in(answer.location()).is_some(), "{person}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_limit_a_visitor_arrives_as_before_and_is_not_counted() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let first = world.click("maria").await.unwrap();
    for _ in 0..40 {
        assert_eq!(world.click("maria").await.unwrap(), first);
    }
    assert_eq!(clicks(&world, &id).await, 30);
    world.local.clock.advance(3_600);
    assert_ne!(world.click("maria").await.unwrap(), first);
    assert_eq!(clicks(&world, &id).await, 31);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_link_shows_a_page_of_the_brand_and_a_failing_count_stops_no_visitor() {
    let world = World::new().await;
    for key in ["nobody", "x", "%00", "a%2Fb"] {
        assert_eq!(world.follow(key).await.status, 404, "{key}");
    }
    assert!(world.follow("nobody").await.body.contains("Acme"));
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    world.local.wire.on_call(|call| {
        if call.operation == "UpdateItem" {
            local::Fault::error(500, "InternalServerError")
        } else {
            local::Fault::Pass
        }
    });
    assert_eq!(world.click("maria").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_follows_its_program_and_drops_a_host_that_is_no_longer_allowed() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let spring = world.program_id("Spring launch").await;
    world.link(&id, "plain", "Spring launch").await;
    let body = json!({"linkKey": "deep", "programId": spring, "destinationUrl": "https://blog.acme.example/x?cref=y"});
    world.post(&format!("/partners/{id}/links"), body).await;
    let leads = async |key: &str| world.follow(key).await.location().split(['?', '#']).next().unwrap().to_owned();
    assert_eq!(leads("deep").await, "https://blog.acme.example/x");
    let cref = world.click("deep").await.unwrap();
    assert!(cref.starts_with("clk_"), "{cref}");
    let edit = json!({"destination": "https://shop.acme.example/summer", "allowedHosts": []});
    world.api(Method::PATCH, &format!("/api/t/acme/programs/{spring}"), edit).await;
    assert_eq!(leads("plain").await, "https://shop.acme.example/summer");
    assert_eq!(leads("deep").await, "https://shop.acme.example/summer");
}
