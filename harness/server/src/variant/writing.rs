//! Writes JSON text in every way that RFC 8259 allows.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::surrogates::half;

/// How JSON text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Writing {
    pub(crate) order: MemberOrder,
    pub(crate) space: Space,
    pub(crate) escapes: Escapes,
    pub(crate) odd: Odd,
}

/// JSON that programs have no type for: which kinds of it are added as members to every object but the outermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Odd {
    /// A lone surrogate, in a string and in a name.
    pub(crate) half_a_pair: bool,
    /// Numbers beyond the range of IEEE 754 doubles.
    pub(crate) beyond_doubles: bool,
}

/// The order of an object's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MemberOrder {
    /// By their names.
    #[default]
    Ascending,
    /// By their names, in reverse order.
    Descending,
}

/// White space between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Space {
    #[default]
    Compact,
    /// One member per line, indented.
    Pretty,
    /// All four kinds, wherever white space is allowed, also before and after the text.
    Everywhere,
}

/// The characters that are escaped besides those that must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Escapes {
    /// `/`, as `\/`.
    pub(crate) slash: bool,
    /// Characters beyond ASCII, as `\u` escapes of their UTF-16 units.
    pub(crate) non_ascii: bool,
    /// `<`, `>` and `&`, so that HTML may contain the text.
    pub(crate) html: bool,
    /// Every character of every string, including names.
    pub(crate) everything: bool,
    /// The stand-in characters, as the lone surrogates that they represent.
    pub(crate) halves: bool,
}

impl Writing {
    /// Writes a value as text.
    pub(crate) fn text(self, value: &Value) -> String {
        let mut text = String::new();
        self.gap(&mut text, 0);
        self.value(&mut text, value, 0);
        self.gap(&mut text, 0);
        if self.space == Space::Pretty {
            text = text.trim_start().to_owned();
        }
        text
    }

    fn value(self, text: &mut String, value: &Value, depth: usize) {
        match value {
            Value::String(string) => self.string(text, string),
            Value::Array(elements) => {
                text.push('[');
                for (at, element) in elements.iter().enumerate() {
                    self.before_element(text, at, depth);
                    self.value(text, element, depth + 1);
                }
                self.before_end(text, elements.is_empty(), depth);
                text.push(']');
            }
            Value::Object(members) => {
                text.push('{');
                for (at, (name, member)) in self.ordered(members).into_iter().enumerate() {
                    self.before_element(text, at, depth);
                    self.string(text, name);
                    match self.space {
                        Space::Compact => text.push(':'),
                        Space::Pretty => text.push_str(": "),
                        Space::Everywhere => text.push_str(" \t:\n "),
                    }
                    self.value(text, member, depth + 1);
                }
                let odd = if depth > 0 { self.odd.members() } else { Vec::new() };
                for (at, member) in odd.iter().enumerate() {
                    self.before_element(text, members.len() + at, depth);
                    text.push_str(member);
                }
                self.before_end(text, members.is_empty() && odd.is_empty(), depth);
                text.push('}');
            }
            // null, true, false and numbers are written in only one way.
            other => {
                let _infallible = write!(text, "{other}");
            }
        }
    }

    fn ordered(self, members: &Map<String, Value>) -> Vec<(&String, &Value)> {
        let mut all: Vec<_> = members.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        if self.order == MemberOrder::Descending {
            all.reverse();
        }
        all
    }

    fn before_element(self, text: &mut String, at: usize, depth: usize) {
        if at > 0 {
            self.gap_beside_comma(text);
            text.push(',');
        }
        self.gap(text, depth + 1);
    }

    fn before_end(self, text: &mut String, is_empty: bool, depth: usize) {
        if !is_empty || self.space == Space::Everywhere {
            self.gap(text, depth);
        }
    }

    fn gap(self, text: &mut String, depth: usize) {
        match self.space {
            Space::Compact => {}
            Space::Pretty => {
                text.push('\n');
                text.extend(std::iter::repeat_n("  ", depth));
            }
            Space::Everywhere => text.push_str("\r\n\t "),
        }
    }

    fn gap_beside_comma(self, text: &mut String) {
        if self.space == Space::Everywhere {
            text.push('\t');
        }
    }

    fn string(self, text: &mut String, string: &str) {
        text.push('"');
        for character in string.chars() {
            let Escapes { slash, non_ascii, html, everything, halves } = self.escapes;
            if let Some(half) = half(character).filter(|_| halves) {
                let _infallible = write!(text, "\\u{half:04x}");
                continue;
            }
            let named = match character {
                '"' => Some("\\\""),
                '\\' => Some("\\\\"),
                '\n' => Some("\\n"),
                '\r' => Some("\\r"),
                '\t' => Some("\\t"),
                '/' if slash => Some("\\/"),
                _ => None,
            };
            let by_digits = everything
                || character < ' '
                || (non_ascii && !character.is_ascii())
                || (html && matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'));
            match named {
                Some(named) if !everything => text.push_str(named),
                _ if by_digits => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        let _infallible = write!(text, "\\u{unit:04x}");
                    }
                }
                _ => text.push(character),
            }
        }
        text.push('"');
    }
}

impl Odd {
    fn members(self) -> Vec<&'static str> {
        let halves = [r#""x_half":"a\ud83d""#, r#""x_\ude00":"\udc00\ud800""#];
        let numbers = [r#""x_far":1e400"#, r#""x_near":-1e-400"#, r#""x_long":123456789012345678901234567890.5"#];
        let halves = halves.iter().filter(|_| self.half_a_pair);
        halves.chain(numbers.iter().filter(|_| self.beyond_doubles)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_reads_the_same() {
        let value = json!({
            "a": ["é😀/<b>\u{0}\u{1f}\"\\\n\r\t\u{2028}", 0, -1, 1.5, true, null, [], {}],
            "é": {"x": "", "y": {"z": []}},
        });
        let mut texts = std::collections::BTreeSet::new();
        for order in [MemberOrder::Ascending, MemberOrder::Descending] {
            for space in [Space::Compact, Space::Pretty, Space::Everywhere] {
                for bits in 0..16 {
                    let [slash, non_ascii, html, everything] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
                    let escapes = Escapes { slash, non_ascii, html, everything, halves: false };
                    let text = Writing { order, space, escapes, ..Writing::default() }.text(&value);
                    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value, "{text}");
                    assert!(!(non_ascii || everything) || text.is_ascii(), "{text}");
                    texts.insert(text);
                }
            }
        }
        // Escaping everything includes the other three.
        assert_eq!(texts.len(), 2 * 3 * (8 + 1));
    }

    #[test]
    fn what_no_program_has_a_type_for_is_written_all_the_same() {
        let odd = Odd { half_a_pair: true, beyond_doubles: true };
        let writing = Writing { odd, ..Writing::default() };
        assert_eq!(writing.text(&json!({})), "{}");
        let text = writing.text(&json!({"data": {}}));
        assert!(text.contains(r#"{"x_half":"a\ud83d","x_\ude00":"\udc00\ud800","x_far":1e400,"#), "{text}");
        let writing = Writing { escapes: Escapes { halves: true, ..Escapes::default() }, ..Writing::default() };
        assert_eq!(writing.text(&json!("a\u{10d83d}\u{10fffd}")), "\"a\\ud83d\u{10fffd}\"");
    }

    #[test]
    fn pretty_is_what_people_write() {
        let writing = Writing { space: Space::Pretty, ..Writing::default() };
        assert_eq!(
            writing.text(&json!({"b": [1, {}], "a": []})),
            "{\n  \"a\": [],\n  \"b\": [\n    1,\n    {}\n  ]\n}\n"
        );
    }
}
