//! Reads and writes RFC 3339 times and HTTP dates, as far as rules need them: microseconds since 1970, and the written
//! offset.

use std::time::UNIX_EPOCH;

/// An RFC 3339 time, as fine as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Seconds since 1970. Leap seconds count as the next second.
    seconds: i64,
    /// The fraction, in nanoseconds.
    nanos: i64,
    /// The value of the last non-zero digit, in nanoseconds.
    unit: i64,
}

impl Instant {
    /// Reads a time; `None` if the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (seconds, fraction) = parts(text)?;
        // A writer with milliseconds may write more digits, which are zeros.
        let fraction = fraction.trim_end_matches('0');
        let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        let digits = u32::try_from(fraction.len().min(9)).ok()?;
        Some(Self { seconds, nanos: number(&nine)?, unit: 10_i64.pow(9 - digits) })
    }

    /// Whether two times are equal at the precision of the coarser one, which may have been rounded or cut.
    #[must_use]
    pub fn is_same(self, other: Self) -> bool {
        let (fine, coarse) = if self.unit <= other.unit { (self, other) } else { (other, self) };
        let beyond = i128::from(fine.seconds - coarse.seconds) * 1_000_000_000 + i128::from(fine.nanos - coarse.nanos);
        let unit = i128::from(coarse.unit);
        if fine.unit == coarse.unit { beyond == 0 } else { (-unit / 2..unit).contains(&beyond) }
    }
}

/// The microseconds since 1970 of an RFC 3339 time; `None` if the text is not one.
#[must_use]
pub fn micros(text: &str) -> Option<i64> {
    let Instant { seconds, nanos, .. } = Instant::parse(text)?;
    Some(seconds * 1_000_000 + nanos / 1000)
}

/// The RFC 3339 time in UTC of a number of microseconds since 1970, to the millisecond.
#[must_use]
pub fn rfc3339(micros: i64) -> String {
    let (seconds, millis) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000) / 1000);
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The seconds since 1970 of an RFC 3339 time, and the digits of its fraction.
fn parts(text: &str) -> Option<(i64, &str)> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes()[10], b'T' | b't') {
        return None;
    }
    let days = days(number(date.get(..4)?)?, number(date.get(5..7)?)?, number(date.get(8..10)?)?)?;
    let (hour, minute, second) = (number(rest.get(..2)?)?, number(rest.get(3..5)?)?, number(rest.get(6..8)?)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let tail = rest.get(8..)?;
    let zone_at = tail.find(['Z', 'z', '+', '-'])?;
    let fraction = match &tail[..zone_at] {
        "" => "",
        digits => digits.strip_prefix('.').filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))?,
    };
    let zone = &tail[zone_at..];
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            if zone.len() != 6 || zone.as_bytes()[3] != b':' {
                return None;
            }
            sign * (number(zone.get(1..3)?)? * 3600 + number(zone.get(4..6)?)? * 60)
        }
    };
    Some((days * 86_400 + hour * 3600 + minute * 60 + second - offset, fraction))
}

/// The offset of an RFC 3339 time as it is written.
#[must_use]
pub fn offset(text: &str) -> Option<&str> {
    micros(text)?;
    let tail = text.get(19..)?;
    Some(&tail[tail.find(['Z', 'z', '+', '-'])?..])
}

/// The microseconds since 1970 of an HTTP date (RFC 9110, section 5.6.7), which has whole seconds.
#[must_use]
pub fn http_date(text: &str) -> Option<i64> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok()
}

fn number(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// Days since 1970 in the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day of a number of days since 1970 (Howard Hinnant's `civil_from_days`).
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let of_cycle = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_cycle + of_cycle / 4 - of_cycle / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (of_cycle + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_kinds_are_read() {
        assert_eq!(micros("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(micros("2018-05-16T12:34:44.134238105Z"), Some(1_526_474_084_134_238));
        assert_eq!(micros("2018-05-16T20:34:44.134238105+08:00"), Some(1_526_474_084_134_238));
        assert_eq!(micros("0001-01-01T00:00:00Z"), Some(-62_135_596_800_000_000));
        assert_eq!(http_date("Wed, 16 May 2018 12:34:44 GMT"), Some(1_526_474_084_000_000));
    }

    #[test]
    fn a_time_is_written_as_it_is_read() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "2024-02-29T23:59:59.999Z",
            "1969-12-31T23:59:59.001Z",
            "2000-03-01T00:00:00.500Z",
        ] {
            assert_eq!(rfc3339(micros(text).expect("a time")), text);
        }
    }

    #[test]
    fn a_time_that_is_written_in_fewer_digits_is_the_same() {
        let same = |a: &str, b: &str| Instant::parse(a).expect(a).is_same(Instant::parse(b).expect(b));
        assert!(same("2018-05-16T12:34:44.134238105Z", "2018-05-16T20:34:44.134238+08:00"));
        assert!(same("2018-05-16T12:34:44.9996Z", "2018-05-16T12:34:45Z"));
        assert!(same("2018-05-16T12:34:44.13Z", "2018-05-16T12:34:44.130Z"));
        assert!(same("2018-05-16T12:34:44.134238105Z", "2018-05-16T12:34:44.134000000Z"));
        assert!(!same("2018-05-16T12:34:44.134238105Z", "2018-05-16T12:34:44.134238106Z"));
        assert!(!same("2018-05-16T12:34:44.134238Z", "2018-05-16T12:34:44.135Z"));
        assert!(!same("2018-05-16T12:34:44Z", "2018-05-16T12:34:45Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "2018-05-16", "2018-05-16 12:34:44Z", "2018-13-16T12:34:44Z", "2018-05-16T12:34:44", "é"] {
            assert_eq!(micros(text), None, "{text}");
        }
        assert_eq!(offset("2018-05-16T12:34:44.5-00:30"), Some("-00:30"));
        for text in [
            "yesterday",
            "Fri, 31 Dec 9999999999999 23:59:59 GMT",
            "Wed, 16 May 2018 99999999999999:34:44 GMT",
            "Wed, 16 May 2018 12:34:44",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
