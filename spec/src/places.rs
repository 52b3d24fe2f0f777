//! Maps JSON Pointers into a YAML file to places: a line, a column and a range of bytes.
//!
//! The typed model has no places. So a file is read a second time into a tree that has them, in which the lint looks up
//! the place of a finding.

use std::ops::Range;

use crate::pointer;
use crate::yaml::{self, Key, Node, Value};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The bytes.
    pub span: Range<usize>,
}

impl Place {
    /// The place of a range of bytes in a text.
    #[must_use]
    pub fn of_span(text: &str, span: Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span: span.start.min(text.len())..span.end.min(text.len()),
        }
    }
}

/// A YAML file as a tree of places.
#[derive(Debug)]
pub(crate) struct Places {
    root: Node,
    text: String,
}

impl Places {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is not YAML.
    pub(crate) fn read(text: &str) -> Result<Self, yaml::YamlError> {
        Ok(Self { root: yaml::read(text)?, text: text.to_owned() })
    }

    /// The place of the value at a pointer; if a member is missing, the last place on the way to it.
    pub(crate) fn value(&self, pointer: &str) -> Place {
        let (found, key) = self.find(pointer);
        match (&found.value, key) {
            // The place of a block list or map is its first element or member; its key says more.
            (Value::List(_) | Value::Map(_), Some(key)) => Place::of_span(&self.text, key.span.clone()),
            _ => Place::of_span(&self.text, found.span.clone()),
        }
    }

    /// The place of the key of the member at a pointer; the value's place if there is no key.
    pub(crate) fn key(&self, pointer: &str) -> Place {
        match self.find(pointer).1 {
            Some(key) => Place::of_span(&self.text, key.span.clone()),
            None => self.value(pointer),
        }
    }

    fn find(&self, pointer: &str) -> (&Node, Option<&Key>) {
        let mut at = &self.root;
        let mut key = None;
        for token in pointer::tokens(pointer).unwrap_or_default() {
            match &at.value {
                Value::Map(members) => {
                    let Some((name, value)) = members.iter().find(|(key, _)| key.name == token) else { break };
                    key = Some(name);
                    at = value;
                }
                Value::List(items) => {
                    let named = |item: &&Node| matches!(&item.value, Value::Text(text) if *text == token);
                    // An element of `required` is addressed by its name.
                    let by_name = key.filter(|key| key.name == "required").and_then(|_| items.iter().find(named));
                    let by_index = || token.parse::<usize>().ok().and_then(|index| items.get(index));
                    let Some(item) = by_name.or_else(by_index) else { break };
                    key = None;
                    at = item;
                }
                _ => break,
            }
        }
        (at, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "é: 1\na:\n  b: [x, 'y']\n  required: [p, q]\n  big: 340282366920938463463374607431768211455\n  c:\n    - d: \"é\"\n      f: 1.5\n";

    fn at(place: &Place) -> (usize, usize, &str) {
        (place.line, place.column, &TEXT[place.span.clone()])
    }

    #[test]
    fn a_pointer_gives_line_column_and_bytes() {
        let places = Places::read(TEXT).expect("YAML");
        assert_eq!(at(&places.value("/é")), (1, 4, "1"));
        assert_eq!(at(&places.key("/é")), (1, 1, "é"));
        assert_eq!(at(&places.value("/a/b/1")), (3, 10, "'y'"));
        assert_eq!(at(&places.value("/a/required/q")), (4, 17, "q"));
        assert_eq!(at(&places.value("/a/c/0/d")), (7, 10, "\"é\""));
        assert_eq!(at(&places.value("/a/c/0/f")), (8, 10, "1.5"));
    }

    #[test]
    fn a_map_stands_where_its_key_does() {
        let places = Places::read(TEXT).expect("YAML");
        assert_eq!(at(&places.value("/a")), (2, 1, "a"));
    }

    #[test]
    fn what_is_missing_stands_where_the_way_to_it_ends() {
        let places = Places::read(TEXT).expect("YAML");
        assert_eq!(at(&places.value("/a/b/7/x")), (3, 3, "b"));
    }

    #[test]
    fn what_is_no_yaml_has_no_places() {
        assert!(Places::read("a: [1").is_err());
    }

    #[test]
    fn a_span_is_counted_in_characters_and_cut_to_the_text() {
        let place = Place::of_span("é\nüx", 5..99);
        assert_eq!((place.line, place.column, place.span), (2, 2, 5..6));
    }
}
