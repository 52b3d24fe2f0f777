//! Prints messages as standalone JSON Schemas: everything that they refer to is included.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The schema of a message, with everything that it refers to in `$defs`. Every reference leads to a component: this
/// was checked when the document was read.
pub(crate) fn print(edition: &str, title: &str, name: &str, components: &BTreeMap<String, Value>) -> String {
    let mut definitions = BTreeSet::new();
    if let Some(message) = components.get(name) {
        collect(message, components, &mut definitions);
    }
    let mut schema = Map::new();
    if let Some(Value::Object(message)) = components.get(name).map(moved) {
        schema.extend(message);
    }
    let slug = crate::names::lower(name, "-");
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("$id".to_owned(), format!("urn:mixinspec:{edition}:{slug}").into());
    schema.insert("title".to_owned(), format!("{name} ({title})").into());
    let definitions: Map<String, Value> = definitions
        .into_iter()
        .filter_map(|name| components.get(name).map(|schema| (name.to_owned(), moved(schema))))
        .collect();
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    format!("{:#}\n", json!(schema))
}

/// The names of all components that a schema refers to, directly or not.
fn collect<'a>(schema: &'a Value, components: &'a BTreeMap<String, Value>, into: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str).and_then(component);
            if let Some(target) = target
                && into.insert(target)
                && let Some(schema) = components.get(target)
            {
                collect(schema, components, into);
            }
            members.values().for_each(|value| collect(value, components, into));
        }
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, components, into)),
        _ => {}
    }
}

/// A schema with its references into `$defs`.
fn moved(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let target = value.as_str().filter(|_| name == "$ref").and_then(component);
                let value = target.map_or_else(|| moved(value), |target| format!("#/$defs/{target}").into());
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(moved).collect()),
        other => other.clone(),
    }
}

fn component(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}
