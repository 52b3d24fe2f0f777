//! The format of times in answers: RFC 3339 with nine fractional digits.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::policy::UtcOffset;

/// Nanoseconds since 1970. A `u64` of them reaches the year 2554.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnixTime(u64);

impl UnixTime {
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }

    /// The time since an earlier time, in milliseconds.
    pub(crate) fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 1_000_000
    }

    /// The time truncated to milliseconds.
    pub(crate) fn to_the_millisecond(self) -> Self {
        Self(self.0 - self.0 % 1_000_000)
    }

    /// Formats the time with an offset from UTC.
    pub(crate) fn at(self, offset: UtcOffset) -> AtOffset {
        AtOffset { time: self, offset }
    }
}

/// A time, and the offset with which it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AtOffset {
    time: UnixTime,
    offset: UtcOffset,
}

impl fmt::Display for AtOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = (self.time.0 / 1_000_000_000, self.time.0 % 1_000_000_000);
        let (shift, suffix) = match self.offset {
            UtcOffset::Z => (0, "Z"),
            UtcOffset::Zero => (0, "+00:00"),
            UtcOffset::EightHours => (8 * 3600, "+08:00"),
        };
        let seconds = seconds + shift;
        let (year, month, day) = date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}{suffix}")
    }
}

/// Year, month and day, in the Gregorian calendar, of a day that is counted from 1970. The years here begin in March,
/// so that the leap day is the last of a year; 400 years have 146,097 days.
fn date(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468; // since 0000-03-01
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153; // 0 is March
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_times_of_the_page() {
        let time = UnixTime(1_526_474_084_134_238_105);
        assert_eq!(time.at(UtcOffset::Z).to_string(), "2018-05-16T12:34:44.134238105Z");
        assert_eq!(time.at(UtcOffset::Zero).to_string(), "2018-05-16T12:34:44.134238105+00:00");
        assert_eq!(time.at(UtcOffset::EightHours).to_string(), "2018-05-16T20:34:44.134238105+08:00");
    }

    #[test]
    fn knows_the_calendar() {
        // Every day from 1970 on, counted one by one.
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for since in 0..200_000 {
            assert_eq!(date(since), (year, month, day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let days = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > days {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
