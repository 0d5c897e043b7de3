//! M7, M11, B8 and B9: approvals from the Network, and syncing to it.

use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};

use crate::{
    network::{Mood, Network},
    support::Answer,
};

fn partner_of(answer: &Answer) -> String {
    answer.json()["partnerId"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn m07_an_approval_adds_a_creator_with_only_that_program_and_their_preferred_link() {
    let network = Network::new().await;
    let world = &network.world;
    let mut data = network.application("app_1", "Nina Vogel", "Creators").await;
    data["sendInvite"] = json!(true);
    data["commissionSnapshot"] = json!({"commissionType": "percent", "commissionValue": 25});
    let answer = network.approve(data.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.json()["link"], "http://localhost:9000/r/acme/nina-vogel-slug");

    let nina = world.partner(&partner_of(&answer)).await;
    assert_eq!((&nina["state"], &nina["email"]), (&json!("active"), &json!("nina-vogel@example.com")));
    let grants = nina["grants"].as_array().unwrap();
    assert_eq!(grants.len(), 1);
    assert_eq!((&grants[0]["programId"], &grants[0]["source"]), (&data["offering"]["programId"], &json!("network")));
    assert_eq!(grants[0]["commission"], json!({"type": "percent", "basisPoints": 2500}));
    assert!(world.follow("nina-vogel-slug").await.location().starts_with("https://shop.acme.example/creators"));

    // They get an email with a link that signs them in, and see only that program.
    world.local.settled().await;
    let browser = crate::support::Browser::default();
    let mail = world.last_mail_to("nina-vogel@example.com");
    assert!(mail.text.contains("Creators") && mail.text.contains("/r/acme/nina-vogel-slug"), "{}", mail.text);
    assert_eq!(browser.press(world, &world.link_to("nina-vogel@example.com")).await.location(), "/t/acme");
    let page = browser.get(world, "/t/acme").await.body;
    assert!(page.contains("Creators") && !page.contains("Spring launch"), "{page}");

    // Admins see where the grant is from, and can remove it like any other.
    world.catch_up().await;
    let page = network.admin.get(world, "/t/acme/admin/partners").await.body;
    assert!(page.contains("via Network"), "{page}");
    let path = format!("/api/t/acme/partners/{}/programs", nina["id"].as_str().unwrap());
    let none = json!({"programIds": [], "grantsVersion": nina["grantsVersion"]});
    assert_eq!(network.admin.json(world, Method::PUT, &path, none).await.status, 200);

    // The same application again, any number of times, has the same response and no second effect.
    let again = network.approve(data).await;
    assert_eq!((again.status, &again.body), (answer.status, &answer.body));
    assert_eq!(world.partner(nina["id"].as_str().unwrap()).await["grants"], json!([]));
    // The Network approved them: what it already knows isn't synced to it.
    assert_eq!(network.others.calls().len(), 0, "{:?}", network.others.calls());
}

#[tokio::test(flavor = "multi_thread")]
async fn m07_a_hundred_concurrent_deliveries_of_one_approval_create_one_partner_and_one_link() {
    let network = Network::new().await;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let answers: Vec<Answer> =
        stream::iter(0..100).map(|_| network.approve(data.clone())).buffer_unordered(100).collect().await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{:?}", answers.iter().find(|a| a.status != 201));
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    let items = network.world.local.items();
    let of = |kind: &str| items.iter().filter(|item| item["kind"] == kind).count();
    assert_eq!((of("partner"), of("email"), of("link"), of("link_claim"), of("approval")), (1, 1, 1, 1, 1));
    let approved = items.iter().filter(|item| item["type"] == "partner.approved").count();
    assert_eq!(approved, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn m07_an_approval_adds_a_grant_to_an_existing_partner() {
    let network = Network::new().await;
    let world = &network.world;
    // A person who was invited without programs, and isn't active yet.
    let nina = json!({"name": "Nina", "email": "nina-vogel@example.com", "programIds": []});
    let nina = world.invite_with(nina).await["id"].as_str().unwrap().to_owned();
    let first = network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await;
    assert_eq!((first.status.as_u16(), partner_of(&first)), (201, nina.clone()));
    // A second one prefers the same link for another program: the handle is used instead.
    let second = network.approve(network.application("app_2", "Nina Vogel", "Spring launch").await).await;
    assert_eq!(second.json()["linkKey"], "nina-vogel");
    // For a third one neither is available.
    let third = network.approve(network.application("app_3", "Nina Vogel", "Refer a friend").await).await;
    let key = third.json()["linkKey"].as_str().unwrap().to_owned();
    assert!(key.starts_with("nina-vogel-slug-"), "{key}");
    let partner = world.partner(&nina).await;
    assert_eq!((&partner["state"], &partner["name"]), (&json!("active"), &json!("Nina")));
    assert_eq!(partner["grants"].as_array().unwrap().len(), 3);

    // A partner who already has the preferred link for this program keeps it.
    let nora = world.joined("Nora", "nora@example.com").await;
    assert_eq!(world.link(&nora, "nora-slug", "Creators").await.status, 201);
    let fourth = network.approve(network.application("app_4", "Nora", "Creators").await).await;
    assert_eq!((fourth.status.as_u16(), &fourth.json()["linkKey"]), (201, &json!("nora-slug")));
    let nora = world.partner(&nora).await;
    assert!(nora["grants"].as_array().unwrap().iter().all(|grant| grant["source"] == "admin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn m07_the_two_calls_of_openpartner_do_the_same() {
    let network = Network::new().await;
    let world = &network.world;
    let call = async |program: &str| {
        let body = json!({
            "email": "nina@example.com", "name": "Nina Vogel", "campaignGrantSource": "offering",
            "campaignIds": [world.program_id(program).await], "metadata": {"networkCreatorId": "cre_nina"},
            "commissionSnapshot": {"commissionType": "percent", "commissionValue": 12.5},
        });
        world.post("/partners", body).await
    };
    let first = call("Creators").await;
    assert_eq!((first.status.as_u16(), &first.json()["state"]), (201, &json!("active")), "{}", first.body);
    let nina = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.link(&nina, "nina", "Creators").await.status, 201);
    // A second approval adds its grant instead of failing.
    let second = call("Spring launch").await;
    assert_eq!((second.status.as_u16(), &second.json()["id"]), (200, &json!(nina)), "{}", second.body);
    assert_eq!(second.json()["grants"].as_array().unwrap().len(), 2);
    assert_eq!(world.link(&nina, "nina-spring", "Spring launch").await.status, 201);
    // Only named programs are granted.
    let all = json!({"email": "all@example.com", "name": "All", "campaignGrantSource": "offering"});
    assert_eq!(world.post("/partners", all).await.refusal(), (400, "missing_field".to_owned()));

    // No revoked partner is reinstated this way either.
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    for _ in 0..3 {
        assert_eq!(call("Refer a friend").await.refusal(), (409, "partner_revoked".to_owned()));
    }
    assert_eq!(world.partner(&nina).await["state"], "revoked");
    let held = world.read("/network/approvals").await["held"].clone();
    assert_eq!(held.as_array().unwrap().len(), 1, "{held}");
    let path = format!("/network/approvals/{}/accept", held[0]["id"].as_str().unwrap());
    let accepted = world.post(&path, json!({})).await;
    assert_eq!((accepted.status.as_u16(), &accepted.json()["state"]), (200, &json!("active")), "{}", accepted.body);
    assert_eq!(accepted.json()["grants"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_an_approval_does_not_reinstate_a_revoked_partner() {
    let network = Network::new().await;
    let world = &network.world;
    let nina = partner_of(&network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await);
    let revoke = format!("/partners/{nina}/revoke");
    world.post(&revoke, json!({"notify": false})).await;
    let before = world.partner(&nina).await;
    for _ in 0..2 {
        let answer = network.approve(network.application("app_2", "Nina Vogel", "Spring launch").await).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"held": true})));
    }
    network.approve(network.application("app_3", "Nina Vogel", "Refer a friend").await).await;
    assert_eq!(world.partner(&nina).await, before);

    let held = world.read("/network/approvals").await["held"].clone();
    let ids: Vec<_> = held.as_array().unwrap().iter().map(|held| held["id"].clone()).collect();
    assert_eq!(ids, ["app_3", "app_2"]);
    // Dismissed, it changes nothing, and stays dismissed.
    assert_eq!(world.post("/network/approvals/app_3/dismiss", json!({})).await.status, 200);
    let again = network.approve(network.application("app_3", "Nina Vogel", "Refer a friend").await).await;
    assert_eq!((again.status.as_u16(), again.json()), (202, json!({"held": true})));
    assert_eq!(world.partner(&nina).await, before);
    // Accepted, they are reinstated with the approved program and its link; a decision is final.
    let accepted = world.post("/network/approvals/app_2/accept", json!({})).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    for path in ["accept", "dismiss"] {
        let twice = world.post(&format!("/network/approvals/app_2/{path}"), json!({})).await;
        assert_eq!(twice.refusal(), (409, "approval_decided".to_owned()));
    }
    let now = world.partner(&nina).await;
    assert_eq!((&now["state"], now["grants"].as_array().unwrap().len()), (&json!("active"), 2));
    let answer = network.approve(network.application("app_2", "Nina Vogel", "Spring launch").await).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["linkKey"]), (201, &json!("nina-vogel")), "{}", answer.body);
    // The timeline shows all of it.
    let events = world.read(&format!("/partners/{nina}/events")).await;
    let types: Vec<_> = events["events"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    let wanted = ["partner.approved", "partner.approval_dismissed", "partner.approval_held", "partner.approval_held"];
    assert_eq!(types[..4], wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn b09_changes_of_partners_that_the_network_knows_are_synced() {
    let network = Network::new().await;
    let world = &network.world;
    let nina = partner_of(&network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await);
    let noah = world.joined("Noah", "noah@example.com").await;
    for (what, status) in [("revoke", "revoked"), ("reinstate", "active")] {
        for id in [&nina, &noah] {
            let answer = world.post(&format!("/partners/{id}/{what}"), json!({})).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        network.catch_up().await;
        assert_eq!(network.known(&nina).unwrap().status, status);
    }
    assert_eq!(network.known(&noah), None, "it never heard of Noah");
    let page = network.call(Method::GET, "", Value::Null).await;
    assert_eq!(page.refusal(), (403, "session_required".to_owned()));
    let page = network.admin.get(world, "/api/t/acme/network").await.json();
    assert_eq!(page["calls"][0]["partnerId"], nina.as_str());
    assert_eq!((&page["calls"][0]["good"], &page["calls"][0]["way"]), (&json!(true), &json!("out")));
}

#[tokio::test(flavor = "multi_thread")]
async fn b09_a_network_that_is_down_delays_and_loses_nothing() {
    let network = Network::new().await;
    let world = &network.world;
    let nina = partner_of(&network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await);
    for mood in [Mood::Down, Mood::Broken, Mood::Busy, Mood::Mute] {
        network.be(mood);
        for what in ["revoke", "reinstate", "revoke"] {
            world.post(&format!("/partners/{nina}/{what}"), json!({"notify": false})).await;
            world.local.settled().await;
            world.local.clock.advance(20 * 60);
            world.local.settled().await;
        }
        assert!(!world.local.messages("pushes").is_empty(), "{mood:?}");
        let down = network.admin.get(world, "/api/t/acme/network").await.json();
        assert!(down["unreachableSince"].is_string(), "{mood:?}: {down}");
        network.be(Mood::Up);
        network.catch_up().await;
        assert_eq!(network.known(&nina).unwrap().status, "revoked", "{mood:?}");
        world.post(&format!("/partners/{nina}/reinstate"), Value::Null).await;
        network.catch_up().await;
        assert_eq!(network.known(&nina).unwrap().status, "active", "{mood:?}");
        let up = network.admin.get(world, "/api/t/acme/network").await.json();
        assert_eq!(up["unreachableSince"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b09_a_sync_that_fails_is_shown_and_can_be_repeated() {
    let network = Network::new().await;
    let world = &network.world;
    let nina = partner_of(&network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await);
    // It rejects them: a retry would not help.
    network.refuse("nina-vogel@example.com");
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.catch_up().await;
    let failed = network.admin.get(world, "/api/t/acme/network").await.json()["failedPushes"].clone();
    assert_eq!(failed[0]["partnerId"], nina.as_str());
    assert!(failed[0]["said"].as_str().unwrap().contains("This address is blocked."), "{failed}");
    let again = network.call(Method::POST, &format!("/pushes/{nina}/again"), json!({})).await;
    assert_eq!(again.status, 202, "{}", again.body);
    network.catch_up().await;
    let failed = network.admin.get(world, "/api/t/acme/network").await.json()["failedPushes"].clone();
    assert_eq!(failed.as_array().unwrap().len(), 1, "it refuses them still");

    // It is down, or rejects the token, for more than twelve days: a sync that has been waiting since then is set aside
    // as failed, and nothing waits for ever.
    let mara = partner_of(&network.approve(network.application("app_2", "Mara", "Creators").await).await);
    network.be(Mood::Locked);
    world.post(&format!("/partners/{mara}/revoke"), json!({"notify": false})).await;
    let before = network.others.calls().len();
    for round in 0..(12 * 24 * 6 + 12) {
        world.local.settled().await;
        world.local.clock.advance(600);
        if round == 3 * 24 * 6 {
            network.be(Mood::Down);
        }
    }
    world.local.settled().await;
    assert_eq!(world.local.messages("pushes"), Vec::<String>::new());
    // It was set aside where admins see it, long before its queue would have moved it to the dead-letter queue.
    assert_eq!(world.local.dead_letters("pushes"), Vec::<String>::new());
    let asked = network.others.calls().len() - before;
    assert!((100..900).contains(&asked), "{asked} calls");
    network.be(Mood::Up);
    world.local.clock.advance(3_600);
    let again = network.call(Method::POST, &format!("/pushes/{mara}/again"), json!({})).await;
    assert_eq!(again.status, 202, "{}", again.body);
    network.catch_up().await;
    assert_eq!(network.known(&mara).unwrap().status, "revoked");
    let twice = network.call(Method::POST, &format!("/pushes/{mara}/again"), json!({})).await;
    assert_eq!(twice.status, 404);
}

/// Runs a backfill, and returns its final state.
async fn backfill(network: &Network, wanted: Value) -> Value {
    // A new partner is found through an index, which lags; another backfill would find them.
    network.world.catch_up().await;
    let answer = network.call(Method::POST, "/backfill", wanted).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    network.catch_up().await;
    network.call(Method::GET, &format!("/backfill/{}", answer.json()["id"].as_str().unwrap()), Value::Null).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn m11_a_backfill_sends_the_roster_to_the_network_and_nothing_else() {
    let network = Network::new().await;
    let world = &network.world;
    let nina = partner_of(&network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await);
    let secret =
        json!({"name": "Noah", "email": "noah@example.com", "sendInvite": false, "metadata": {"vat": "secret"}});
    let noah = world.invite_with(secret).await["id"].as_str().unwrap().to_owned();
    let mara = world.invite("Mara", "mara@example.com").await["id"].as_str().unwrap().to_owned();
    let olga = world.joined("Olga", "olga@example.com").await;
    let revoke = json!({"reason": "Something private", "notify": false});
    world.post(&format!("/partners/{olga}/revoke"), revoke).await;
    let left_out = world.joined("Otto", "otto@example.com").await;

    // First a dry run; nothing is sent.
    let options = json!({"dryRun": true, "leaveOut": ["otto@example.com"]});
    let dry = backfill(&network, options).await;
    assert_eq!(
        (&dry["state"], &dry["counts"]["lookedAt"], &dry["counts"]["told"]),
        (&json!("completed"), &json!(5), &json!(0))
    );
    assert_eq!(dry["counts"]["byState"]["active"], json!({"new": 1, "changed": 0, "known": 1}));
    assert_eq!(dry["counts"]["byState"]["invited"], json!({"new": 1, "changed": 0, "known": 0}));
    assert_eq!(dry["counts"]["byState"]["revoked"], json!({"new": 1, "changed": 0, "known": 0}));
    assert_eq!(network.others.calls().len(), 0);

    let told = backfill(&network, json!({"leaveOut": ["otto@example.com"]})).await;
    assert_eq!(
        (&told["state"], &told["counts"]["told"], &told["counts"]["leftOut"]),
        (&json!("completed"), &json!(3), &json!(1))
    );
    let statuses = network.statuses();
    let wanted = [(noah.clone(), "active"), (mara.clone(), "pending"), (olga, "revoked")];
    assert_eq!(statuses, wanted.map(|(id, status)| (id, status.to_owned())).into());
    assert_eq!(
        (network.known(&nina), network.known(&left_out)),
        (None, None),
        "who is known or left out is not told of"
    );
    let bodies = network.bodies();
    for body in &bodies {
        let fields: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        let known = ["email", "joinedVendorAt", "metadata", "name", "revokedAt", "status", "vendorPartnerId"];
        assert!(fields.iter().all(|field| known.contains(field)), "{fields:?}");
        assert_eq!(body["metadata"], json!({"source": "backfill"}));
    }
    assert!(!json!(bodies).to_string().contains("private") && !json!(bodies).to_string().contains("vat"));
    // What the Network says about other brands isn't stored.
    let items = json!(world.local.items()).to_string();
    assert!(items.contains(&format!("net_{noah}")) && !items.contains("Secret Rival"));

    // Repeated, it sends those who changed; later changes of partners that the Network now knows are pushed
    // individually.
    world.api(Method::PATCH, &format!("/api/t/acme/partners/{mara}"), json!({"name": "Mara Sand"})).await;
    network.catch_up().await;
    assert_eq!(network.bodies().last().unwrap()["name"], "Mara Sand");
    let again = backfill(&network, json!({"states": ["active"]})).await;
    assert_eq!((&again["counts"]["told"], &again["counts"]["byState"]["active"]["known"]), (&json!(1), &json!(2)));
    assert_eq!(network.known(&left_out).unwrap().status, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn m11_a_backfill_waits_for_a_network_that_is_down_and_lists_rejected_partners() {
    let network = Network::new().await;
    let world = &network.world;
    for number in 0..5 {
        world.joined(&format!("P {number}"), &format!("p{number}@example.com")).await;
    }
    network.refuse("p2@example.com");
    let mut moods = vec![Mood::Busy, Mood::Broken, Mood::Down];
    network.behave(move || moods.pop().unwrap_or(Mood::Up));
    let told = backfill(&network, json!({})).await;
    assert_eq!(
        (&told["state"], &told["counts"]["told"], &told["counts"]["refused"]),
        (&json!("completed"), &json!(4), &json!(1)),
        "{told}"
    );
    assert!(told["lines"][0]["said"].as_str().unwrap().contains("This address is blocked."), "{told}");
    assert_eq!(network.counts()["active"], 4);

    // If the Network stays down, the backfill fails in the end, and can be started again.
    network.be(Mood::Down);
    world.joined("Late", "late@example.com").await;
    let answer = network.call(Method::POST, "/backfill", json!({})).await;
    let running = network.call(Method::POST, "/backfill", json!({})).await;
    assert_eq!(running.refusal(), (409, "backfill_running".to_owned()));
    network.catch_up().await;
    for _ in 0..60 {
        world.local.clock.advance(600);
        world.local.settled().await;
    }
    let path = format!("/backfill/{}", answer.json()["id"].as_str().unwrap());
    let failed = network.call(Method::GET, &path, Value::Null).await.json();
    assert_eq!(failed["state"], "failed");
    assert!(failed["failure"].as_str().unwrap().contains("could not be reached"), "{failed}");
    network.be(Mood::Up);
    let told = backfill(&network, json!({})).await;
    assert_eq!((&told["counts"]["told"], &told["counts"]["byState"]["active"]["known"]), (&json!(1), &json!(4)));

    // A success counts, even if the rest of the response makes no sense: partners are then sent individually.
    network.be(Mood::Lying);
    world.joined("Later", "later@example.com").await;
    let lied = backfill(&network, json!({})).await;
    assert_eq!((&lied["counts"]["told"], &lied["counts"]["refused"]), (&json!(2), &json!(0)), "{lied}");
}
