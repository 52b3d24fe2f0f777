//! Generates valid requests: a proptest strategy from a schema and a request family.
//!
//! "Valid" means valid under every reading that the spec allows: names hold no control characters and no outer white
//! space, and their length counts in UTF-16 units, which are never fewer than code points or graphemes. Each request is
//! dense: it carries as many hazards as fit at once; making it smaller finds the one that matters.

mod chunks;
mod hazards;
mod spread;
mod text;

use std::sync::Arc;

use mixinspec_spec::model::RequestFamily;
use proptest::bool::weighted;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::{NewTree, SBoxedStrategy, Union, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use regex::Regex;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub(crate) use self::chunks::Chunks;
pub(crate) use self::hazards::PIECES;
pub use self::spread::{order, spread};
use self::text::Dense;
use crate::edition::schema::Schemas;

/// The placeholder for each generated UUID until the request is made.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// A generator of one family's documents.
#[derive(Debug, Clone)]
pub struct Generator {
    family: RequestFamily,
    edition: String,
    schemas: Arc<Schemas>,
    label: String,
    /// How long the list of users is, where that differs from the family's own.
    users: Option<[usize; 2]>,
}

impl Generator {
    /// The generator of a family's documents in an edition; `None` where the schema is not there.
    #[must_use]
    pub fn new(name: &str, family: &RequestFamily, edition: &str, schemas: &Arc<Schemas>) -> Option<Self> {
        schemas.at(&family.schema.0)?;
        let (edition, label) = (edition.to_owned(), format!("{edition}/{name}"));
        Some(Self { family: family.clone(), edition, schemas: Arc::clone(schemas), label, users: None })
    }

    /// The same for lists of users of another length, under another name.
    #[must_use]
    pub fn for_users(&self, name: &str, users: Option<[usize; 2]>) -> Self {
        Self { label: format!("{}/{name}", self.edition), users: users.or(self.users), ..self.clone() }
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
        // Each seed begins somewhere else among the texts and sizes; seed 1 begins with the first.
        let number = seed.wrapping_sub(1).wrapping_mul(1_000_003).wrapping_add(number);
        let shape = DocumentShape { generator: self, number };
        let schema = self.schemas.at(&self.family.schema.0).unwrap_or(&Value::Null);
        let tree = shape.strategy(schema, "").new_tree(&mut runner).map_err(|reason| reason.to_string())?;
        Ok(Box::new(tree))
    }
}

struct DocumentShape<'a> {
    generator: &'a Generator,
    /// The number of the document, which its texts and lists depend on.
    number: u64,
}

