//! The types of plain scalars: exactly the table of the core schema (YAML 1.2.2, 10.3.2).

use super::Value;

/// The value of an unquoted scalar without a tag; `None` for a number that JSON does not have.
pub(super) fn resolve(text: &str) -> Option<Value> {
    if is_null(text) {
        return Some(Value::Null);
    }
    if let Some(bool) = bool(text) {
        return Some(Value::Bool(bool));
    }
    if is_integer(text) || is_float(text) {
        return number(text);
    }
    Some(Value::Text(text.to_owned()))
}

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

pub(super) fn bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// `[-+]? [0-9]+`, `0o [0-7]+` or `0x [0-9a-fA-F]+`.
pub(super) fn is_integer(text: &str) -> bool {
    match radix(text) {
        (_, "") => false,
        (10, digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        (radix, digits) => digits.chars().all(|digit| digit.is_digit(radix)),
    }
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, infinity and not-a-number.
pub(super) fn is_float(text: &str) -> bool {
    let unsigned = unsigned(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(self::unsigned(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// The value of a text that is an integer or a float; `None` where JSON has no such number.
pub(super) fn number(text: &str) -> Option<Value> {
    if is_integer(text) {
        let (radix, digits) = radix(text);
        let whole = u64::from_str_radix(digits, radix).ok();
        let value = match (text.starts_with('-'), whole) {
            (false, Some(whole)) => Some(Value::Whole(whole)),
            (true, Some(0)) => Some(Value::Whole(0)),
            (true, Some(whole)) => 0_i64.checked_sub_unsigned(whole).map(Value::Negative),
            (_, None) => None,
        };
        if value.is_some() || radix != 10 {
            return value;
        }
        // A decimal number beyond 64 bits is rounded, as JSON readers do.
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float)
}

fn radix(text: &str) -> (u32, &str) {
    match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(octal), _) => (8, octal),
        (_, Some(hexadecimal)) => (16, hexadecimal),
        _ => (10, unsigned(text)),
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}
