//! Lays out JSON for people: a value that fits is on one line, any other has one line per member.
//!
//! The text is ASCII: any other character is escaped, so that a reviewer sees characters that look alike, join, turn
//! the direction or are invisible.

use std::fmt::Write as _;

/// How long a line may get, in characters.
const WIDTH: usize = 120;

/// Lays out compact JSON text, as serde_json writes it; members stay in their order.
#[must_use]
pub(crate) fn lay_out(compact: &str) -> String {
    let mut out = String::new();
    let mut rest = compact;
    value(&mut rest, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Lays out the value at the beginning of `rest`, and advances `rest` past it. `used` counts the characters that are on
/// the line already.
fn value(rest: &mut &str, indent: usize, used: usize, out: &mut String) {
    let (Some(open), whole) = (rest.chars().next(), span(rest)) else { return };
    let flat = flat(whole);
    if !matches!(open, '{' | '[') || used + flat.len() < WIDTH {
        out.push_str(&flat);
        *rest = &rest[whole.len()..];
        return;
    }
    out.push(open);
    *rest = &rest[1..];
    let mut first = true;
    while let Some(next) = rest.chars().next() {
        if matches!(next, '}' | ']') {
            *rest = &rest[1..];
            let _ = write!(out, "\n{:indent$}{next}", "");
            return;
        }
        if !first {
            *rest = &rest[1..];
        }
        let _ = write!(out, "{}\n{:inner$}", if first { "" } else { "," }, "", inner = indent + 2);
        first = false;
        let mut used = indent + 2;
        if open == '{' {
            let name = span(rest);
            let flat = self::flat(name);
            used += flat.len() + 2;
            out.push_str(&flat);
            out.push_str(": ");
            *rest = &rest[name.len() + 1..];
        }
        value(rest, indent + 2, used, out);
    }
}

/// The value at the beginning of a text.
fn span(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            if quoted || depth > 0 {
                continue;
            }
            return &text[..=at];
        }
        match c {
            '"' => quoted = true,
            '{' | '[' => depth += 1,
            '}' | ']' if depth == 0 => return &text[..at],
            '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return &text[..=at];
                }
            }
            ',' | ':' if depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}

/// Compact text on one line, with a space after colon and comma, in ASCII.
fn flat(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in compact.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == '"' {
            quoted = true;
        } else if matches!(c, ',' | ':') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_fits_stays_on_a_line() {
        let long = "x".repeat(70);
        let compact = format!(r#"{{"z":[1,{{"b":"a,\"]}}: é"}},[]],"y":{{}},"long":["{long}","{long}"]}}"#);
        let expected = format!(
            "{{\n  \"z\": [1, {{\"b\": \"a,\\\"]}}: \\u00e9\"}}, []],\n  \"y\": {{}},\n  \"long\": [\n    \"{long}\",\n    \"{long}\"\n  ]\n}}\n"
        );
        assert_eq!(lay_out(&compact), expected);
    }

    #[test]
    fn the_value_stays_the_same_and_lines_are_short() {
        let texts = ["\u{0}\u{7f}", "\\", "\\\"", "😀\u{202e}", "", "[{,:}]", "a\nb"];
        let items: Vec<Value> =
            (0..40).map(|at| json!({"at": at, "texts": texts, "none": null, "deep": [[[at]]]})).collect();
        let document = json!({"items": items, "empty": [{}, []]});
        let text = lay_out(&document.to_string());
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(document));
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= WIDTH), "{text}");
    }
}
