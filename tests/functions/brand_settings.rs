//! `brand-settings`.

use http::{Method, Request};
use serde_json::{Value, json};

use crate::{
    faces::{decoded, plain_png, png_of, webp_of},
    support::{Answer, Browser, World, path_of},
};

const PATH: &str = "/api/t/acme/settings";

#[tokio::test(flavor = "multi_thread")]
async fn only_named_settings_change() {
    let world = World::new().await;
    let admin = world.admin().await;
    let before = admin.get(&world, PATH).await.json();
    assert_eq!(before["supportAddress"], "partners@acme.example");
    assert_eq!((before["accent"].clone(), before["logo"].clone()), (Value::Null, Value::Null));
    let said = json!({
        "senderName": "  Acme   Partners ", "supportAddress": "Help@Acme.example", "footer": "Acme GmbH\r\n\r\n\r\n10115  Berlin",
        "accent": "#7A1FA2", "timeZone": "europe/paris",
    });
    let after = admin.settings(&world, said).await.json();
    let expected = json!({
        "name": "Acme", "senderName": "Acme Partners", "supportAddress": "help@acme.example",
        "footer": "Acme GmbH\n\n10115 Berlin", "accent": "#7a1fa2", "timeZone": "Europe/Paris", "reminders": false, "logo": null,
    });
    assert_eq!(after, expected);
    assert_eq!(admin.get(&world, PATH).await.json(), expected);
    // Left empty, a setting returns to its default; the others stay.
    let less = admin.settings(&world, json!({"senderName": "", "accent": " ", "footer": ""})).await.json();
    assert_eq!((less["senderName"].clone(), less["accent"].clone(), less["footer"].clone()), Default::default());
    assert_eq!(less["supportAddress"], "help@acme.example");
    let events = world.local.items().iter().filter(|item| item["type"] == "brand.changed").count();
    assert_eq!(admin.settings(&world, json!({})).await.json(), less);
    assert_eq!(world.local.items().iter().filter(|item| item["type"] == "brand.changed").count(), events);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_settings_are_rejected_with_their_field() {
    let world = World::new().await;
    let admin = world.admin().await;
    for (field, value, code) in [
        ("senderName", "www.evil.example", "invalid_name"),
        ("senderName", "A\u{202e}b", "invalid_name"),
        ("supportAddress", "nobody", "invalid_email"),
        ("supportAddress", "", "invalid_email"),
        ("footer", "see https://evil.example", "invalid_footer"),
        ("footer", "1\n2\n3\n4\n5\n6\n7", "invalid_footer"),
        ("footer", "a\u{200b}b", "invalid_footer"),
        ("accent", "teal", "invalid_colour"),
        ("accent", "#12345", "invalid_colour"),
        ("timeZone", "Moon/Base", "invalid_time_zone"),
        ("timeZone", "", "invalid_time_zone"),
        ("name", "Other", "unknown_field"),
    ] {
        let answer = admin.settings(&world, json!({field: value})).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{field} {value:?}");
        assert_eq!(answer.json()["detail"]["field"], field);
    }
    let before = world.local.items();
    let pale = admin.settings(&world, json!({"accent": "#ffd400", "senderName": "Other"})).await;
    assert_eq!(pale.refusal(), (400, "colour_too_pale".to_owned()));
    let nearest = pale.json()["detail"]["nearest"].as_str().unwrap().to_owned();
    assert!(pale.json()["message"].as_str().unwrap().contains(&nearest), "{}", pale.body);
    assert_eq!(world.local.items(), before, "a refused colour takes the rest with it");
    assert_eq!(admin.settings(&world, json!({"accent": nearest})).await.json()["accent"], nearest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colour_is_previewed_before_it_is_saved() {
    let world = World::new().await;
    let admin = world.admin().await;
    let look = async |colour: &str| admin.get(&world, &format!("{PATH}/accent?colour=%23{colour}")).await;
    let pale = look("ffd400").await.json();
    assert_eq!(pale["fits"], false);
    let near = look(pale["nearest"].as_str().unwrap().trim_start_matches('#')).await.json();
    assert_eq!(near, json!({"fits": true, "nearest": pale["nearest"], "light": pale["light"], "dark": pale["dark"]}));
    assert_eq!(look("nothing").await.refusal().1, "invalid_colour");
    assert_eq!(admin.get(&world, &format!("{PATH}/accent?color=x")).await.refusal().1, "unknown_field");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_re_encoded_and_served_at_its_url() {
    let world = World::new().await;
    let admin = world.admin().await;
    // Twice the stored width: red on the left, and transparent on the right.
    let file = png_of(960, 100, |x, _| if x < 480 { [255, 0, 0, 255] } else { [0, 0, 0, 0] });
    let answer = admin.put_logo(&world, "image/png", file.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let logo = answer.json()["logo"].clone();
    assert_eq!((logo["width"].clone(), logo["height"].clone()), (json!(480), json!(50)));
    let path = path_of(logo["url"].as_str().unwrap()).trim_end_matches('?').to_owned();
    let served = Browser::default().get(&world, &path).await;
    let header = |name: &str| served.headers[name].to_str().unwrap().to_owned();
    assert_eq!((served.status.as_u16(), header("content-type").as_str()), (200, "image/png"));
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let (width, height, pixels) = decoded(&served.bytes);
    assert_eq!((width, height, pixels.len()), (480, 50, 480 * 50 * 4));
    assert_eq!((&pixels[..4], &pixels[pixels.len() - 4..]), ([255, 0, 0, 255].as_slice(), [0; 4].as_slice()));
    assert_eq!(Browser::default().head(&world, &path).await.body, "");
    // It doesn't exist at another brand or under another name.
    for other in [path.replace("acme", "globex"), path.replace(".png", ""), path.replace("/face/", "/face/0")] {
        assert_eq!(Browser::default().get(&world, &other).await.status, 404, "{other}");
    }
    // The same image again changes nothing. After another one, or none, the old one stays available for a year, for
    // emails that were already sent.
    let items = world.local.items();
    assert_eq!(admin.put_logo(&world, "image/png", file).await.status, 200);
    assert_eq!(world.local.items(), items);
    assert_eq!(admin.put_logo(&world, "image/webp", webp_of(64, 32)).await.json()["logo"]["width"], 64);
    let removed = admin.json(&world, Method::DELETE, &format!("{PATH}/logo"), Value::Null).await;
    assert_eq!(removed.json()["logo"], Value::Null);
    assert_eq!(Browser::default().get(&world, &path).await.status, 200);
    world.local.clock.advance(365 * 86_400);
    assert_eq!(Browser::default().get(&world, &path).await.status, 404);
}

/// Returns pixels that can't be compressed.
fn noise(x: u32, y: u32) -> [u8; 4] {
    let mixed = (x.wrapping_mul(7_919) ^ y.wrapping_mul(104_729)).wrapping_mul(2_654_435_761);
    (mixed ^ (mixed >> 13)).to_be_bytes()
}

/// Returns a chunk of a PNG.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), data, &(!crc).to_be_bytes()].concat()
}

/// Returns a PNG that claims this size and contains this data.
fn claims(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", data), chunk(b"IEND", b"")].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_images_are_rejected_and_nothing_is_stored() {
    let world = World::new().await;
    let admin = world.admin().await;
    let before = world.local.items();
    let good = plain_png(40, 20);
    let noisy = |width, height| png_of(width, height, noise);
    let large = noisy(300, 300);
    assert!(large.len() > 100 * 1024, "{}", large.len());
    let mut exactly = good.clone();
    exactly.resize(100 * 1024 + 1, 0);
    let idat = good.windows(4).position(|name| name == b"IDAT").unwrap();
    let mut flipped = good.clone();
    flipped[idat + 8] ^= 0xff;
    let webp = webp_of(40, 20);
    for (what, file, code) in [
        ("nothing", Vec::new(), "invalid_image"),
        ("a text", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "invalid_image"),
        ("a GIF", b"GIF89a\x01\0\x01\0".to_vec(), "invalid_image"),
        ("a page that begins as one", [b"\x89PNG\r\n\x1a\n".as_slice(), b"<script>"].concat(), "invalid_image"),
        ("half a PNG", good[..good.len() / 2].to_vec(), "invalid_image"),
        ("a PNG that was changed", flipped, "invalid_image"),
        ("half a WebP", webp[..webp.len() / 2].to_vec(), "invalid_image"),
        ("the head of a WebP", b"RIFF\xff\xff\xff\xffWEBPVP8L".to_vec(), "invalid_image"),
        ("a byte too much", exactly, "image_too_large"),
        ("many bytes", large, "image_too_large"),
        ("a bomb by its size", claims(60_000, 60_000, b""), "image_too_large"),
        ("one that is long and thin", claims(4_097, 1, b""), "image_too_large"),
        ("one of five million pixels", plain_png(2_500, 2_000), "image_too_large"),
        ("a promise that is not kept", claims(2_000, 2_000, b"\x78\x9c\x03\0\0\0\0\x01"), "invalid_image"),
        ("no pixels", claims(0, 10, b""), "invalid_image"),
    ] {
        let answer = admin.put_logo(&world, "image/png", file).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{what}");
        assert!(answer.json()["message"].as_str().unwrap().contains("100 KB"), "{what}: {}", answer.body);
    }
    assert_eq!(world.local.items(), before);
}

async fn kept(world: &World, answer: &Answer) -> Vec<u8> {
    let path = path_of(answer.json()["logo"]["url"].as_str().unwrap());
    Browser::default().get(world, path.trim_end_matches('?')).await.bytes.to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pixels_survive_re_encoding() {
    let world = World::new().await;
    let admin = world.admin().await;
    // A text chunk inside, a page after the end, and any content type of the request.
    let good = plain_png(40, 20);
    let (head, rest) = good.split_at(33);
    let note = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>");
    let polyglot = [head, &note, rest, b"<script>alert(2)</script>PK\x03\x04"].concat();
    let clean = admin.put_logo(&world, "text/html", polyglot).await;
    assert_eq!(clean.status, 200, "{}", clean.body);
    let bytes = kept(&world, &clean).await;
    assert!(!bytes.windows(7).any(|part| part == b"<script"));
    assert_eq!(decoded(&bytes).0, 40);
    // An image that can't be compressed is scaled down until it is small enough.
    let noisy = png_of(150, 150, noise);
    assert!(noisy.len() < 100 * 1024, "{}", noisy.len());
    let answer = admin.put_logo(&world, "image/png", noisy).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(kept(&world, &answer).await.len() <= 100 * 1024);
    // The colours of greyscale images, and of images with a palette, are preserved.
    let mut grey = Vec::new();
    let mut encoder = png::Encoder::new(&mut grey, 8, 1);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0b1010_0000]).unwrap();
    writer.finish().unwrap();
    let answer = admin.put_logo(&world, "image/png", grey).await;
    let (_, _, pixels) = decoded(&kept(&world, &answer).await);
    assert_eq!(pixels[..9], [255, 255, 255, 0, 0, 0, 255, 255, 255]);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_do_not_undo_each_other() {
    let world = World::new().await;
    let admin = world.admin().await;
    let (one, two) = (admin.copy(), admin.copy());
    let (one, two) = futures::join!(
        one.settings(&world, json!({"senderName": "One"})),
        two.settings(&world, json!({"footer": "Two"})),
    );
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200));
    let both = admin.get(&world, PATH).await.json();
    assert_eq!((both["senderName"].as_str(), both["footer"].as_str()), (Some("One"), Some("Two")));
    // Each change of the same setting is atomic: the final state is one that an owner's response reported, and its
    // image exists.
    let owners: Vec<_> = (0..6).map(|_| admin.copy()).collect();
    let logos = owners.iter().zip(10..).map(|(owner, width)| owner.put_logo(&world, "image/png", plain_png(width, 10)));
    let answers = futures::future::join_all(logos).await;
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())));
    let told: Vec<_> =
        answers.iter().filter(|answer| answer.status == 200).map(|answer| answer.json()["logo"].clone()).collect();
    let now = admin.get(&world, PATH).await.json()["logo"].clone();
    assert!(told.contains(&now), "{now}");
    let path = path_of(now["url"].as_str().unwrap()).trim_end_matches('?').to_owned();
    world.local.clock.advance(400 * 86_400);
    assert_eq!(Browser::default().get(&world, &path).await.status, 200, "what is worn fades for nobody");
    let admin = world.admin().await;
    // The response to an idempotency key is repeated, also for an image.
    for _ in 0..2 {
        let request = Request::put("/api/t/acme/settings/logo").header("sec-fetch-site", "same-origin");
        let answer = admin.send(&world, request.header("idempotency-key", "once"), plain_png(10, 10)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}
