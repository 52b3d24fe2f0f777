//! The server's clock, estimated from its answers. Tokens are signed with its time, so that a server whose clock
//! differs from ours is judged by how it treats tokens, not by its clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::http::message::Received;

/// A difference below this many seconds is ignored: a Date has whole seconds, and an answer takes time to arrive.
const NOTHING: i64 = 5;

/// How far the server's clock is ahead of ours.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    /// The time by the server's clock, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX).saturating_add(self.ahead())
    }

    /// How many seconds the server's clock is ahead of ours; negative where it is behind.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Sets how many seconds the server's clock is ahead.
    pub(crate) fn set(&self, ahead: i64) {
        self.ahead.store(ahead, Ordering::Relaxed);
    }
}

/// How many seconds an answer's Date is ahead of our clock; 0 without a Date, or where the difference is too small.
pub(crate) fn ahead(answer: &Received) -> i64 {
    let date = answer.header("date").and_then(crate::text::time::http_date);
    let ahead = date.map_or(0, |date| date.saturating_sub(answer.now) / 1_000_000);
    if ahead.abs() < NOTHING { 0 } else { ahead }
}

/// A difference in words: `80 seconds ahead of`.
pub(crate) fn describe(ahead: i64) -> String {
    let seconds = ahead.unsigned_abs();
    let rounded = |unit: u64| (seconds + unit / 2) / unit;
    let amount = match (seconds, rounded(60), rounded(3600), rounded(86400)) {
        (_, 0..=1, ..) => format!("{seconds} seconds"),
        (_, minutes, 0..=1, _) => format!("{minutes} minutes"),
        (_, _, hours, 0..=1) => format!("{hours} hours"),
        (.., days) => format!("{days} days"),
    };
    format!("{amount} {}", if ahead < 0 { "behind" } else { "ahead of" })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(date: &str, now: i64) -> Received {
        Received { headers: vec![("date".into(), date.into())], now, ..Received::of(200, Bytes::new()) }
    }

    #[test]
    fn the_difference_is_that_of_the_date() {
        for (date, now, expected) in [
            ("Thu, 01 Jan 1970 00:10:00 GMT", 0, 600),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 600_000_000, -600),
            ("Thu, 01 Jan 1970 00:00:02 GMT", 0, 0),
            ("today", 600_000_000, 0),
        ] {
            assert_eq!(ahead(&answer(date, now)), expected, "{date}");
        }
    }

    #[test]
    fn it_is_told_in_the_unit_that_fits() {
        let told: Vec<String> = [80, -599, 7300, 200_000].map(describe).into();
        assert_eq!(told, ["80 seconds ahead of", "10 minutes behind", "2 hours ahead of", "2 days ahead of"]);
    }
}
