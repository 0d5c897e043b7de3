//! Times as people read them, in the brand's time zone.

use jiff::Timestamp;

use super::pages::When;
use crate::domain::TimeZone;

/// Formats a time in three ways: for machines, relative to now, and in full.
#[must_use]
pub fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> When {
    When {
        datetime: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        relative: relative(at, now),
        absolute: moment(at, zone),
    }
}

/// Formats a time like `22 November 2026, 14:05 CET`.
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.rules()).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// Formats a day like `22 December 2026`.
#[must_use]
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.rules()).strftime("%-d %B %Y").to_string()
}

fn relative(at: Timestamp, now: Timestamp) -> String {
    let minutes = at.duration_until(now).as_secs().max(0) / 60;
    let (number, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        1_440..43_200 => (minutes / 1_440, "day"),
        43_200..525_600 => (minutes / 43_200, "month"),
        _ => (minutes / 525_600, "year"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_moment_is_shown_in_the_zone_of_the_brand() {
        let at: Timestamp = "2026-11-22T13:05:00Z".parse().unwrap();
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        assert_eq!(moment(at, &berlin), "22 November 2026, 14:05 CET");
        assert_eq!(day(at, &berlin), "22 November 2026");
        assert_eq!(when(at, at, &berlin).datetime, "2026-11-22T13:05:00Z");
    }

    #[test]
    fn the_past_is_shown_in_one_unit() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 1_000);
        for (seconds, words) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (7_200, "2 hours ago"),
            (86_400, "1 day ago"),
            (86_400 * 45, "1 month ago"),
            (86_400 * 800, "2 years ago"),
        ] {
            assert_eq!(relative(now - SignedDuration::from_secs(seconds), now), words);
        }
    }
}
