//! Writes JSON text in every way that RFC 8259 allows.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// How JSON text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Writing {
    pub(crate) order: Order,
    pub(crate) space: Space,
    pub(crate) escapes: Escapes,
}

/// The order of an object's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Order {
    /// By their names.
    #[default]
    Ascending,
    /// By their names, the last first.
    Descending,
}

/// White space between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Space {
    #[default]
    Compact,
    /// A member a line, indented.
    Pretty,
    /// All four kinds of it, wherever it may stand, before the text and after it too.
    Everywhere,
}

/// What is escaped beside what must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Escapes {
    /// `/`, as `\/`.
    pub(crate) slash: bool,
    /// What is not ASCII, as `\u` and the digits of its UTF-16.
    pub(crate) non_ascii: bool,
    /// `<`, `>` and `&`, so that the text may stand in HTML.
    pub(crate) html: bool,
    /// Every character of every string, names too.
    pub(crate) everything: bool,
}

impl Writing {
    /// The text of a value.
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
                self.before_end(text, members.is_empty(), depth);
                text.push('}');
            }
            // null, true, false and numbers have one form here.
            other => {
                let _infallible = write!(text, "{other}");
            }
        }
    }

    fn ordered(self, members: &Map<String, Value>) -> Vec<(&String, &Value)> {
        let mut all: Vec<_> = members.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        if self.order == Order::Descending {
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
            let Escapes { slash, non_ascii, html, everything } = self.escapes;
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
        for order in [Order::Ascending, Order::Descending] {
            for space in [Space::Compact, Space::Pretty, Space::Everywhere] {
                for bits in 0..16 {
                    let [slash, non_ascii, html, everything] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
                    let escapes = Escapes { slash, non_ascii, html, everything };
                    let text = Writing { order, space, escapes }.text(&value);
                    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value, "{text}");
                    assert!(!(non_ascii || everything) || text.is_ascii(), "{text}");
                    texts.insert(text);
                }
            }
        }
        // To escape everything includes the other three.
        assert_eq!(texts.len(), 2 * 3 * (8 + 1));
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
