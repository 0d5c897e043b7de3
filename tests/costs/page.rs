//! The page about costs, as it is written, and as it is held against what was counted.

use std::fmt::Write;

use serde_json::Value;

use super::{
    Counted,
    bill::{
        ACCESS_LOG_BYTES, Bill, Memory, PLATFORM_LOG_BYTES, Prices, STARTS_MS, STARTS_ONE_IN, WAITS_MS, WORKS_MS,
        as_f64,
    },
};

/// How far a figure of the page may be off: batches are cut by time, and differ a little from run to run.
const TOLERANCE: f64 = 0.1;

/// What a brand of so many partners does in a month.
struct Month {
    partners: f64,
}

impl Month {
    /// Of a hundred partners five are new, fifty sign in, each looks at two pages, sends twenty visitors and half a sale.
    fn bill(&self, counted: &Counted) -> Bill {
        let of = |bill: Bill, share: f64| bill * (self.partners * share);
        let desk = 500.0 + self.partners / 50.0;
        of(counted.bulk, 0.05)
            + of(counted.sign_in, 0.5)
            + of(counted.page, 2.0)
            + of(counted.click, 20.0)
            + of(counted.sale, 0.5)
            + counted.desk * desk
    }

    /// What lies in the table: everybody, and the clicks of three months.
    fn gb(&self, counted: &Counted) -> f64 {
        self.partners * (counted.partner_bytes + 3.0 * 20.0 * counted.click_bytes) / 1e9
    }
}

/// What is paid for although nobody comes, by the month, counted in the template.
fn idle(prices: &Prices) -> Vec<(&'static str, String, f64)> {
    let template = local::template::document(&local::template_path()).unwrap();
    let resources: Vec<&Value> = template["Resources"].as_object().unwrap().values().collect();
    let of = |kind: &str| as_f64(resources.iter().filter(|resource| resource["Type"] == kind).count());
    let events = resources.iter().filter_map(|resource| resource["Properties"]["Events"].as_object());
    let events: Vec<&Value> = events.flat_map(|events| events.values()).collect();
    let queues = as_f64(events.iter().filter(|event| event["Type"] == "SQS").count());
    // Five pollers for each queue, each asking every twenty seconds.
    let polls = queues * 5.0 * 3.0 * 60.0 * 24.0 * 30.0;
    // Whoever computes with several metrics pays for each of them.
    let watched = |alarm: &Value| {
        let metrics = alarm["Properties"]["Metrics"].as_array();
        metrics.map_or(1, |metrics| metrics.iter().filter(|metric| metric["MetricStat"].is_object()).count())
    };
    let alarms = resources.iter().filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm");
    let (alarms, secrets) = (as_f64(alarms.map(|alarm| watched(alarm)).sum()), of("AWS::SecretsManager::Secret"));
    // Those of the lines about invocations, and those that are made of other lines.
    let metrics = 5.0 + of("AWS::Logs::MetricFilter");
    vec![
        (
            "SQS",
            format!("Lambda looks into {queues} queues, whether there is anything or not"),
            polls * prices.queue_call,
        ),
        ("CloudWatch", format!("alarms on {alarms} metrics"), alarms * prices.alarm_month),
        ("CloudWatch", format!("{metrics} metrics, if something happens in every hour"), metrics * prices.metric_month),
        ("CloudWatch", "a dashboard".to_owned(), of("AWS::CloudWatch::Dashboard") * prices.dashboard_month),
        ("Secrets Manager", format!("{secrets} secrets"), secrets * prices.secret_month),
        ("Lambda and its log", format!("{SCHEDULED} invocations by schedules"), SCHEDULED * scheduled(prices)),
    ]
}

/// How often schedules invoke functions in a month: one every minute, and one every hour.
const SCHEDULED: f64 = 30.0 * 24.0 * (60.0 + 1.0);

/// What one of these costs while there is nothing to do: it asks the table once, and leaves a line.
fn scheduled(prices: &Prices) -> f64 {
    const LINE_BYTES: f64 = 550.0;
    let gb_seconds = Memory::read().of("requeue-deliveries") * (WORKS_MS + WAITS_MS[0].1) / 1_000.0;
    let log_gb = (PLATFORM_LOG_BYTES + LINE_BYTES) / 1e9;
    prices.function_call + gb_seconds * prices.function_gb_second + log_gb * prices.log_gb + prices.read_unit / 2.0
}

