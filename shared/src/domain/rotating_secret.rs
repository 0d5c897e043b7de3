//! Secrets that were replaced, and count beside the current one until the other side has the new one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::sealed::Sealed;

/// How long a secret still counts after it was replaced, in hours.
pub const FORMER_SECRET_HOURS: i64 = 24;

/// How many count at the most, so that nobody's item grows without end.
const AT_MOST: usize = 5;

/// Those that were replaced lately, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FormerSecrets(Vec<Former>);

/// One that was replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Former {
    secret: Sealed,
    /// Until when it counts.
    until: Timestamp,
}

impl FormerSecrets {
    /// These and one that is replaced at `now`. Who replaces twice in a day, since the first answer got lost, has three
    /// that count.
    #[must_use]
    pub fn and(self, replaced: Sealed, now: Timestamp) -> Self {
        let until = now + SignedDuration::from_hours(FORMER_SECRET_HOURS);
        let mut former = vec![Former { secret: replaced, until }];
        former.extend(self.0.into_iter().filter(|former| now < former.until));
        former.truncate(AT_MOST);
        Self(former)
    }

    /// Those that count at `now`.
    pub fn at(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        self.0.iter().filter(move |former| now < former.until).map(|former| &former.secret)
    }

    /// Until when the last of them counts, if one does at `now`.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        self.0.iter().map(|former| former.until).filter(|until| now < *until).max()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &str) -> Sealed {
        serde_json::from_value(serde_json::json!({"key": "k", "text": text})).unwrap()
    }

    #[test]
    fn each_counts_for_a_day_after_it_was_replaced() {
        let hour = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let former = FormerSecrets::default().and(sealed("a"), hour(0)).and(sealed("b"), hour(10));
        let at = |hours| former.at(hour(hours)).cloned().collect::<Vec<_>>();
        assert_eq!(at(23), [sealed("b"), sealed("a")]);
        assert_eq!((at(24), former.until(hour(24))), (vec![sealed("b")], Some(hour(34))));
        assert_eq!((at(34), former.until(hour(34))), (vec![], None));
        let many = (0..20).fold(former, |former, number| former.and(sealed(&number.to_string()), hour(30)));
        assert_eq!(many.at(hour(31)).count(), AT_MOST);
    }
}