impl DocumentShape<'_> {
    fn strategy(&self, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let Some(schema) = self.generator.schemas.followed(schema) else { return Just(Value::Null).sboxed() };
        if let Some(values) = self.values(at) {
            return select(values).sboxed();
        }
        let family = &self.generator.family;
        if family.users.iter().chain(&family.uuids).any(|pointer| pointer.as_str() == at) {
            return Just(json!(NIL)).sboxed();
        }
        if let Some(value) = schema.get("const") {
            return Just(value.clone()).sboxed();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return select(values.clone()).sboxed();
        }
        let mut types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => vec!["null"],
        };
        if self.is_word(schema) && types.contains(&"string") {
            types.retain(|kind| *kind != "null");
        }
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
            "string" if schema.get("format").and_then(Value::as_str) == Some("date-time") => {
                select(vec![json!("2018-05-03T14:30:25.5Z"), json!("2030-12-31T23:59:59+08:00")]).sboxed()
            }
            "string" => self.string(schema, at),
            "integer" | "number" => {
                let (least, most) = (bound("minimum").unwrap_or(0), bound("maximum").unwrap_or(1 << 31));
                (least..=most.max(least)).prop_map(Value::from).sboxed()
            }
            "boolean" => any::<bool>().prop_map(Value::from).sboxed(),
            _ => Just(Value::Null).sboxed(),
        }
    }

    fn string(&self, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let (least, most) = (bound("minLength").unwrap_or(0), bound("maxLength"));
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            // A text that is generated from the pattern without its anchors matches the whole pattern.
            let unanchored = pattern.strip_prefix('^').unwrap_or(pattern);
            let unanchored = unanchored.strip_suffix('$').unwrap_or(unanchored);
            let regex = Regex::new(pattern).ok();
            let fits = move |text: &str| {
                let length = text.chars().count();
                let long_enough = length >= least && most.is_none_or(|most| length <= most);
                long_enough && regex.as_ref().is_none_or(|regex| regex.is_match(text))
            };
            // If the pattern cannot generate a text, the plain request's value is used.
            let base = self.generator.family.base.get(&self.generator.edition);
            let plain = base.and_then(|base| base.pointer(at)).cloned().unwrap_or(Value::Null);
            return match string_regex(unanchored) {
                Ok(made) => {
                    made.prop_map(move |text| if fits(&text) { Value::from(text) } else { plain.clone() }).sboxed()
                }
                Err(_) => Just(plain).sboxed(),
            };
        }
        let long_enough = move |text: String| {
            let missing = least.saturating_sub(text.chars().count());
            text + &"x".repeat(missing)
        };
        let text = Dense::new(most, self.number);
        let text = if self.is_plain(at) { text } else { text.further() };
        text.prop_map(move |text| Value::from(long_enough(text))).sboxed()
    }

    /// Whether the plain request has a member here.
    fn is_plain(&self, at: &str) -> bool {
        let base = self.generator.family.base.get(&self.generator.edition);
        base.is_some_and(|base| base.pointer(at).is_some())
    }

    fn object(&self, schema: &Value, at: &str) -> SBoxedStrategy<Value> {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members: SBoxedStrategy<Vec<(String, Value)>> = Just(Vec::new()).sboxed();
        for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("{at}/{}", crate::edition::schema::escaped(name));
            if self.named(&self.generator.family.never_present, &place) {
                continue;
            }
            let always = required.contains(&name.as_str()) || self.named(&self.generator.family.always_present, &place);
            // Most hazards are in texts, and a run is to send all of them.
            let often = if is_text(member) { 0.8 } else { 0.5 };
            let always = always || self.is_word(member);
            let presence = if always { Just(true).sboxed() } else { weighted(often).sboxed() };
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
        let family = &self.generator.family;
        let users = family.users.as_ref().and_then(|users| users.as_str().split_once("/*"));
        let is_user_list = users.is_some_and(|(list, _)| list == at);
        let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let [least, most] = match self.generator.users.or(family.user_count.get(&self.generator.edition).copied()) {
            Some(bounds) if is_user_list => bounds,
            _ => {
                let least = bound("minItems").unwrap_or(0);
                [least, bound("maxItems").unwrap_or(usize::MAX).min(least + 4)]
            }
        };
        // Most lists are short; one in eight has a length from the whole range, the bounds first.
        let few = most.min(least + 4);
        let length = if self.number % 8 == 3 {
            spread(self.number / 8 + 1, least, most)
        } else {
            spread(self.number, least, few)
        };
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true)) && !is_user_list;
        let distinct = move |mut list: Vec<Value>| {
            let mut seen = Vec::new();
            list.retain(|value| {
                !unique
                    || !seen.contains(value) && {
                        seen.push(value.clone());
                        true
                    }
            });
            Value::Array(list)
        };
        ItemsStrategy { item, length, least }.prop_map(distinct).sboxed()
    }

    /// Whether the value here is a word, which comes once a run, and so is neither left out nor null.
    fn is_word(&self, schema: &Value) -> bool {
        is_text(schema) && Dense::is_word(self.number)
    }

    fn values(&self, at: &str) -> Option<Vec<Value>> {
        let values = self.generator.family.values.get(&self.generator.edition)?;
        values.iter().find(|(pointer, _)| pointer.as_str() == at).map(|(_, values)| values.clone())
    }

    fn named(&self, by_edition: &Pointers, at: &str) -> bool {
        let list = by_edition.get(&self.generator.edition);
        list.is_some_and(|list| list.iter().any(|pointer| pointer.as_str() == at))
    }
}

/// Whether a schema describes texts that hazards are put into.
fn is_text(schema: &Value) -> bool {
    schema.get("maxLength").is_some()
}

type Pointers = std::collections::BTreeMap<String, Vec<mixinspec_spec::model::Pointer>>;

/// A list of `length` items; shrinking keeps at least `least` of them.
#[derive(Debug, Clone)]
struct ItemsStrategy {
    item: SBoxedStrategy<Value>,
    length: usize,
    least: usize,
}

impl Strategy for ItemsStrategy {
    type Tree = ListTree;
    type Value = Vec<Value>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let items = (0..self.length).map(|_| self.item.new_tree(runner)).collect::<Result<Vec<_>, _>>()?;
        Ok(ListTree(Chunks::new(items, self.least)))
    }
}

struct ListTree(Chunks<Box<dyn ValueTree<Value = Value>>>);

impl ValueTree for ListTree {
    type Value = Vec<Value>;
    fn current(&self) -> Vec<Value> {
        self.0.elements().collect()
    }
    fn simplify(&mut self) -> bool {
        self.0.simplify()
    }
    fn complicate(&mut self) -> bool {
        self.0.complicate()
    }
}
