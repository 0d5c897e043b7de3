//! Links, money and statuses as pages show them.

use iso_currency::Currency;
use jiff::Timestamp;

use super::{
    api_views::short_link,
    format_time::when,
    pages::{self, Bar, Chart, CommissionRow, Person, Total},
};
use crate::{
    App,
    domain::{self, Balance, Commission, CommissionState, Money, Name, Program, ShareLink, TimeZone},
};

/// Number of weeks in a chart.
const WEEKS: i64 = 12;

/// Formats an amount: `1,250.00 EUR`, with a non-breaking space.
#[must_use]
pub fn money(money: Money) -> String {
    let words = money.in_words();
    let whole = words.find(|char: char| !char.is_ascii_digit()).unwrap_or(words.len());
    let (whole, rest) = words.split_at(whole);
    format!("{}{}", grouped(whole), rest.replace(' ', "\u{a0}"))
}

/// Formats a number: `1,250`.
#[must_use]
pub fn number(number: u64) -> String {
    grouped(&number.to_string())
}

/// Encodes a query parameter, whatever its value contains: `cursor=a%2Fb`.
#[must_use]
pub fn query(name: &str, text: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, text).finish()
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A partner's links as rows: newest first, without deleted ones.
#[must_use]
pub fn links(app: &App, links: Vec<ShareLink>, programs: &[Program], zone: &TimeZone) -> Vec<pages::ShareLink> {
    let links = ShareLink::live(links);
    let now = app.now();
    let shown = links.iter().filter_map(|link| {
        let program = programs.iter().find(|program| program.id == link.program)?;
        let destination = ShareLink::leads_to(link.destination.as_ref(), program);
        let plain = destination.as_str().trim_start_matches("https://");
        Some(pages::ShareLink {
            key: link.key.to_string(),
            url: short_link(app, &link.brand, &link.key),
            program: program.name.to_string(),
            destination: destination.to_string(),
            leads_to: plain.split(['?', '#']).next().unwrap_or(plain).trim_end_matches('/').to_owned(),
            clicks: number(link.clicks),
            conversions: number(link.conversions),
            earned: link.figures.sums("earned").into_iter().map(money).collect(),
            when: when(link.created_at, now, zone),
        })
    });
    shown.collect()
}

/// Totals of a partner's commissions, one per currency.
#[must_use]
pub fn totals(balance: &Balance) -> Vec<Total> {
    let sums = |what| balance.figures.sums(what);
    let all = [sums("accrued"), sums("paid"), sums("reversed")];
    let mut currencies: Vec<Currency> = all.iter().flatten().map(|money| money.currency).collect();
    currencies.sort_by_key(Currency::code);
    currencies.dedup();
    let [accrued, paid, reversed] = all;
    let of = |sums: &[Money], currency: Currency| sums.iter().find(|money| money.currency == currency).copied();
    // The currency in which they earn most comes first, as far as amounts of different currencies compare.
    let amount = |sums: &[Money], currency| of(sums, currency).map_or(0, |money| money.amount);
    currencies.sort_by_key(|currency| std::cmp::Reverse(amount(&accrued, *currency) + amount(&paid, *currency)));
    let nothing = |currency| money(Money { amount: 0, currency });
    let total = |currency: Currency| Total {
        currency: currency.code().to_owned(),
        owed: of(&accrued, currency).is_some(),
        accrued: of(&accrued, currency).map_or_else(|| nothing(currency), money),
        paid: of(&paid, currency).map_or_else(|| nothing(currency), money),
        reversed: of(&reversed, currency).map(money),
    };
    currencies.into_iter().map(total).collect()
}

