//! Rewrites JSON that the standard allows but serde_json rejects: an escape of a lone surrogate, and a number beyond
//! the range of a 64-bit float (RFC 8259, sections 6 and 8.2). Also turns whole numbers into integers, however they are
//! written.

use serde_json::{Number, Value};

/// The text with everything rewritten that serde_json would reject; `None` if it accepts the text as it is.
pub(super) fn rewritten(text: &str) -> Option<String> {
    // A quick check comes first, so that ordinary JSON costs next to nothing.
    let suspicious = text.contains("\\u") || text.contains(['e', 'E']) || has_many_digits(text);
    if !suspicious {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out: Option<String> = None;
    let (mut at, mut copied) = (0, 0);
    let mut replace = |from: usize, to: usize, with: &str, copied: &mut usize| {
        let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
        out.push_str(&text[*copied..from]);
        out.push_str(with);
        *copied = to;
    };
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                // Between escapes, a string is skipped as fast as memory is read.
                loop {
                    at = memchr::memchr2(b'"', b'\\', &bytes[at..]).map_or(bytes.len(), |length| at + length);
                    if bytes.get(at) != Some(&b'\\') {
                        break;
                    }
                    let is_low = |at| matches!(escaped_unit(bytes, at), Some(0xdc00..=0xdfff));
                    let (width, is_lone) = match escaped_unit(bytes, at) {
                        Some(0xd800..=0xdbff) if is_low(at + 6) => (12, false),
                        Some(0xd800..=0xdfff) => (6, true),
                        Some(_) => (6, false),
                        None => (2, false),
                    };
                    if is_lone {
                        replace(at, at + width, "\\ufffd", &mut copied);
                    }
                    at = (at + width).min(bytes.len());
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let rest = &text[at..];
                let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.' | 'e' | 'E'));
                let number = &rest[..end.unwrap_or(rest.len())];
                if is_number(number) && number.parse::<f64>().is_ok_and(f64::is_infinite) {
                    let largest =
                        if number.starts_with('-') { "-1.7976931348623157e308" } else { "1.7976931348623157e308" };
                    replace(at, at + number.len(), largest, &mut copied);
                }
                at += number.len();
            }
            _ => at += 1,
        }
    }
    out.map(|mut out| {
        out.push_str(&text[copied..]);
        out
    })
}

/// Whether there is a number in it that may be too long for 64 bits.
fn has_many_digits(text: &str) -> bool {
    text.as_bytes().windows(300).any(|window| window.iter().all(u8::is_ascii_digit))
}

/// The UTF-16 code unit of the escape at this position.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
    let digits =
        std::str::from_utf8(&escape[2..]).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether a text is a number by JSON's grammar.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let signed = |exponent: &str| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(signed)
}

/// The value with every number that is whole as an integer: 10002.0 is 10002 (JSON Schema says the same).
pub(super) fn with_whole_numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(whole(number)),
        Value::Array(items) => Value::Array(items.into_iter().map(with_whole_numbers).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, with_whole_numbers(value))).collect())
        }
        other => other,
    }
}

fn whole(number: Number) -> Number {
    /// Up to here a 64-bit float represents every whole number exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() <= EXACT =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within the range")]
            Number::from(value as i64)
        }
        _ => number,
    }
}
