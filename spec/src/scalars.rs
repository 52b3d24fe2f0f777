//! Maps a part of a YAML scalar's value to its bytes in the file, across quotes, escapes and folded lines.

use std::ops::Range;

/// The bytes of the file that a part of a scalar's value came from; `None` if the notation is too complex.
///
/// `raw` is the scalar as it is written (with its quotes, but without the header of a block), and begins at `start`.
pub(crate) fn in_file(raw: &str, start: usize, value: &str, part: Range<usize>) -> Option<Range<usize>> {
    let at = |byte: usize| offset(raw, value, byte);
    let from = at(part.start)?;
    // The end is computed from the last character, since the next one may be on another line.
    let last = value.get(..part.end)?.char_indices().next_back().map(|(at, _)| at).filter(|last| *last >= part.start);
    let to = match last {
        Some(last) => at(last)? + raw_len(raw, at(last)?),
        None => from,
    };
    Some(start + from..start + to)
}

/// The offset in `raw` of the character at `byte` of `value`; the end where `byte` is the end.
fn offset(raw: &str, value: &str, byte: usize) -> Option<usize> {
    let quote = raw.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let mut at = quote.map_or(0, char::len_utf8);
    let mut wanted = value.char_indices().peekable();
    while let Some((position, character)) = wanted.next() {
        let rest = raw.get(at..)?;
        if quote == Some('"') && rest.starts_with("\\\n") {
            return None;
        }
        if position == byte {
            return Some(at);
        }
        let next = rest.chars().next()?;
        if character.is_whitespace() && next.is_whitespace() {
            // A fold turns a line break and an indentation into one space, or several breaks into fewer.
            at += rest.len() - rest.trim_start().len();
            while let Some((position, _)) = wanted.next_if(|(_, c)| c.is_whitespace()) {
                if position == byte {
                    return Some(at);
                }
            }
        } else if quote == Some('"') && next == '\\' {
            at += escape_len(rest)?;
        } else if quote == Some('\'') && rest.starts_with("''") {
            at += 2;
        } else if next == character {
            at += next.len_utf8();
        } else {
            return None;
        }
    }
    (byte == value.len()).then_some(at)
}

/// The length of the character at `at`, or of the escape that stands for it.
fn raw_len(raw: &str, at: usize) -> usize {
    let rest = raw.get(at..).unwrap_or_default();
    match raw.chars().next() {
        Some('"') if rest.starts_with('\\') => escape_len(rest).unwrap_or(1),
        Some('\'') if rest.starts_with("''") => 2,
        _ => rest.chars().next().map_or(0, char::len_utf8),
    }
}

/// The length of an escape of a double-quoted scalar; `None` for an escaped line break.
fn escape_len(rest: &str) -> Option<usize> {
    match rest.chars().nth(1)? {
        'x' => Some(4),
        'u' => Some(6),
        'U' => Some(10),
        '\n' | '\r' => None,
        other => Some(1 + other.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(raw: &str, value: &str, part: &str, expected: &str) {
        let start = value.find(part).unwrap_or_else(|| panic!("no {part} in {value}"));
        let range = in_file(raw, 0, value, start..start + part.len()).unwrap_or_else(|| panic!("lost in {raw}"));
        assert_eq!(&raw[range], expected, "{raw}");
    }

    #[test]
    fn every_style_is_followed() {
        found("a == é && b", "a == é && b", "b", "b");
        found("'it''s x'", "it's x", "'s", "''s");
        found("'it''s x'", "it's x", "x", "x");
        found(r#""a \"b\" \u00e9 c""#, "a \"b\" é c", "c", "c");
        found(r#""a \"b\" c""#, "a \"b\" c", "b\"", "b\\\"");
        found("a ==\n      b &&\n      c", "a == b && c", "b && c", "b &&\n      c");
        found("a ==\n\n      b", "a ==\nb", "b", "b");
        found("l1\n  l2\n", "l1\nl2\n", "l2", "l2");
    }

    #[test]
    fn the_end_is_a_place() {
        assert_eq!(in_file("'ab'", 10, "ab", 2..2), Some(13..13));
        assert_eq!(in_file("ab\n   cd", 0, "ab cd", 5..5), Some(8..8));
    }

    #[test]
    fn what_cannot_be_followed_has_no_place() {
        assert_eq!(in_file("\"a\\\n  b\"", 0, "ab", 1..2), None);
        assert_eq!(in_file("xy", 0, "ab", 1..2), None);
    }
}