/// Chart of the last weeks' earnings, in the currency that earned most; `None` if nothing was earned.
#[must_use]
pub fn chart(balance: &Balance, now: Timestamp) -> Option<Chart> {
    let weeks = balance.weeks(now, WEEKS);
    let all = || weeks.iter().flat_map(|(_, sums)| sums);
    let sum_of = |currency| all().filter(|money| money.currency == currency).map(|money| money.amount).sum::<u64>();
    let currency = all().map(|money| money.currency).max_by_key(|currency| (sum_of(*currency), currency.code()))?;
    let earned = |sums: &[Money]| sums.iter().find(|money| money.currency == currency).map_or(0, |money| money.amount);
    let most = weeks.iter().map(|(_, sums)| earned(sums)).max().filter(|most| *most > 0)?;
    let bar = |(monday, sums): &(jiff::civil::Date, Vec<Money>)| {
        let amount = earned(sums);
        let height = u8::try_from(u128::from(amount) * 100 / u128::from(most)).unwrap_or(100);
        Bar {
            label: format!("Week of {}", monday.strftime("%-d %B")),
            value: money(Money { amount, currency }),
            height: if amount > 0 { height.max(3) } else { 0 },
        }
    };
    Some(Chart {
        title: format!("Weekly earnings ({})", currency.code()),
        bars: weeks.iter().map(bar).collect(),
        from: weeks.first().map(|(monday, _)| monday.strftime("%-d %B").to_string()).unwrap_or_default(),
        to: "This week".to_owned(),
        sum: money(Money { amount: sum_of(currency), currency }),
    })
}

/// A commission as a row; with `partner` where the page is about more than one.
#[must_use]
pub fn commission(
    booked: &Commission,
    programs: &[Program],
    partner: Option<&Name>,
    (now, zone): (Timestamp, &TimeZone),
) -> CommissionRow {
    let program = programs.iter().find(|program| program.id == booked.program);
    CommissionRow {
        id: booked.id.to_string(),
        when: when(booked.created_at, now, zone),
        partner: partner.map(|name| Person { id: booked.partner.to_string(), name: name.to_string() }),
        program: program.map(|program| program.name.to_string()).unwrap_or_default(),
        kind: booked.conversion.to_string(),
        reference: booked.external_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        value: booked.value.map(money),
        amount: money(booked.money()),
        state: state(booked.state),
        settled: booked.settled_at.map(|at| when(at, now, zone)),
    }
}

/// Status of a commission, as pages show it.
#[must_use]
pub fn state(state: CommissionState) -> pages::CommissionState {
    match state {
        CommissionState::Accrued => pages::CommissionState::Accrued,
        CommissionState::Paid => pages::CommissionState::Paid,
        CommissionState::Reversed => pages::CommissionState::Reversed,
    }
}

/// Delivery status of an email, as pages show it.
#[must_use]
pub fn mail(state: domain::MailState, detail: Option<&str>) -> pages::Mail {
    let state = match state {
        domain::MailState::Queued => pages::MailState::Queued,
        domain::MailState::Sent => pages::MailState::Sent,
        domain::MailState::Delivered => pages::MailState::Delivered,
        domain::MailState::Delayed => pages::MailState::Delayed,
        domain::MailState::Bounced => pages::MailState::Bounced,
        domain::MailState::Complained => pages::MailState::Complained,
        domain::MailState::Failed => pages::MailState::Failed,
        domain::MailState::Suppressed => pages::MailState::Suppressed,
        domain::MailState::Superseded => pages::MailState::Superseded,
    };
    pages::Mail { state, detail: detail.unwrap_or_default().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        for (amount, currency, words) in [
            (0, Currency::EUR, "0.00\u{a0}EUR"),
            (99, Currency::EUR, "0.99\u{a0}EUR"),
            (123_456_789, Currency::EUR, "1,234,567.89\u{a0}EUR"),
            (1_000, Currency::JPY, "1,000\u{a0}JPY"),
        ] {
            assert_eq!(money(Money { amount, currency }), words);
        }
    }

    #[test]
    fn a_chart_shows_whatever_is_not_nothing() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let value = serde_json::json!({"week_20261116_EUR": 1, "week_20261109_EUR": 1_000, "week_20261109_USD": 7});
        let balance: Balance = serde_json::from_value(value).unwrap();
        let chart = chart(&balance, now).unwrap();
        assert_eq!((chart.title.as_str(), chart.sum.as_str()), ("Weekly earnings (EUR)", "10.01\u{a0}EUR"));
        assert_eq!(chart.bars.iter().map(|bar| bar.height).collect::<Vec<_>>()[9..], [0, 100, 3]);
        assert_eq!(chart.bars[10].label, "Week of 9 November");
        assert!(super::chart(&Balance::default(), now).is_none());
    }
}
