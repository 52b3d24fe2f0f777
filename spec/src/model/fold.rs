//! The items of a fold: parameters of its derivation, and functions of them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An item of a fold. A list is applied element by element. An item is written as `name`, `uuid(name)`, `sorted(name)`,
/// `reversed(name)` or `distinct(name)`; a `+` joins lists and single values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoldItem {
    /// A parameter, as given.
    Parameter(String),
    /// As a lower-case hyphenated UUID; an error if it is not a UUID.
    Uuid(Box<Self>),
    /// In the order of their code points.
    Sorted(Box<Self>),
    /// In the reverse order of their code points.
    Reversed(Box<Self>),
    /// In the order of their code points, each once.
    Distinct(Box<Self>),
    /// One list after another.
    Sum(Box<Self>, Box<Self>),
}

impl FoldItem {
    /// The parameters that it names.
    #[must_use]
    pub fn parameters(&self) -> Vec<&str> {
        match self {
            Self::Parameter(name) => vec![name],
            Self::Uuid(item) | Self::Sorted(item) | Self::Reversed(item) | Self::Distinct(item) => item.parameters(),
            Self::Sum(one, other) => [one.parameters(), other.parameters()].concat(),
        }
    }
}

impl fmt::Display for FoldItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => f.write_str(name),
            Self::Uuid(item) => write!(f, "uuid({item})"),
            Self::Sorted(item) => write!(f, "sorted({item})"),
            Self::Reversed(item) => write!(f, "reversed({item})"),
            Self::Distinct(item) => write!(f, "distinct({item})"),
            Self::Sum(one, other) => write!(f, "{one} + {other}"),
        }
    }
}

impl FromStr for FoldItem {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some((one, other)) = sum(text) {
            return Ok(Self::Sum(Box::new(one.parse()?), Box::new(other.parse()?)));
        }
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let Some((function, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
            return if is_name(text) { Ok(Self::Parameter(text.to_owned())) } else { Err(unfit(text)) };
        };
        let item = Box::new(inner.parse()?);
        match function {
            "uuid" => Ok(Self::Uuid(item)),
            "sorted" => Ok(Self::Sorted(item)),
            "reversed" => Ok(Self::Reversed(item)),
            "distinct" => Ok(Self::Distinct(item)),
            _ => Err(format!("`{function}` is no function of a fold: these are uuid, sorted, reversed and distinct")),
        }
    }
}

/// Splits a text at its first `+` outside of parentheses.
fn sum(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            '+' if depth == 0 => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn unfit(text: &str) -> String {
    format!("`{text}` is no item of a fold: expected a parameter, or uuid, sorted, reversed or distinct of one")
}

impl<'de> Deserialize<'de> for FoldItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for FoldItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for FoldItem {
    fn schema_name() -> Cow<'static, str> {
        "FoldItem".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An item of a fold: a parameter, `uuid(x)`, `sorted(x)`, `reversed(x)`, `distinct(x)`, or `x + y`.",
            "type": "string",
            "minLength": 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in ["random", "uuid(random)", "sorted(participants + owner)", "distinct(a + reversed(b)) + c"] {
            let item: FoldItem = text.parse().expect("an item");
            assert_eq!(item.to_string(), text);
        }
        let item: FoldItem = "sorted(participants + owner)".parse().expect("an item");
        assert_eq!(item.parameters(), ["participants", "owner"]);
    }

    #[test]
    fn what_is_no_item_is_told() {
        for text in ["", "sorted(", "sorted()", "shuffled(a)", "a b", "a +", "(a)", "A", "sorted(a))"] {
            assert!(text.parse::<FoldItem>().is_err(), "{text}");
        }
    }
}