/// The whole page.
pub(super) fn page(prices: &Prices, counted: &Counted) -> String {
    let mut page = format!(
        "# What it costs\n\n\
        Made by `UPDATE_COSTS=1 cargo test -p tests costs`, and held against what is counted by every run of the tests.\n\
        Calls, units and bytes are counted while the whole system does each thing on the laptop's stand-ins; prices are those of \
        {} on {}, without free tiers, from [`prices.json`](prices.json).\n\
        What a laptop can't know is assumed: that a function works {WORKS_MS} ms, and waits {} ms for each call of DynamoDB, {} of SQS, \
        {} of SES and {} of S3; that one invocation in {STARTS_ONE_IN} starts a function, for {STARTS_MS} ms, which are billed; \
        and that Lambda logs {PLATFORM_LOG_BYTES} bytes of its own about each invocation, and the API {ACCESS_LOG_BYTES} about each \
        request. Everything at rest is encrypted by keys that AWS owns, so no calls of KMS are billed.\n\n\
        ## A thousand invitations\n\n\
        From the request, or the row of a file, to the news that the mail was delivered.\n\n\
        | | one by one | by an import |\n|---|---:|---:|\n",
        prices.region, prices.on, WAITS_MS[0].1, WAITS_MS[1].1, WAITS_MS[2].1, WAITS_MS[3].1,
    );
    let (single, bulk) = (counted.single * 1_000.0, counted.bulk * 1_000.0);
    for ((name, one), (_, other)) in single.by_service(prices).into_iter().zip(bulk.by_service(prices)) {
        writeln!(page, "| {name} | {} | {} |", dollars(one), dollars(other)).unwrap();
    }
    let times = |bill: Bill| bill.dollars(prices) / (bill.mails * prices.mail);
    writeln!(page, "| **in all** | {} | {} |", dollars(single.dollars(prices)), dollars(bulk.dollars(prices))).unwrap();
    writeln!(page, "| times what SES asks | {:.3} | {:.3} |", times(single), times(bulk)).unwrap();
    writeln!(page, "| write units each | {:.1} | {:.1} |", counted.single.write_units, counted.bulk.write_units)
        .unwrap();
    writeln!(page, "| read units each | {:.1} | {:.1} |", counted.single.read_units, counted.bulk.read_units).unwrap();

    page += "\n## Other things, a thousand of each\n\n| | dollars | times what SES asks for a thousand mails |\n|---|---:|---:|\n";
    for (what, bill) in [
        ("sign-ins with a link by mail, the mail included", counted.sign_in),
        ("pages of the portal", counted.page),
        ("pages of the roster, for admins", counted.desk),
        ("visits by a share link", counted.click),
        ("sales that are booked", counted.sale),
    ] {
        let cost = bill.dollars(prices) * 1_000.0;
        writeln!(page, "| {what} | {} | {:.3} |", dollars(cost), cost / (prices.mail * 1_000.0)).unwrap();
    }

    page += "\n## A month of a brand\n\n\
        Of a hundred partners, five are new and come by an import, and fifty sign in; each looks at two pages, and sends twenty \
        visitors and half a sale. Admins look at 500 pages, and one more for every fifty partners.\n\n\
        | partners | SES alone | everything else | the table and its backups | in all |\n|---:|---:|---:|---:|---:|\n";
    for partners in [1_000_u32, 100_000, 1_000_000] {
        let month = Month { partners: f64::from(partners) };
        let bill = month.bill(counted);
        let (mails, all) = (bill.mails * prices.mail, bill.dollars(prices));
        let kept = month.gb(counted) * (prices.table_gb_month + prices.backup_gb_month);
        let cells = [mails, all - mails, kept, all + kept].map(dollars).join(" | ");
        writeln!(page, "| {partners} | {cells} |").unwrap();
    }

    page +=
        "\n## While nobody comes\n\nBy the month, however many brands there are.\n\n| | | dollars |\n|---|---|---:|\n";
    let idle = idle(prices);
    for (service, what, cost) in &idle {
        writeln!(page, "| {service} | {what} | {} |", dollars(*cost)).unwrap();
    }
    writeln!(page, "| **in all** | | {} |", dollars(idle.iter().map(|(.., cost)| cost).sum())).unwrap();
    page += "\nNot in here: what leaves AWS (the first 100 GB a month are free), a domain, and what webhooks and a Network are told.\n";
    page
}

fn dollars(amount: f64) -> String {
    if amount >= 10.0 { format!("{amount:.0}") } else { format!("{amount:.4}") }
}

/// Holds the page that is checked in against this one, or writes it.
#[expect(
    clippy::disallowed_methods,
    reason = "no function: the person who runs it says whether the page is to be written"
)]
pub(super) fn check(page: &str) {
    let path = local::template_path().with_file_name("../docs/cost.md");
    if std::env::var("UPDATE_COSTS").is_ok() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let (kept, page): (Vec<_>, Vec<_>) = (kept.lines().collect(), page.lines().collect());
    assert_eq!(kept.len(), page.len(), "docs/cost.md is of before. Write it anew with UPDATE_COSTS=1.");
    for (kept, now) in kept.iter().zip(page) {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let alike = |(kept, now): (&String, &String)| match (kept.parse::<f64>(), now.parse::<f64>()) {
            (Ok(kept), Ok(now)) => (kept - now).abs() <= TOLERANCE * kept.abs().max(now.abs()) + 0.0002,
            _ => kept == now,
        };
        let (kept_words, now_words) = (words(kept), words(now));
        let same = kept_words.len() == now_words.len() && kept_words.iter().zip(&now_words).all(alike);
        assert!(same, "docs/cost.md says «{kept}», but it is «{now}». Write it anew with UPDATE_COSTS=1.");
    }
}
