//! `decline-invitation`.

use http::Method;
use serde_json::{Value, json};

use crate::{
    declining::{declined, form, one_click, way_out_of},
    importing::codes,
    support::{Browser, World, code_in},
};

const DAY_S: i64 = 86_400;

async fn state(world: &World, id: &Value) -> Value {
    world.partner(id.as_str().unwrap()).await["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_email_of_an_invitation_has_the_same_unsubscribe_link_and_it_outlives_tokens() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let first = world.last_mail_to("maria@example.com");
    let header = |name: &str| first.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    let address = header("List-Unsubscribe").unwrap().trim_matches(['<', '>']);
    assert!(first.text.contains(address) && first.html.contains(address));
    world.local.clock.advance(3 * DAY_S);
    assert_eq!(world.post(&format!("/partners/{}/invite", maria["id"].as_str().unwrap()), json!({})).await.status, 200);
    world.local.settled().await;
    let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
    assert_eq!(way_out, way_out_of(&first));
    // A requested email has no unsubscribe link.
    Browser::default().post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    assert_eq!(world.last_mail_to("maria@example.com").headers, []);
    world.local.clock.advance(40 * DAY_S);
    assert_eq!(one_click(&world, &way_out).await.status, 200, "one that ended could be sent again");
    assert_eq!(state(&world, &maria["id"]).await, "declined");
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_it_changes_nothing_and_signs_no_one_in() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
    let before = world.local.items();
    let scanner = Browser::default();
    let page = scanner.get(&world, &way_out).await;
    assert_eq!((page.status.as_u16(), scanner.head(&world, &way_out).await.status.as_u16()), (200, 200));
    assert!(page.body.contains("Acme") && page.body.contains("m•••@example.com"), "{}", page.body);
    assert!(!page.body.contains("maria@example.com") && page.headers.get("set-cookie").is_none(), "{}", page.body);
    // A form without the required field, and other content types.
    for body in ["", "List-Unsubscribe=No", "token=x"] {
        assert_eq!(form(&world, &way_out, "application/x-www-form-urlencoded", body).await.status, 400, "{body}");
    }
    assert_eq!(world.local.items(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_accepted_in_both_content_types() {
    let world = World::new().await;
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let other = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nTwo-Click\r\n--x--\r\n";
    let maria = world.invite("Maria", "maria@example.com").await;
    let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
    assert_eq!(form(&world, &way_out, "multipart/form-data; boundary=x", other).await.status, 400);
    let thanks = form(&world, &way_out, "multipart/form-data; boundary=x", multipart).await;
    assert_eq!(thanks.status, 200, "{}", thanks.body);
    assert!(thanks.body.contains("Invitation declined") && thanks.body.contains("/t/acme/login"), "{}", thanks.body);
    // Declining again, in either way, has no further effect.
    let before = world.local.items();
    assert_eq!(one_click(&world, &way_out).await.body, thanks.body);
    assert_eq!(Browser::default().get(&world, &way_out).await.body, thanks.body);
    assert_eq!((world.local.items(), state(&world, &maria["id"]).await), (before, json!("declined")));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_one_else_can_decline_or_find_out_who_exists() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let noah = world.invite("Noah", "noah@example.com").await;
    let (to_maria, to_noah) =
        (way_out_of(&world.last_mail_to("maria@example.com")), way_out_of(&world.last_mail_to("noah@example.com")));
    let proof = to_maria.split_once("for=").unwrap().1.split_once('.').unwrap().1;
    let by = |id: &str, proof: &str| format!("/t/acme/not-interested?for={id}.{proof}");
    let gone = one_click(&world, &by("ptn_01KA0000000000000000000002", proof)).await;
    assert_eq!(gone.status, 410);
    let noahs = by(noah["id"].as_str().unwrap(), proof);
    for way_out in [noahs.as_str(), &by(maria["id"].as_str().unwrap(), "x"), "/t/acme/not-interested"] {
        for answer in [one_click(&world, way_out).await, Browser::default().get(&world, way_out).await] {
            assert_eq!((answer.status.as_u16(), &answer.body), (410, &gone.body), "{way_out}");
        }
    }
    assert_eq!(one_click(&world, &to_maria.replace("/acme/", "/globex/")).await.status, 404);
    // An email to the old email address can't decline for the new one, and a revoked partner has nothing to decline.
    let path = format!("/api/t/acme/partners/{}/email", maria["id"].as_str().unwrap());
    assert_eq!(world.api(Method::PUT, &path, json!({"email": "m@example.com"})).await.status, 200);
    world.post(&format!("/partners/{}/revoke", noah["id"].as_str().unwrap()), json!({"notify": false})).await;
    for way_out in [&to_maria, &to_noah] {
        assert_eq!(one_click(&world, way_out).await.body, gone.body);
    }
    assert_eq!(
        (state(&world, &maria["id"]).await, state(&world, &noah["id"]).await),
        (json!("invited"), json!("revoked"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_active_partner_gets_an_explanation_and_stays() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
    for answer in [browser.get(&world, &way_out).await, one_click(&world, &way_out).await] {
        assert!(answer.status == 409 && answer.body.contains("You’re already a partner"), "{}", answer.body);
    }
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_declined_is_not_invited_again_and_can_sign_in_on_request() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let id = maria["id"].as_str().unwrap();
    let link = world.link_to("maria@example.com");
    assert_eq!(one_click(&world, &way_out_of(&world.last_mail_to("maria@example.com"))).await.status, 200);
    // Earlier links stop working, and every way to email them is rejected.
    assert_eq!(Browser::default().get(&world, &link).await.status, 410);
    world.local.clock.advance(60);
    let resend = world.post(&format!("/partners/{id}/invite"), json!({"clear": true})).await;
    let path = format!("/api/t/acme/partners/{id}/email");
    let moved = world.api(Method::PUT, &path, json!({"email": "m@example.com"})).await;
    let sent = world.post(&format!("/partners/{id}/sign-in-link"), json!({})).await;
    for refused in [resend, moved, sent] {
        assert_eq!(refused.refusal(), (409, "declined".to_owned()));
    }
    let again = world.post("/partners", json!({"name": "Maria", "email": "maria@example.com"})).await;
    assert_eq!((again.refusal().1, &again.json()["detail"]["state"]), ("email_taken".to_owned(), &json!("declined")));
    let import = world.import("email\nmaria@example.com\n".to_owned(), "").await;
    assert_eq!(codes(&world.report(&import).await), [(2, "declined")]);
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
    // A request for a link changes nothing, since anyone can type an email address; signing in does, however late.
    world.local.clock.advance(50 * DAY_S);
    let browser = Browser::default();
    browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    assert_eq!(state(&world, &maria["id"]).await, "declined");
    let code = code_in(&world.last_mail_to("maria@example.com").text);
    assert_eq!(browser.post(&world, "/t/acme/login/code", &[("code", &code)]).await.location(), "/t/acme");
    let now = world.partner(id).await;
    assert_eq!((&now["state"], &now["declinedAt"]), (&json!("active"), &Value::Null));
    assert_eq!(world.read("/partners?state=declined").await["partners"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_email_is_superseded_once_they_declined() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
    world.local.clock.advance(60);
    world.local.hold("send-mail");
    assert_eq!(world.post(&format!("/partners/{}/invite", maria["id"].as_str().unwrap()), json!({})).await.status, 200);
    assert_eq!(one_click(&world, &way_out).await.status, 200);
    world.local.release("send-mail");
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
    let now = world.partner(maria["id"].as_str().unwrap()).await;
    assert_eq!((&now["state"], &now["mail"]["state"]), (&json!("declined"), &json!("superseded")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brand_may_revoke_all_the_same_and_reinstating_restores_declined() {
    let world = World::new().await;
    let maria = declined(&world, "Maria", "maria@example.com").await;
    for (what, state, listed) in [("revoke", "revoked", 0), ("reinstate", "declined", 1)] {
        assert_eq!(world.post(&format!("/partners/{maria}/{what}"), json!({})).await.status, 200);
        assert_eq!(world.partner(&maria).await["state"], state);
        let declined = world.read("/partners?state=declined").await;
        assert_eq!(declined["partners"].as_array().unwrap().len(), listed);
    }
}
