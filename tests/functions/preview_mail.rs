//! `preview-mail`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

async fn look(world: &World, admin: &Browser, body: Value) -> Answer {
    admin.json(world, Method::POST, "/api/t/acme/preview", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_writes_and_sends_nothing() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.invite("Maria", "maria@example.com").await["id"].clone();
    let (items, mails) = (world.local.items(), world.local.mails().len());
    for body in [
        json!({"mail": "invitation"}),
        json!({"mail": "invitation", "name": "Noah", "programIds": [], "note": "Hello"}),
        json!({"mail": "invitation", "partner": maria, "note": "Again"}),
        json!({"mail": "revocation", "partner": maria, "reason": "Over"}),
        json!({"mail": "revocation", "reason": "Over"}),
    ] {
        let answer = look(&world, &admin, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(!answer.json()["subject"].as_str().unwrap().is_empty());
    }
    world.local.settled().await;
    assert_eq!((world.local.items(), world.local.mails().len()), (items, mails));
    let mail = look(&world, &admin, json!({"mail": "invitation"})).await.json();
    assert_eq!((mail["from"].clone(), mail["replyTo"].clone()), (json!("Acme"), json!("partners@acme.example")));
    let link = mail["text"].as_str().unwrap().split_whitespace().find(|word| word.contains("token=")).unwrap();
    assert!(link.ends_with("/t/acme/login?token=preview"), "{link}");
    assert_eq!(Browser::default().get(&world, "/t/acme/login?token=preview").await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_that_could_not_be_sent_has_no_preview() {
    let world = World::new().await;
    let admin = world.admin().await;
    for (body, status, code) in [
        (json!({}), 400, "missing_field"),
        (json!({"mail": "sign_in"}), 400, "invalid_value"),
        (json!({"mail": "invitation", "note": "https://evil.example"}), 400, "invalid_note"),
        (json!({"mail": "invitation", "name": "www.evil.example"}), 400, "invalid_name"),
        (json!({"mail": "invitation", "programIds": ["prg_01KA0000000000000000000004"]}), 400, "unknown_program"),
        (json!({"mail": "invitation", "partner": "ptn_01KA0000000000000000000004"}), 404, "not_found"),
        (json!({"mail": "invitation", "import": "imp_01KA0000000000000000000004"}), 404, "not_found"),
        (json!({"mail": "invitation", "to": "x"}), 400, "unknown_field"),
    ] {
        assert_eq!(look(&world, &admin, body.clone()).await.refusal(), (status, code.to_owned()), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandboxed_frame_contains_the_email() {
    let world = World::new().await;
    let admin = world.admin().await;
    let asked = json!({"mail": "invitation", "name": "Noah", "note": "1 < 2 & <b>bold</b>"});
    let mail = look(&world, &admin, asked.clone()).await.json()["html"].as_str().unwrap().to_owned();
    let frame = admin.post(&world, "/t/acme/admin/preview", &[("preview", &asked.to_string())]).await;
    assert_eq!(frame.body.replace("\n<base target=\"_blank\">", ""), mail);
    assert!(mail.contains("1 &#60; 2 &#38; &#60;b&#62;bold"), "{mail}");
    let policy = frame.headers["content-security-policy"].to_str().unwrap();
    for part in
        ["default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "form-action 'none'", "sandbox"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script-src"), "{policy}");
    let nobody = Browser::default().post(&world, "/t/acme/admin/preview", &[("preview", "{}")]).await;
    assert_eq!((nobody.status.as_u16(), nobody.location()), (303, "/t/acme/admin/login"));
    assert_eq!(admin.post(&world, "/t/acme/admin/preview", &[("preview", "nonsense")]).await.status, 400);
}
