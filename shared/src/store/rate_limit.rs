//! Rate limits: how often something may happen in a window of time.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Condition, Store, Update, attribute, keys};
use crate::error::Result;

const HOURS: [&str; 24] = [
    "h00", "h01", "h02", "h03", "h04", "h05", "h06", "h07", "h08", "h09", "h10", "h11", "h12", "h13", "h14", "h15",
    "h16", "h17", "h18", "h19", "h20", "h21", "h22", "h23",
];

/// A rate limit. Windows are fixed: they begin at multiples of their length since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The name of the limited action; part of the counter's key.
    pub what: &'static str,
    /// The length of a window, in seconds.
    pub window_s: i64,
    /// The number of times it may happen in a window.
    pub most: u32,
    /// The number of times it may happen in one hour of the window, if that is less.
    pub most_an_hour: Option<u32>,
}

impl Store {
    /// Counts one more of `limit` for `subject`; `false` if that would exceed the limit, and then it isn't counted.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn count(&self, limit: Limit, subject: &[&str]) -> Result<bool> {
        let now = self.now().as_second();
        let window = now.div_euclid(limit.window_s);
        let key = keys::rate(limit.what, subject, window);
        let forget = AttributeValue::N((window + 2).saturating_mul(limit.window_s).to_string());
        let below = |name, most: u32| -> Result<Condition> {
            Ok(Condition::Any(vec![Condition::Absent(name), Condition::Below(name, attribute(most)?)]))
        };
        let mut update = Update::of_any(&key).add("n", 1).set("expires_at", forget).when(below("n", limit.most)?);
        if let Some(most) = limit.most_an_hour {
            let name = hour(now);
            update = update.add(name, 1).when(below(name, most)?);
        }
        self.update_if(&key, update).await
    }

    /// Subtracts one that was counted and then turned out not to count.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn uncount(&self, limit: Limit, subject: &[&str]) -> Result<()> {
        let now = self.now().as_second();
        let key = keys::rate(limit.what, subject, now.div_euclid(limit.window_s));
        let mut update = Update::of(&key).add("n", -1).when(Condition::Above("n", attribute(0)?));
        if limit.most_an_hour.is_some() {
            update = update.add(hour(now), -1);
        }
        self.update_if(&key, update).await.map(drop)
    }
}

/// Returns the attribute that counts the hour of `second`.
fn hour(second: i64) -> &'static str {
    let hour = usize::try_from(second.div_euclid(3_600).rem_euclid(24)).unwrap_or_default();
    HOURS.get(hour).copied().unwrap_or("h00")
}
