//! Behaviour of the pages when API Gateway throttles requests.

use super::{
    chromium::{Chromium, Screen},
    world,
};

/// Responds to the next API calls as a throttling gateway does, and counts all of them.
const THROTTLE: &str = "
    const [left] = arguments;
    const pass = (window.pass ??= window.fetch);
    window.calls = [];
    let refused = 0;
    window.fetch = (path, options) => {
        if (!String(path).startsWith('/api/')) return pass(path, options);
        window.calls.push(options.headers['idempotency-key']);
        if (refused++ >= left) return pass(path, options);
        const body = JSON.stringify({ message: 'Too Many Requests' });
        return Promise.resolve(new Response(body, { status: 429, headers: { 'content-type': 'application/json' } }));
    };";

async fn throttle(chromium: &Chromium, calls: u32) {
    chromium.run(THROTTLE, vec![calls.into()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn throttled_requests_are_retried_and_then_reported() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;

    throttle(&chromium, 2).await;
    chromium.press("Invite partner").await;
    chromium.find("#invite-name").await.send_keys("Maria Lopez").await.unwrap();
    chromium.find("#invite-email").await.send_keys("maria@example.com").await.unwrap();
    chromium.press("Send invitation").await;
    chromium.sees("maria@example.com").await;
    let calls = chromium.run("return window.calls;", Vec::new()).await;
    let calls = calls.as_array().unwrap();
    assert_eq!(calls.len(), 3, "{calls:?}");
    assert!(calls.iter().all(|key| *key == calls[0] && key.is_string()), "one request, sent three times: {calls:?}");

    // If it never ends, the form shows our own message.
    throttle(&chromium, 100).await;
    chromium.press("Invite partner").await;
    chromium.find("#invite-name").await.send_keys("Noah Berg").await.unwrap();
    chromium.find("#invite-email").await.send_keys("noah@example.com").await.unwrap();
    chromium.press("Send invitation").await;
    chromium.sees("The portal is very busy right now. Nothing was changed. Please try again in a minute.").await;
    chromium.picture("admin-invite-throttled").await;
    chromium.dark().await;
    chromium.picture("dark-invite-throttled").await;
    assert_eq!(world.local.items().iter().filter(|item| item["kind"] == "partner").count(), 1);
    chromium.close().await;
}
