//! Rotated secrets, which remain valid beside the current one until the other side has the new one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::crypto::envelope::Sealed;

/// Hours for which a secret remains valid after it was replaced.
pub const FORMER_SECRET_HOURS: i64 = 24;

/// Maximum number of valid ones, so that an item doesn't grow without limit.
const AT_MOST: usize = 5;

/// Recently replaced secrets, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RotatedSecrets(Vec<Former>);

/// A replaced secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Former {
    secret: Sealed,
    /// End of its validity.
    until: Timestamp,
}

impl RotatedSecrets {
    /// Adds one that is replaced at `now`. A client that rotates twice in a day, for example because the first response
    /// was lost, has three valid secrets.
    #[must_use]
    pub fn and(self, replaced: Sealed, now: Timestamp) -> Self {
        let until = now + SignedDuration::from_hours(FORMER_SECRET_HOURS);
        let mut former = vec![Former { secret: replaced, until }];
        former.extend(self.0.into_iter().filter(|former| now < former.until));
        former.truncate(AT_MOST);
        Self(former)
    }

    /// Returns those that are valid at `now`.
    pub fn at(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        self.0.iter().filter(move |former| now < former.until).map(|former| &former.secret)
    }

    /// Returns the time until which the last of them is valid, if any is valid at `now`.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        self.0.iter().map(|former| former.until).filter(|until| now < *until).max()
    }

    /// Returns `true` if there are none.
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
        let former = RotatedSecrets::default().and(sealed("a"), hour(0)).and(sealed("b"), hour(10));
        let at = |hours| former.at(hour(hours)).cloned().collect::<Vec<_>>();
        assert_eq!(at(23), [sealed("b"), sealed("a")]);
        assert_eq!((at(24), former.until(hour(24))), (vec![sealed("b")], Some(hour(34))));
        assert_eq!((at(34), former.until(hour(34))), (vec![], None));
        let many = (0..20).fold(former, |former, number| former.and(sealed(&number.to_string()), hour(30)));
        assert_eq!(many.at(hour(31)).count(), AT_MOST);
    }
}
