//! Reads the OpenAPI documents for these tests: as JSON, without the printer.

use std::collections::BTreeMap;

use jsonschema::Validator;
use jsonschema::canonical::{self, CanonicalSchema};
use mixinspec_spec::Spec;
use serde_json::{Map, Value, json};

/// The components of an OpenAPI document.
pub(crate) struct Components(BTreeMap<String, Value>);

impl Components {
    /// The components of an edition.
    pub(crate) fn of_edition(edition: &str) -> Self {
        let spec = Spec::embedded().expect("the spec holds");
        Self(spec.openapi[edition].components.schemas.clone())
    }

    /// The components of the document with every form of schema.
    pub(crate) fn exhaustive() -> Self {
        let document: Value =
            mixinspec_spec::yaml::from_str(include_str!("../../src/exhaustive/openapi.yaml")).unwrap();
        Self(serde_json::from_value(document["components"]["schemas"].clone()).unwrap())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    pub(crate) fn get(&self, name: &str) -> &Value {
        &self.0[name]
    }

    /// The schema of one component, with all others as definitions.
    pub(crate) fn schema(&self, name: &str) -> Value {
        let definitions: Map<String, Value> =
            self.0.iter().map(|(name, schema)| (name.clone(), with_references(schema))).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/$defs/{name}"),
            "$defs": definitions,
        })
    }

    /// The same components without restrictions of values, except for types and required members.
    pub(crate) fn relaxed(&self) -> Self {
        Self(self.0.iter().map(|(name, schema)| (name.clone(), relaxed(schema))).collect())
    }
}

/// The validator of these tests: it checks formats.
pub(crate) fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).expect("the schema compiles")
}

/// The canonical form of a schema, for comparison; it includes formats.
pub(crate) fn canonical(schema: &Value) -> CanonicalSchema {
    let options = canonical::options().should_validate_formats(true).offline();
    options.canonicalize(schema).unwrap_or_else(|error| panic!("{error}: {schema:#}"))
}

fn with_references(schema: &Value) -> Value {
    match schema {
        Value::String(text) => text.replace("#/components/schemas/", "#/$defs/").into(),
        Value::Array(elements) => elements.iter().map(with_references).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), with_references(value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn relaxed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let Some(keywords) = schema.as_object_mut() else { return schema };
    keywords.retain(|keyword, _| ["type", "required", "properties", "items", "$ref"].contains(&keyword.as_str()));
    if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
        properties.values_mut().for_each(|property| *property = relaxed(property));
    }
    if let Some(items) = keywords.get_mut("items") {
        *items = relaxed(items);
    }
    schema
}
