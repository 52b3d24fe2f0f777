//! Conditions on the interpretations that a server has shown of readings, the points that the sources leave open.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The interpretations that a server must have shown before a request is sent, by reading. All entries of a map must
/// hold; of several maps, one suffices. An empty list needs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Needs(pub Vec<BTreeMap<String, String>>);

impl Needs {
    /// Whether nothing is needed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The readings that the needs depend on.
    pub fn readings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// Whether the needs are met; `shown` gives the observed interpretation of a reading.
    pub fn are_met<'a>(&self, shown: impl Fn(&str) -> Option<&'a str>) -> bool {
        let holds = |all: &BTreeMap<String, String>| all.iter().all(|(id, name)| shown(id) == Some(name.as_str()));
        self.is_empty() || self.0.iter().any(holds)
    }
}

impl std::fmt::Display for Needs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (nth, all) in self.0.iter().enumerate() {
            let words: Vec<String> = all.iter().map(|(id, name)| format!("{id}: {name}")).collect();
            write!(f, "{}{}", if nth > 0 { " or " } else { "" }, words.join(", "))?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Needs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NeedsVisitor;
        impl<'de> Visitor<'de> for NeedsVisitor {
            type Value = Needs;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map from readings to interpretations, or a list of such maps")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Needs, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((id, name)) = map.next_entry()? {
                    all.insert(id, name);
                }
                Ok(Needs(vec![all]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Needs, A::Error> {
                let mut any = Vec::new();
                while let Some(all) = seq.next_element()? {
                    any.push(all);
                }
                Ok(Needs(any))
            }
        }
        deserializer.deserialize_any(NeedsVisitor)
    }
}

impl JsonSchema for Needs {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Needs".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all = generator.subschema_for::<BTreeMap<String, String>>();
        schemars::json_schema!({"anyOf": [all, {"type": "array", "items": all}]})
    }
}
