//! The formats of JSON Schema that the spec uses.

use super::{Invalid, Reason};

/// A format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A hyphenated UUID of RFC 9562, in upper or lower case.
    Uuid,
    /// A date-time of RFC 3339.
    DateTime,
}

impl Format {
    /// Its name in JSON Schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::DateTime => "date-time",
        }
    }

    /// Checks a text.
    ///
    /// # Errors
    ///
    /// When it is not of the format.
    pub fn check(self, text: &str) -> Result<(), Invalid> {
        let matches = match self {
            Self::Uuid => is_uuid(text.as_bytes()),
            Self::DateTime => is_date_time(text.as_bytes()),
        };
        if matches { Ok(()) } else { Err(self.invalid()) }
    }

    pub(crate) fn invalid(self) -> Invalid {
        Invalid::new(Reason::Format(self.name()))
    }
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// RFC 3339, section 5.6: any number of fractional digits, and a leap second only where one may be.
fn is_date_time(text: &[u8]) -> bool {
    let Some((date, time)) = text.split_at_checked(10) else { return false };
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return false };
    let (Some(century), Some(year)) = (two_digits(y1, y2), two_digits(y3, y4)) else { return false };
    let (Some(month), Some(day)) = (two_digits(m1, m2), two_digits(d1, d2)) else { return false };
    if day < 1 || day > days_in(century * 100 + year, month) {
        return false;
    }

    let [b'T' | b't', h1, h2, b':', n1, n2, b':', s1, s2, rest @ ..] = time else { return false };
    let (Some(hour), Some(minute)) = (two_digits(*h1, *h2), two_digits(*n1, *n2)) else { return false };
    let Some(second) = two_digits(*s1, *s2) else { return false };
    if hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        whole => whole,
    };
    let Some(offset) = offset_in_minutes(rest) else { return false };
    // Leap seconds are inserted at 23:59:60 UTC.
    second < 60 || (hour * 60 + minute - offset).rem_euclid(24 * 60) == 23 * 60 + 59
}

fn offset_in_minutes(text: &[u8]) -> Option<i32> {
    match *text {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two_digits(h1, h2)?, two_digits(m1, m2)?);
            let offset = hours * 60 + minutes;
            (hours < 24 && minutes < 60).then_some(if sign == b'+' { offset } else { -offset })
        }
        _ => None,
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

/// The number of days of a month; 0 if there is no such month.
fn days_in(year: i32, month: i32) -> i32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}
