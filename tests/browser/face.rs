//! A brand's branding and the preview of its emails, on desktop and phone.

use http::{Method, Request};
use serde_json::json;

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::{
    faces::png_of,
    support::{Browser, World, link_in},
};

const LOGO: &[u8] = include_bytes!("../../infra/local/logos/globex.png");
const ACME: &[u8] = include_bytes!("../../infra/local/logos/acme.png");

/// Opens a page of the admin's, signed in.
async fn desk(world: &World, screen: Screen) -> Chromium {
    let chromium = Chromium::open(world, screen).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_sets_its_branding() {
    let world = world().await;
    let chromium = desk(&world, Screen::Desktop).await;
    chromium.go("/t/acme/admin/settings/brand").await;
    chromium.sees("No logo yet").await;
    chromium.picture("admin-face-bare").await;

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let field = chromium.find("#logo-file").await;
    field.send_keys(file("not.png", b"<svg/>")).await.unwrap();
    chromium.sees("We can't read this image.").await;
    let field = chromium.find("#logo-file").await;
    field.send_keys(file("large.png", &vec![0; 102_401])).await.unwrap();
    chromium.sees("Choose a file of up to 100 KB.").await;
    let field = chromium.find("#logo-file").await;
    field.send_keys(file("logo.png", LOGO)).await.unwrap();
    chromium.sees("Saved. Pages are updated").await;

    // Too pale: the page suggests a colour nearby, and a click uses it.
    let accent = chromium.find("#accent").await;
    accent.send_keys("#ffd400").await.unwrap();
    chromium.sees("Not enough contrast on white.").await;
    chromium.picture("admin-face-pale").await;
    chromium.press("Use this").await;
    chromium.misses("Not enough contrast on white.").await;
    let accent = chromium.find("#accent").await;
    accent.clear().await.unwrap();
    accent.send_keys("#6d28d9").await.unwrap();
    for (field, value) in [("#sender-name", "Acme Partners"), ("#footer", "Acme GmbH\nMusterstr. 1\n10115 Berlin")] {
        chromium.find(field).await.send_keys(value).await.unwrap();
    }
    let zone = chromium.find("#time-zone").await;
    zone.clear().await.unwrap();
    zone.send_keys("Moon/Base").await.unwrap();
    chromium.press("Save").await;
    chromium.sees("Enter an IANA time zone").await;
    let zone = chromium.find("#time-zone").await;
    zone.clear().await.unwrap();
    zone.send_keys("Europe/Paris").await.unwrap();
    // Another owner's concurrent changes are preserved.
    let other = world.admin().await;
    assert_eq!(other.settings(&world, json!({"supportAddress": "help@acme.example"})).await.status, 200);
    chromium.press("Save").await;
    chromium.sees("Saved. Pages are updated").await;
    assert_eq!(other.get(&world, "/api/t/acme/settings").await.json()["supportAddress"], "help@acme.example");
    chromium.picture("admin-face").await;
    chromium.dark().await;
    chromium.picture("admin-face-dark").await;
    chromium.go("/t/acme/login").await;
    chromium.picture("partner-login-face-dark").await;
    chromium.light().await;
    chromium.picture("partner-login-face").await;
    world.invite("Maria Lopez", "maria@example.com").await;
    chromium.go(&link_in(&world.last_mail_to("maria@example.com").text)).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme").await;
    chromium.sees("Musterstr. 1").await;
    chromium.picture("partner-dashboard-face").await;
    let colour = "return getComputedStyle(document.querySelector('a')).getPropertyValue('--brand')";
    assert_eq!(*chromium.driver.execute(colour, Vec::new()).await.unwrap().json(), json!("#6d28d9"));
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_is_previewed() {
    let world = world().await;
    let admin = world.admin().await;
    let face = json!({"accent": "#6d28d9", "footer": "Acme GmbH\nBerlin"});
    assert_eq!(admin.settings(&world, face).await.status, 200);
    let logo = png_of(240, 60, |x, _| [109, 40, 217, if x % 20 < 10 { 255 } else { 90 }]);
    assert_eq!(admin.put_logo(&world, "image/png", logo).await.status, 200);
    for (screen, name) in [(Screen::Desktop, "admin"), (Screen::Phone, "phone")] {
        let chromium = desk(&world, screen).await;
        chromium.press("Invite partner").await;
        chromium.find("#invite-name").await.send_keys("Maria Lopez").await.unwrap();
        chromium.click("dialog[open] .letter summary").await;
        chromium.sees("Ada Admin from Acme invited you to become a partner").await;
        chromium.find("#invite-note").await.send_keys("See you in May!").await.unwrap();
        let in_frame = "return document.querySelectorAll('dialog[open] iframe').length";
        for _ in 0..100 {
            if *chromium.driver.execute(in_frame, Vec::new()).await.unwrap().json() == json!(1) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        chromium.click("dialog[open] [data-shows-as=text]").await;
        chromium.sees("> See you in May!").await;
        chromium.picture(&format!("{name}-preview-text")).await;
        chromium.click("dialog[open] [data-shows-as=html]").await;
        chromium.picture(&format!("{name}-preview")).await;
        // Text that can't be sent is reported while it is typed.
        chromium.find("#invite-note").await.send_keys(" www.evil.example").await.unwrap();
        chromium.sees("A note can't contain a URL.").await;
        chromium.go("/t/acme/admin/settings/brand").await;
        chromium.sees("Choose a logo").await;
        chromium.picture(&format!("{name}-settings-face")).await;
        chromium.close().await;
    }
    assert_eq!(world.mails_to("maria@example.com").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_resent_with_another_note() {
    let world = world().await;
    let body = json!({"name": "Maria Lopez", "email": "maria@example.com", "note": "We loved your last video."});
    let maria = world.post("/partners", body).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    world.local.clock.advance(120);
    world.catch_up().await;
    let chromium = desk(&world, Screen::Phone).await;
    chromium.click(&format!("#{maria} .menu summary")).await;
    chromium.press("Resend with a note…").await;
    // If it is left empty, the default text is used.
    chromium.click("dialog[open] .letter summary").await;
    chromium.click("dialog[open] [data-shows-as=text]").await;
    chromium.sees("> We loved your last video.").await;
    chromium.find("#resend-note").await.send_keys("See you in May!").await.unwrap();
    chromium.sees("> See you in May!").await;
    chromium.picture("phone-resend").await;
    chromium.click("dialog[open] [type=submit]").await;
    chromium.sees("Invitation resent to Maria Lopez").await;
    world.local.settled().await;
    assert!(world.last_mail_to("maria@example.com").text.contains("> See you in May!"));
    chromium.close().await;
}

/// Returns the branding of a brand's page: the colour of its buttons, the text beside its logo, and its footer.
async fn worn(chromium: &Chromium, brand: &str) -> (String, String, String) {
    chromium.go(&format!("/t/{brand}/login")).await;
    let script = "const logo = document.querySelector('.logo img');
        return [
            getComputedStyle(document.querySelector('button[type=submit]')).backgroundColor,
            `${logo.alt} ${new URL(logo.src).pathname} ${logo.naturalWidth}`,
            document.querySelector('address').innerText,
        ];";
    chromium.driver.execute(script, Vec::new()).await.unwrap().convert().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_brands_look_like_two_brands() {
    let world = world().await;
    let globex = json!({
        "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"},
        "admins": [{"name": "Greta", "email": "greta@globex.example"}],
    });
    world.local.invoke("create-brand", globex).await.unwrap();
    world.local.settled().await;
    let owner = world.admin().await;
    let greta = Browser::default();
    greta.press(&world, &world.link_to("greta@globex.example")).await;
    for (who, brand, colour, picture) in [(&owner, "acme", "#0b6e6e", ACME), (&greta, "globex", "#6d28d9", LOGO)] {
        let face = json!({"accent": colour, "footer": format!("{brand} Inc.\nSomewhere")});
        let path = format!("/api/t/{brand}/settings");
        assert_eq!(who.json(&world, Method::PATCH, &path, face).await.status, 200);
        let put = Request::put(format!("{path}/logo")).header("sec-fetch-site", "same-origin");
        assert_eq!(who.send(&world, put, picture.to_vec()).await.status, 200);
    }
    for (screen, name) in [(Screen::Desktop, "desktop"), (Screen::Phone, "phone")] {
        let chromium = Chromium::open(&world, screen).await;
        let mut seen = Vec::new();
        for dark in [false, true] {
            if dark {
                chromium.dark().await;
            }
            for brand in ["acme", "globex"] {
                let (colour, logo, foot) = worn(&chromium, brand).await;
                let shade = if dark { "dark" } else { "light" };
                chromium.picture(&format!("brand-{brand}-{name}-{shade}")).await;
                assert!(logo.to_lowercase().starts_with(&format!("{brand} /t/{brand}/face/")), "{logo}");
                assert!(!logo.ends_with(" 0"), "the picture is there: {logo}");
                assert_eq!(foot, format!("{brand} Inc.\nSomewhere"));
                seen.push(colour);
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 4, "each brand has a colour of its own on light and on dark pages: {seen:?}");
        chromium.close().await;
    }
}
