//! B14: a brand's branding, previews of emails, and personal notes.

use http::Method;
use local::Mail;
use serde_json::{Value, json};

use crate::{
    faces::{decoded, plain_png},
    support::{Browser, World, link_in, path_of},
};

const NOTE: &str = "We loved your last video.\n\nSee you in May!";

/// Returns an email without the content of its links: the only part that a preview can't know.
fn without_links(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = ["/login?token=", "/not-interested?for="].iter().filter_map(|path| rest.find(path)).min() {
        let (before, link) = rest.split_at(at + rest[at..].find('=').unwrap() + 1);
        left.push_str(before);
        rest = link.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || "._-".contains(char));
    }
    left + rest
}

fn same(mail: &Mail, preview: &Value) {
    assert_eq!(Value::from(mail.subject.as_str()), preview["subject"]);
    assert_eq!(without_links(&mail.text), without_links(preview["text"].as_str().unwrap()));
    assert_eq!(without_links(&mail.html), without_links(preview["html"].as_str().unwrap()));
    assert!(mail.from.contains(preview["from"].as_str().unwrap()), "{}", mail.from);
}

#[tokio::test(flavor = "multi_thread")]
async fn b14_two_brands_have_different_branding_in_emails_and_pages() {
    let world = World::new().await;
    let globex = json!({
        "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"},
        "admins": [{"name": "Greta", "email": "greta@globex.example"}],
    });
    world.local.invoke("create-brand", globex).await.unwrap();
    world.local.settled().await;
    let admin = world.admin().await;
    let face = json!({
        "accent": "#7a1fa2", "senderName": "Acme Partners", "supportAddress": "help@acme.example",
        "footer": "Acme GmbH\nMusterstr. 1",
    });
    assert_eq!(admin.settings(&world, face).await.status, 200);
    assert_eq!(admin.put_logo(&world, "image/png", plain_png(320, 80)).await.status, 200);

    world.invite("Maria", "maria@example.com").await;
    let acme = world.last_mail_to("maria@example.com");
    assert!(acme.from.starts_with("\"Acme Partners\" <"), "{}", acme.from);
    assert_eq!(acme.reply_to, ["help@acme.example"]);
    assert!(acme.text.ends_with("help@acme.example.\n\nAcme GmbH\nMusterstr. 1"), "{}", acme.text);
    for part in ["background:#7a1fa2", "alt=\"Acme\" width=\"160\" height=\"40\"", "Acme GmbH<br>Musterstr. 1"] {
        assert!(acme.html.contains(part), "{part}: {}", acme.html);
    }
    // The image is at the URL in the email, for everyone.
    let picture = acme.html.split("<img src=\"").nth(1).unwrap().split('"').next().unwrap();
    let served = Browser::default().get(&world, path_of(picture).trim_end_matches('?')).await;
    assert_eq!(decoded(&served.bytes).0, 320);

    let greta = world.last_mail_to("greta@globex.example");
    assert!(greta.from.starts_with("\"Globex\" <") && greta.html.contains("background:#0b6e6e"), "{}", greta.from);
    assert!(!greta.html.contains("<img") && !greta.html.contains("Musterstr."));

    for path in ["/t/acme/login", &link_in(&acme.text)] {
        let page = Browser::default().get(&world, path).await.body;
        let sheet = page.split("href=\"/t/acme/face/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let sheet = Browser::default().get(&world, &format!("/t/acme/face/{sheet}")).await;
        assert!(sheet.body.contains("--brand: #7a1fa2"), "{}", sheet.body);
        assert_eq!(sheet.headers["cache-control"], "public, max-age=31536000, immutable");
        assert!(
            page.contains("<address>Acme GmbH<br>Musterstr. 1</address>") && page.contains("alt=\"Acme\""),
            "{page}"
        );
    }
    let other = Browser::default().get(&world, "/t/globex/login").await.body;
    assert!(!other.contains("/face/") && !other.contains("<address>"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn b14_the_preview_is_the_email_that_is_sent() {
    let world = World::new().await;
    let admin = world.admin().await;
    let face = json!({"accent": "#c2410c", "footer": "Acme GmbH\nBerlin", "senderName": "Acme Partners"});
    assert_eq!(admin.settings(&world, face).await.status, 200);
    let look = async |body| admin.json(&world, Method::POST, "/api/t/acme/preview", body).await.json();
    let send = async |method, path: &str, body| {
        let answer = admin.json(&world, method, &format!("/api/t/acme{path}"), body).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        world.local.settled().await;
        answer.json()
    };
    let creators = world.program_id("Creators").await;
    let preview = look(json!({"mail": "invitation", "name": "Maria <3", "note": NOTE, "programIds": [creators]})).await;
    let body = json!({"name": "Maria <3", "email": "maria@example.com", "note": NOTE, "programIds": [creators]});
    let maria = send(Method::POST, "/partners", body).await["id"].as_str().unwrap().to_owned();
    same(&world.last_mail_to("maria@example.com"), &preview);
    assert!(
        preview["text"]
            .as_str()
            .unwrap()
            .contains("A message from Ada Admin:\n\n> We loved your last video.\n> \n> See you in May!\n")
    );

    world.local.clock.advance(120);
    let preview = look(json!({"mail": "invitation", "partner": maria})).await;
    send(Method::POST, &format!("/partners/{maria}/invite"), json!({})).await;
    same(&world.last_mail_to("maria@example.com"), &preview);

    let preview = look(json!({"mail": "revocation", "partner": maria, "reason": "The season is over."})).await;
    send(Method::POST, &format!("/partners/{maria}/revoke"), json!({"reason": "The season is over."})).await;
    same(&world.last_mail_to("maria@example.com"), &preview);

    let checked = world.import("email,name\nnoah@example.com,Noah\n", "dryRun=true").await;
    let preview = look(json!({"mail": "invitation", "import": checked, "name": "Noah", "note": NOTE})).await;
    send(Method::POST, "/imports", json!({"sameFileAs": checked, "note": NOTE})).await;
    same(&world.last_mail_to("noah@example.com"), &preview);
    let silent = look(json!({"mail": "invitation", "import": checked, "name": "Noah", "note": ""})).await;
    assert!(!silent["text"].as_str().unwrap().contains("A message from"), "{silent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn b14_a_personal_note_is_repeated_until_another_replaces_it() {
    let world = World::new().await;
    let admin = world.admin().await;
    let invite = |body: Value| admin.json(&world, Method::POST, "/api/t/acme/partners", body);
    let said = |email: &str| world.last_mail_to(email).text;
    let body = json!({"name": "Maria", "email": "maria@example.com", "note": NOTE});
    let maria = invite(body).await.json()["id"].as_str().unwrap().to_owned();
    // An import sends the same note to everyone; resent invitations, also those to a new email address, repeat their
    // note.
    let csv = "email\nnoah@example.com\nzoe@example.com\n";
    let import = world.import(csv, "note=Welcome%20to%20our%20spring%20list%21").await;
    world.local.settled().await;
    let page = admin.get(&world, &format!("/t/acme/admin/imports/{import}")).await.body;
    assert!(page.contains("Welcome to our spring list!"), "{page}");
    for email in ["noah@example.com", "zoe@example.com"] {
        assert!(said(email).contains("A message from Acme:\n\n> Welcome to our spring list!"), "{}", said(email));
    }
    world.local.clock.advance(120);
    let noah = world.read("/partners?email=noah@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    for id in [&maria, &noah] {
        assert_eq!(world.post(&format!("/partners/{id}/invite"), json!({})).await.status, 200);
    }
    world.local.settled().await;
    assert!(
        said("maria@example.com").contains("message from Ada Admin:\n\n> We loved"),
        "{}",
        said("maria@example.com")
    );
    assert!(said("noah@example.com").contains("> Welcome to our spring list!"));
    let moved = json!({"email": "maria@new.example"});
    world.api(Method::PUT, &format!("/api/t/acme/partners/{maria}/email"), moved).await;
    world.local.settled().await;
    assert!(said("maria@new.example").contains("> See you in May!"));
    world.local.clock.advance(120);
    assert_eq!(world.post(&format!("/partners/{noah}/invite"), json!({"note": "One more time."})).await.status, 200);
    world.local.settled().await;
    let last = said("noah@example.com");
    assert!(last.contains("> One more time.") && !last.contains("spring list"), "{last}");
    // An empty note removes it.
    world.local.clock.advance(120);
    assert_eq!(world.post(&format!("/partners/{noah}/invite"), json!({"note": " "})).await.status, 200);
    world.local.settled().await;
    assert!(!said("noah@example.com").contains("A message from"), "{}", said("noah@example.com"));
    // No one else can read it: not through the API, not in the log, not on a page of another partner.
    for path in [format!("/api/t/acme/partners/{maria}"), format!("/api/t/acme/partners/{maria}/events")] {
        let told = world.api(Method::GET, &path, Value::Null).await.body;
        assert!(!told.contains("See you in May"), "{told}");
    }
    assert!(admin.get(&world, &format!("/t/acme/admin/partners/{maria}")).await.body.contains("See you in May!"));
    for (email, note, code) in [
        ("a@example.com", json!("see www.evil.example"), "invalid_note"),
        ("b@example.com", json!("x".repeat(501)), "invalid_note"),
        ("c@example.com", json!("a\u{202e}b"), "invalid_note"),
    ] {
        let refused = invite(json!({"name": "X", "email": email, "note": note})).await;
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{email}");
        assert_eq!(refused.json()["detail"]["field"], "note");
    }
    let unsent = json!({"name": "X", "email": "d@example.com", "note": "Hi", "sendInvite": false});
    assert_eq!(invite(unsent).await.refusal().1, "invalid_value");
    let unsent = json!({"size": 9, "note": "Hi", "sendInvite": false});
    assert_eq!(world.post("/imports", unsent).await.refusal().1, "invalid_value");
}
