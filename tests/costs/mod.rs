//! Costs: `docs/cost.md` is generated from the usage counted here and from the prices in `docs/prices.json`.
//!
//! After a change that affects costs, `UPDATE_COSTS=1 cargo test -p tests costs` rewrites the page.

mod bill;
mod page;

use std::sync::atomic::{AtomicI64, Ordering};

use local::Feedback;
use serde_json::json;

use crate::{
    importing::crowd,
    support::{Browser, World},
};
use bill::{Bill, Memory, Prices, bill};

/// The number of repetitions of each action from which the usage of one is computed.
const TIMES: u32 = 20;

/// The most that inviting may cost, as a multiple of SES's price for the emails alone.
const BULK_MAX: f64 = 1.15;
const SINGLE_MAX: f64 = 1.25;

/// The usage of each action.
struct Counted {
    single: Bill,
    bulk: Bill,
    sign_in: Bill,
    page: Bill,
    click: Bill,
    sale: Bill,
    desk: Bill,
    /// The bytes of a partner in the table, including everything written about them so far.
    partner_bytes: f64,
    click_bytes: f64,
}

#[tokio::test(flavor = "multi_thread")]
async fn inviting_costs_little_more_than_its_emails_and_the_page_is_up_to_date() {
    let (prices, counted) = (Prices::read(), Counted::now().await);
    for (what, bill, most) in [("bulk", counted.bulk, BULK_MAX), ("single", counted.single, SINGLE_MAX)] {
        assert!((bill.mails - 1.0).abs() < 0.01, "{what}: {bill:?}");
        let times = bill.dollars(&prices) / (bill.mails * prices.mail);
        assert!(
            times <= most,
            "{what} invitations cost {times:.3} times what SES asks, and {most} are allowed: {bill:?}"
        );
    }
    page::check(&page::page(&prices, &counted));
}

impl Counted {
    async fn now() -> Self {
        let world = World::new().await;
        let single = Self::single(&world).await;
        let (bulk, partner_bytes) = Self::bulk().await;
        let sign_in = Self::sign_in(&world).await;
        let partner = world.partner_browser("paula@example.com").await;
        let page = each(&world, async |_| drop(partner.get(&world, "/t/acme").await)).await;
        let admin = world.admin().await;
        let desk = each(&world, async |_| drop(admin.get(&world, "/t/acme/admin/partners").await)).await;
        let sharer = world.joined("Sven", "sven@example.com").await;
        assert_eq!(world.link(&sharer, "sven", "Creators").await.status, 201);
        let before = bytes(&world);
        // Visits from one client network within an hour are one click.
        let click = each(&world, async |_| {
            world.local.clock.advance(3_600);
            world.click("sven").await.unwrap();
        })
        .await;
        let click_bytes = (bytes(&world) - before) / f64::from(TIMES);
        let cref = world.click("sven").await.unwrap();
        world.post("/attribution/identify", json!({"userId": "u", "clickId": cref})).await;
        let sale = each(&world, async |number| {
            world.buy(json!({"userId": "u"}), 1_000, &format!("order-{number}")).await;
        })
        .await;
        Self { single, bulk, sign_in, page, click, sale, desk, partner_bytes, click_bytes }
    }

    /// Returns the usage of one invitation of a new person, from the request to the SES event of its delivery.
    async fn single(world: &World) -> Bill {
        let delivered = last_mail(world);
        each(world, async |number| {
            world.invite("Maria Lopez", &format!("maria-{number}@example.com")).await;
            world.local.settled().await;
            deliver_all(world, &delivered).await;
        })
        .await
    }

    /// Returns the usage of one row in an import of a thousand, up to its delivery, and the bytes of a partner in the
    /// table. Workers behind queues are held back until there is a full batch, as there would be under load.
    async fn bulk() -> (Bill, f64) {
        let world = World::new().await;
        let (before, delivered) = (bytes(&world), last_mail(&world));
        let bill = bill(&world, async {
            for function in ["relay-events", "send-mail", "mail-feedback"] {
                world.local.hold(function);
            }
            assert_eq!(world.send_csv(crowd(1_000), "").await.status, 202);
            world.local.settled().await;
            for function in ["relay-events", "send-mail"] {
                world.local.release(function);
                world.local.settled().await;
            }
            deliver_all(&world, &delivered).await;
            world.local.release("mail-feedback");
        })
        .await;
        // While emails wait for their time slot at SES, the two workers that send them are billed.
        let paced = 2.0 * 1_000.0 / (14.0 * 0.8) * Memory::read().of("send-mail");
        let partner_bytes = (bytes(&world) - before) / 1_000.0;
        (Bill { gb_seconds: bill.gb_seconds + paced, ..bill } * 0.001, partner_bytes)
    }

    /// Returns the usage of a sign-in: requesting a link, its email, its page and its button.
    async fn sign_in(world: &World) -> Bill {
        let delivered = last_mail(world);
        each(world, async |number| {
            let (email, browser) = (format!("maria-{number}@example.com"), Browser::default());
            browser.get(world, "/t/acme/login").await;
            browser.post(world, "/t/acme/login", &[("email", &email)]).await;
            world.local.settled().await;
            deliver_all(world, &delivered).await;
            assert_eq!(browser.press(world, &world.link_to(&email)).await.status, 303);
        })
        .await
    }
}

async fn each(world: &World, work: impl AsyncFn(u32)) -> Bill {
    let all = bill(world, async {
        for number in 0..TIMES {
            work(number).await;
            world.local.settled().await;
        }
    });
    all.await * (1.0 / f64::from(TIMES))
}

/// Delivers every email sent since the last call.
async fn deliver_all(world: &World, delivered: &AtomicI64) {
    for mail in world.local.mails() {
        if mail.id > delivered.load(Ordering::Relaxed) {
            delivered.store(mail.id, Ordering::Relaxed);
            world.local.feedback(mail.id, Feedback::Deliver).await;
        }
    }
}

fn last_mail(world: &World) -> AtomicI64 {
    AtomicI64::new(world.local.mails().last().map_or(0, |mail| mail.id))
}

/// Returns approximately what DynamoDB would count: names and values of everything in the table.
fn bytes(world: &World) -> f64 {
    bill::as_f64(world.local.items().iter().map(|item| item.to_string().len()).sum())
}
