//! Invitations that end without a sign-in: the unsubscribe link that they offer, as email programs find and use it, and
//! reminders.

use http::{Method, Request};
use local::Mail;
use serde_json::json;

use crate::support::{Answer, World, path_of};

/// Returns the path and query of an email's unsubscribe link.
pub(crate) fn way_out_of(mail: &Mail) -> String {
    let header = mail.headers.iter().find(|(name, _)| name == "List-Unsubscribe");
    path_of(header.unwrap_or_else(|| panic!("no way out of: {}", mail.text)).1.trim_matches(['<', '>']))
}

/// Sends what an email program sends when its user clicks *Unsubscribe*: no cookie, and no page that it comes from.
pub(crate) async fn one_click(world: &World, way_out: &str) -> Answer {
    form(world, way_out, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click").await
}

/// Sends a form with this body that comes from no page.
pub(crate) async fn form(world: &World, way_out: &str, kind: &str, body: &'static str) -> Answer {
    world.send(Request::post(way_out).header("content-type", kind).body(body.into()).unwrap()).await
}

/// Invites a person who then declines; returns their ID.
pub(crate) async fn declined(world: &World, name: &str, email: &str) -> String {
    let id = world.invite(name, email).await["id"].as_str().unwrap().to_owned();
    assert_eq!(one_click(world, &way_out_of(&world.last_mail_to(email))).await.status, 200);
    world.local.settled().await;
    id
}

/// Switches the reminders of `acme` on or off.
pub(crate) async fn switch_reminders(world: &World, on: bool) {
    let (admin, said) = (world.admin().await, json!({"reminders": on}));
    let answer = admin.json(world, Method::PATCH, "/api/t/acme/settings", said).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["reminders"]), (200, &json!(on)), "{}", answer.body);
}
