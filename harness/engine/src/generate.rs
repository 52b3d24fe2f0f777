//! Generates valid requests: a proptest strategy from a schema and a request family.
//!
//! "Valid" means valid under every reading that the spec allows: names hold no control characters and no outer white
//! space, and their length counts in UTF-16 units, which are never fewer than code points or graphemes.

use mixinspec_spec::model::RequestFamily;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::{SBoxedStrategy, Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::schema::Schemas;

/// What generated UUIDs stand for until the request is made.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// The longest text that is generated where the schema sets no bound.
const UNBOUNDED: usize = 64;

/// A generator of one family's documents.
#[derive(Debug, Clone)]
pub struct Generator {
    strategy: SBoxedStrategy<Value>,
    label: String,
}

impl Generator {
    /// The generator of a family's documents in an edition; `None` where the schema is not there.
    #[must_use]
    pub fn new(name: &str, family: &RequestFamily, edition: &str, schemas: &Schemas) -> Option<Self> {
        let schema = schemas.at(&family.schema.0)?;
        let strategy = Shape { family, edition, schemas }.strategy(schema, "");
        Some(Self { strategy, label: format!("{edition}/{name}") })
    }

    /// The tree of the case with this number: its value, and what it shrinks to. The same for the same seed.
    ///
    /// # Errors
    /// When the strategy gives up, which it does not: it filters nothing.
    pub fn tree(&self, seed: u64, number: u64) -> Result<Box<dyn ValueTree<Value = Value>>, String> {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(number.to_le_bytes());
        hasher.update(self.label.as_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &hasher.finalize());
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, rng);
        let tree = self.strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?;
        Ok(Box::new(tree))
    }
}

struct Shape<'a> {
    family: &'a RequestFamily,
    edition: &'a str,
    schemas: &'a Schemas,
}

impl Shape<'_> {
    fn strategy(&self, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let Some(schema) = self.schemas.followed(schema) else { return Just(Value::Null).sboxed() };
        if let Some(values) = self.values(at) {
            return select(values).sboxed();
        }
        if at == self.family.users.as_str() || self.family.uuids.iter().any(|p| p.as_str() == at) {
            return Just(json!(NIL)).sboxed();
        }
        if let Some(value) = schema.get("const") {
            return Just(value.clone()).sboxed();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return select(values.clone()).sboxed();
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => vec!["null"],
        };
        let strategies = types.into_iter().map(|kind| {
            // Null is legal where the schema says so, but not what most cases are about.
            let weight = if kind == "null" { 1 } else { 5 };
            (weight, self.of_type(kind, schema, at))
        });
        Union::new_weighted(strategies.collect()).sboxed()
    }

    fn of_type(&self, kind: &str, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
        match kind {
            "object" => self.object(schema, at),
            "array" => self.array(schema, at),
            "string" if schema.get("format").and_then(Value::as_str) == Some("uuid") => Just(json!(NIL)).sboxed(),
            "string" => {
                let most = bound("maxLength").and_then(|most| usize::try_from(most).ok());
                text(most).prop_map(Value::from).sboxed()
            }
            "integer" => {
                let (least, most) = (bound("minimum").unwrap_or(0), bound("maximum").unwrap_or(1 << 31));
                (least..=most.max(least)).prop_map(Value::from).sboxed()
            }
            "boolean" => any::<bool>().prop_map(Value::from).sboxed(),
            _ => Just(Value::Null).sboxed(),
        }
    }

    fn object(&self, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members: SBoxedStrategy<Vec<(String, Value)>> = Just(Vec::new()).sboxed();
        for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("{at}/{}", crate::schema::escaped(name));
            if self.family.never_present.iter().any(|pointer| pointer.as_str() == place) {
                continue;
            }
            let always = required.contains(&name.as_str()) || self.always_present(&place);
            let presence = if always { Just(true).sboxed() } else { any::<bool>().sboxed() };
            let name = name.clone();
            members = (members, presence, self.strategy(member, &place))
                .prop_map(move |(mut list, present, value)| {
                    if present {
                        list.push((name.clone(), value));
                    }
                    list
                })
                .sboxed();
        }
        members.prop_map(|list| Value::Object(list.into_iter().collect::<Map<_, _>>())).sboxed()
    }

    fn array(&self, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let items = schema.get("items").cloned().unwrap_or(Value::Null);
        let item = self.strategy(&items, &format!("{at}/*"));
        let is_user_list = self.family.users.as_str().split_once("/*").is_some_and(|(list, _)| list == at);
        let [least, most] = match self.family.user_count.get(self.edition) {
            Some(bounds) if is_user_list => *bounds,
            _ => [0, 4],
        };
        // Most lists are short; one in sixteen is at the bound, where limits show.
        let few = most.min(least + 4);
        let lists = Union::new_weighted(vec![
            (15, vec(item.clone(), least..=few).sboxed()),
            (1, vec(item, most..=most).sboxed()),
        ]);
        lists.prop_map(Value::Array).sboxed()
    }

    fn values(&self, at: &str) -> Option<Vec<Value>> {
        let values = self.family.values.get(self.edition)?;
        values.iter().find(|(pointer, _)| pointer.as_str() == at).map(|(_, values)| values.clone())
    }

    fn always_present(&self, at: &str) -> bool {
        let list = self.family.always_present.get(self.edition);
        list.is_some_and(|list| list.iter().any(|pointer| pointer.as_str() == at))
    }
}

/// Pieces of text that have broken implementations: two bytes, three, four; combining, right to left, joined; what
/// JSON, HTML, SQL and formats give a meaning; the ends of the planes.
pub(crate) const PIECES: &[&str] = &[
    "a",
    "Z",
    "7",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "漢",
    "ん",
    "한",
    "😀",
    "👩\u{200d}👩\u{200d}👧",
    "🇨🇭",
    "𝄞",
    "אב",
    "عر",
    "\u{202e}x",
    "\u{e000}",
    "\u{fffd}",
    "\u{ff21}",
    "\u{10fffd}",
    "\"",
    "\\",
    "'",
    "</script>",
    "\u{2028}x",
    "&amp;",
    "%s",
    "{}",
    "a b",
    "$1",
    "\\u0041",
];

/// Text of at most so many UTF-16 units.
fn text(most: Option<usize>) -> SBoxedStrategy<String> {
    let limit = most.unwrap_or(UNBOUNDED);
    let mixed = vec(select(PIECES), 0..12).prop_map(move |pieces| fitted(&pieces.concat(), limit));
    let full = select(vec!["é", "漢", "😀", "a"]).prop_map(move |unit| {
        let width = unit.encode_utf16().count();
        unit.repeat(limit / width)
    });
    if most.is_some() {
        Union::new_weighted(vec![(9, mixed.sboxed()), (1, full.sboxed())]).sboxed()
    } else {
        mixed.sboxed()
    }
}

/// The longest beginning of at most so many UTF-16 units, without outer white space.
fn fitted(text: &str, limit: usize) -> String {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > limit
    });
    text[..end.map_or(text.len(), |(at, _)| at)].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_under_every_way_to_count() {
        let mut runner = TestRunner::deterministic();
        for _ in 0..500 {
            let value = text(Some(16)).new_tree(&mut runner).expect("a tree").current();
            assert!(value.encode_utf16().count() <= 16, "{value}");
            assert!(!value.chars().any(char::is_control), "{value:?}");
            assert_eq!(value.trim(), value);
        }
    }
}
