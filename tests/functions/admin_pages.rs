//! `admin-pages`.

use http::Method;
use serde_json::{Value, json};

use crate::{
    network::{Mood, Network},
    support::{Browser, World, path_of},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_is_for_the_brands_admins() {
    let world = World::new().await;
    for path in ["/t/acme/admin/partners", "/t/acme/admin/programs"] {
        assert_eq!(Browser::default().get(&world, path).await.location(), "/t/acme/admin/login");
        assert_eq!(world.admin().await.get(&world, path).await.status, 200);
        assert_eq!(world.admin().await.head(&world, path).await.status, 200);
    }
    let partner = world.partner_browser("maria@example.com").await;
    assert_eq!(partner.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");
    let admin = world.admin().await;
    assert_eq!(admin.get(&world, "/t/acme/admin").await.location(), "/t/acme/admin/partners");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_two_idle_hours_or_twelve_in_all() {
    let world = World::new().await;
    let idle = world.admin().await;
    world.local.clock.advance(2 * 3_600 - 1);
    assert_eq!(idle.get(&world, "/t/acme/admin/partners").await.status, 200);
    world.local.clock.advance(2 * 3_600);
    assert_eq!(idle.get(&world, "/t/acme/admin/partners").await.status, 303);

    let busy = world.admin().await;
    for _ in 0..11 {
        world.local.clock.advance(3_600);
        assert_eq!(busy.get(&world, "/t/acme/admin/partners").await.status, 200);
    }
    world.local.clock.advance(3_600);
    assert_eq!(busy.get(&world, "/t/acme/admin/partners").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_page_can_show_a_single_partner_by_id() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    world.invite("Noah", "noah@example.com").await;
    let id = maria["id"].as_str().unwrap();
    let page = admin.get(&world, &format!("/t/acme/admin/partners?partner={id}")).await.body;
    assert!(page.contains("maria@example.com") && !page.contains("noah@example.com"), "{page}");
    assert!(page.contains(&format!("id=\"{id}\"")), "{page}");
    assert_eq!(admin.get(&world, "/t/acme/admin/partners?partner=x").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_programs_the_roster_links_to_the_programs_page() {
    let world = World::new().await;
    for program in world.programs().await {
        let path = format!("/api/t/acme/programs/{}", program["id"].as_str().unwrap());
        world.api(Method::PATCH, &path, json!({"archived": true})).await;
    }
    let page = world.admin().await.get(&world, "/t/acme/admin/partners").await.body;
    assert!(page.contains("href=\"/t/acme/admin/programs\"") && !page.contains("data-opens=\"invite\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_pages_through_all_partners() {
    let world = World::new().await;
    for number in 0..60 {
        let body = json!({"name": "P", "email": format!("p{number}@example.com"), "sendInvite": false});
        world.api(Method::POST, "/api/t/acme/partners", body).await;
    }
    let admin = world.admin().await;
    let first = admin.get(&world, "/t/acme/admin/partners").await.body;
    let next = first.split('"').find(|part| part.starts_with("/t/acme/admin/partners?after=")).unwrap();
    let second = admin.get(&world, next).await.body;
    for number in 0..60 {
        let email = format!("p{number}@example.com");
        assert!(first.contains(&email) != second.contains(&email), "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_pages_through_all_matches() {
    let world = World::new().await;
    world.local.pause_sources();
    // The name and the email address of each have the same prefix, so each is found twice; one more is found by the
    // email address alone.
    let invite = |number: usize| {
        let body = json!({"name": format!("mia {number:03}"), "email": format!("mia{number:03}@example.com"), "sendInvite": number.is_multiple_of(40)});
        let world = &world;
        async move { world.post("/partners", body).await }
    };
    futures::future::join_all((0..120).map(invite)).await;
    world.post("/partners", json!({"name": "Zoe", "email": "mia999@example.com"})).await;
    let admin = world.admin().await;
    for (query, count) in [("q=mia", 121), ("q=%20mia+", 121), ("q=mia&state=invited", 4), ("q=mia&state=revoked", 0)] {
        let (mut found, mut next) = (0, Some(format!("/t/acme/admin/partners?{query}")));
        while let Some(path) = next {
            let page = admin.get(&world, &path).await.body;
            found += page.matches("data-row").count();
            let link =
                page.split("<a class=\"button secondary\" href=\"").skip(1).find(|part| part.contains("rel=\"next\""));
            let link = link.filter(|part| part.split('>').next().unwrap().contains("rel=\"next\""));
            next = link.map(|part| part.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"));
        }
        assert_eq!(found, count, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_are_listed_and_each_shows_the_outcomes_of_its_rows() {
    let world = World::new().await;
    let admin = world.admin().await;
    let page = admin.get(&world, "/t/acme/admin/imports").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("No imports yet.") && page.body.contains("Check file"), "{}", page.body);

    let file = "name,email,programs\nAda,ada@example.com,\nMax,nowhere,\nEve,eve@example.com,Nothing\n";
    let checked = world.upload(file, json!({"dryRun": true, "fileName": "creators.csv"})).await;
    let path = format!("/t/acme/admin/imports/{checked}");
    let page = admin.get(&world, &path).await.body;
    for words in
        ["creators.csv", "Dry run", "Invite 1 person", "Completed with errors", "Nothing has been sent yet", "nowhere"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("No active program named “Nothing”."), "{page}");
    assert!(!page.contains("data-poll"), "it is over, and its report is there: {page}");
    let report = format!("data-fetches=\"/api/t/acme/imports/{checked}/report\"");
    assert!(page.contains(&report) && !page.contains("Cancel import"), "{page}");

    let done = world.post("/imports", json!({"sameFileAs": checked})).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    let page = admin.get(&world, &format!("/t/acme/admin/imports/{done}")).await.body;
    assert!(page.contains(&format!("href=\"{path}\"")) && page.contains("Earlier import"), "{page}");
    assert!(!page.contains("Dry run") && !page.contains("data-opens=\"invite-import\""), "{page}");

    let list = admin.get(&world, "/t/acme/admin/imports").await.body;
    assert!(list.find(&done).unwrap() < list.find(&checked).unwrap(), "newest first: {list}");
    assert!(list.contains("1 invited, 2 errors") && list.contains("1 to invite, 2 errors"), "{list}");
    let one = admin.get(&world, &format!("/t/acme/admin/imports?import={checked}")).await.body;
    assert!(one.contains(&format!("id=\"{checked}\"")) && !one.contains(&done), "{one}");
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_are_paged() {
    let world = World::new().await;
    world.local.pause_sources();
    for number in 0..25 {
        world.post("/imports", json!({"size": 1, "fileName": format!("file-{number}.csv")})).await;
    }
    let admin = world.admin().await;
    let first = admin.get(&world, "/t/acme/admin/imports").await.body;
    let next = first.split('"').find(|part| part.starts_with("/t/acme/admin/imports?after=")).unwrap();
    let second = admin.get(&world, next).await.body;
    for number in 0..25 {
        let name = format!(">file-{number}.csv<");
        assert!(first.contains(&name) != second.contains(&name), "{name}");
    }
    assert!(second.contains("Back to newest") && !second.contains("Check file"), "{second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_that_do_not_exist_or_are_another_brands_return_404() {
    let world = World::new().await;
    let globex = json!({
        "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"},
        "admins": [{"name": "Greta", "email": "greta@globex.example"}],
    });
    world.local.invoke("create-brand", globex).await.unwrap();
    let import = world.import("email\nada@example.com\n", "").await;
    let app = world.local.operator();
    let greta = Browser::default();
    let link = shared::operator::admin_link(&app, "globex", "greta@globex.example").await.unwrap();
    assert_eq!(greta.press(&world, &path_of(&link)).await.status, 303);
    assert_eq!(greta.get(&world, "/t/globex/admin/imports").await.status, 200);
    let admin = world.admin().await;
    for (browser, path) in [
        (&greta, format!("/t/globex/admin/imports/{import}")),
        (&greta, format!("/t/globex/admin/imports?import={import}")),
        (&admin, format!("/t/acme/admin/imports/{}0", &import[..import.len() - 1])),
        (&admin, "/t/acme/admin/imports/x".to_owned()),
        (&admin, "/t/acme/admin/imports?after=x".to_owned()),
    ] {
        let answer = browser.get(&world, &path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert!(answer.body.contains("Page not found"), "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_content_of_a_file_is_shown_as_text() {
    let world = World::new().await;
    let hostile = "<script>alert(1)</script>";
    let file = format!("email,programs\n{hostile},\nada@example.com,\"\"\"><img src=x>\"\n");
    let import = world.upload(file, json!({"fileName": "\"><img src=x onerror=alert(1)>.csv"})).await;
    let admin = world.admin().await;
    for path in ["/t/acme/admin/imports".to_owned(), format!("/t/acme/admin/imports/{import}")] {
        let page = admin.get(&world, &path).await.body;
        assert!(page.contains("img src=x onerror=alert(1)&#62;.csv"), "{page}");
        assert!(!page.contains("<img") && !page.contains("<script>"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_upload_page_may_send_files_to_another_origin() {
    let world = World::new().await;
    let admin = world.admin().await;
    let policy = async |path: &str| {
        let answer = admin.get(&world, path).await;
        answer.headers["content-security-policy"].to_str().unwrap().to_owned()
    };
    let ours = policy("/t/acme/admin/partners").await;
    assert!(ours.contains("connect-src 'self';"), "{ours}");
    let uploads = world.local.app("admin-pages").config.uploads_origin.clone().unwrap();
    let with_uploads = ours.replace("connect-src 'self';", &format!("connect-src 'self' {uploads};"));
    assert_eq!(policy("/t/acme/admin/imports").await, with_uploads);
    let import = world.import("email\nada@example.com\n", "").await;
    assert_eq!(policy(&format!("/t/acme/admin/imports/{import}")).await, ours);
    assert_eq!(policy("/t/acme/admin/imports/x").await, ours);
}

const HOSTILE: &str = "\"><img src=x onerror=alert(1)>";

fn is_text(page: &str) {
    assert!(page.contains("img src=x onerror=alert(1)&#62;") && !page.contains("<img"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_its_pages_explain_how_to_connect() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let page = admin.get(world, "/t/acme/admin/network").await.body;
    for words in ["Connected", "https://network.example/api", "/webhooks/network/acme", "No activity yet."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains(crate::network::TOKEN) && !page.contains(&network.secret), "{page}");
    admin.json(world, Method::DELETE, "/api/t/acme/network", Value::Null).await;
    for (path, words) in [
        ("", "What is a Network?"),
        ("/requests", "Connect a Network"),
        ("/requests?cursor=x", "Connect a Network"),
        ("/backfill", "Connect a Network"),
    ] {
        let page = admin.get(world, &format!("/t/acme/admin/network{path}")).await;
        assert!(page.status == 200 && page.body.contains(words), "{path}: {}", page.body);
    }
    for path in ["/backfill?backfill=x", "/backfill?backfill=bkf_01KA0000000000000000000004"] {
        assert_eq!(admin.get(world, &format!("/t/acme/admin/network{path}")).await.status, 404, "{path}");
    }
    assert_eq!(network.others.calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_approvals_are_shown_first_and_failed_pushes_below() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let nina = network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await;
    let nina = nina.json()["partnerId"].as_str().unwrap().to_owned();
    let page = admin.get(world, &format!("/t/acme/admin/partners/{nina}")).await.body;
    assert!(page.contains("On the Network") && page.contains("cre_nina-vogel"), "{page}");
    network.refuse("nina-vogel@example.com");
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.catch_up().await;
    let mut data = network.application("app_2", "Nina Vogel", "Spring launch").await;
    (data["note"], data["preferredSlug"]) = (json!(HOSTILE), json!(HOSTILE));
    data["sendInvite"] = json!(true);
    assert_eq!(network.approve(data).await.status, 202);
    let page = admin.get(world, "/t/acme/admin/network").await.body;
    for words in
        ["Needs your decision", "Spring launch", "while their access is revoked", "They’ll get a sign-in email"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.find("id=\"held-app_2\"").unwrap() < page.find("Webhook URL").unwrap());
    for words in ["Sync failed", "This address is blocked.", &format!("/network/pushes/{nina}/again"), "Failed"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    is_text(&page);
    world.post(&format!("/partners/{nina}/reinstate"), json!({})).await;
    let page = admin.get(world, "/t/acme/admin/network").await.body;
    assert!(page.contains("Access has since been reinstated.") && page.contains("while their access was revoked"));
    world.post("/network/approvals/app_2/dismiss", json!({})).await;
    assert!(!admin.get(world, "/t/acme/admin/network").await.body.contains("held-app_2"));

    // Listing pending applications changes nothing; if it fails, the page says so at the top, and what to do.
    for (mood, words) in [
        (Mood::Down, "The Network has been unreachable since"),
        (Mood::Locked, "The Network has rejected our token since"),
    ] {
        network.be(mood);
        admin.get(world, "/t/acme/admin/network/requests").await;
        let page = admin.get(world, "/t/acme/admin/network").await.body;
        assert!(!page.contains(words), "{page}");
        world.api(Method::PATCH, &format!("/api/t/acme/partners/{nina}"), json!({"name": words})).await;
        world.local.settled().await;
        world.local.clock.advance(60);
        world.local.settled().await;
        let page = admin.get(world, "/t/acme/admin/network").await.body;
        assert!(page.contains(words), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_applications_and_decisions_are_listed() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let page = async |path: &str| admin.get(world, &format!("/t/acme/admin/network/requests{path}")).await.body;
    assert!(page("").await.contains("No pending applications."));
    let creators = world.program_id("Creators").await;
    let waits = |id: &str| {
        json!({
            "id": id, "createdAt": "2026-01-01T00:00:00Z", "preferredSlug": HOSTILE, "message": HOSTILE,
            "creator": {"id": "cre", "name": format!("{id} {HOSTILE}"), "handle": HOSTILE, "bio": HOSTILE},
            "offering": {"id": "off", "name": HOSTILE, "programId": creators},
        })
    };
    network.wait_with(["app_1", "app_2", "app_3"].map(waits).to_vec());
    let list = page("").await;
    for words in
        ["value=\"app_1\"", "value=\"app_3\"", "Applied to <strong>Creators (“", "/requests/approve", "Select all"]
    {
        assert!(list.contains(words), "{words}: {list}");
    }
    is_text(&list);

    admin.json(world, Method::POST, "/api/t/acme/network/requests/approve", json!({"ids": ["app_1", "app_9"]})).await;
    let body = json!({"ids": ["app_2"], "note": HOSTILE});
    admin.json(world, Method::POST, "/api/t/acme/network/requests/reject", body).await;
    let decided = page("?decided").await;
    for words in
        ["waiting for the approval from the Network", "Rejected by Ada", "rejected by the Network", "data-poll"]
    {
        assert!(decided.contains(words), "{words}: {decided}");
    }
    is_text(&decided);
    assert!(!decided.contains("value=\"app_3\""), "nobody asks the Network for this part: {decided}");
    let came = network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await;
    let partner = came.json()["partnerId"].as_str().unwrap().to_owned();
    let decided = page("?decided").await;
    assert!(decided.contains("partner joined") && decided.contains(&format!("/partners/{partner}\"")), "{decided}");
    assert!(!decided.contains("waiting for the approval"), "{decided}");

    for mood in [Mood::Down, Mood::Broken, Mood::Busy, Mood::Mute, Mood::Lying] {
        network.be(mood);
        let answer = admin.get(world, "/t/acme/admin/network/requests").await;
        assert_eq!(answer.status, 200, "{mood:?}");
        assert!(answer.body.contains("Applications couldn’t be loaded"), "{mood:?}: {}", answer.body);
        assert!(answer.body.contains("partner joined"), "{mood:?}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_has_a_dry_run_a_real_run_and_progress() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    world.joined("Nora", "nora@example.com").await;
    world.joined("Noah", "noah@example.com").await;
    world.joined(HOSTILE, "hostile@example.com").await;
    world.invite("Ines", "ines@example.com").await;
    network.refuse("hostile@example.com");
    let start = async |body: Value| {
        let answer = admin.json(world, Method::POST, "/api/t/acme/network/backfill", body).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    let page = async |id: &str| admin.get(world, &format!("/t/acme/admin/network/backfill?backfill={id}")).await.body;
    world.local.pause_sources();
    let look = start(json!({"dryRun": true, "leaveOut": ["noah@example.com"]})).await;
    let running = page(&look).await;
    assert!(running.contains("data-poll") && !running.contains("tell-network"), "{running}");
    world.local.resume_sources();
    network.catch_up().await;
    let looked = page(&look).await;
    for words in ["Sync 3 partners", "data-adds=\"2\"", "data-adds=\"1\"", "1 partner is excluded."] {
        assert!(looked.contains(words), "{words}: {looked}");
    }
    assert!(!looked.contains("data-poll"), "{looked}");
    assert_eq!(network.bodies().len(), 0);

    let told = start(json!({"states": ["active"]})).await;
    network.catch_up().await;
    let done = page(&told).await;
    for words in ["Completed with errors", "Rejected by the Network", "blocked"] {
        assert!(done.contains(words), "{words}: {done}");
    }
    is_text(&done);
    assert!(!done.contains("tell-network"), "{done}");
    let list = admin.get(world, "/t/acme/admin/network/backfill").await.body;
    for words in ["2 synced, 1 rejected, 1 excluded", "3 to sync, 1 excluded", "Dry run", &look, &told] {
        assert!(list.contains(words), "{words}: {list}");
    }
    let noah = world.read("/partners?email=noah@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let page = admin.get(world, &format!("/t/acme/admin/partners/{noah}")).await.body;
    assert!(page.contains("Synced to Network") && page.contains("by a backfill"), "{page}");
}
