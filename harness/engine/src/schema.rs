//! The schemas of one edition, compiled: answers are validated against them, and every violation goes to the
//! constraint that is broken.

use std::collections::BTreeMap;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Value, json};

/// The answer to an accepted request.
pub const ACCEPTED: &str = "ConversationResponse";
/// The answer to a refused request, in editions that have one.
pub const REFUSED: &str = "ErrorResponse";

/// How many violations of one answer are told apart; an answer of megabytes can hold a hundred thousand.
const MOST: usize = 1000;

/// A constraint that an instance breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The constraint: a pointer into the OpenAPI document, with the member's name for `required`.
    pub constraint: String,
    /// Where in the instance, as a JSON pointer; for `required`, where the member should be.
    pub instance: String,
    /// What is wrong, without the value.
    pub message: String,
    /// The value, where there is one.
    pub found: Option<Value>,
}

/// The schemas of one edition, compiled.
#[derive(Debug)]
pub struct Schemas {
    document: Value,
    validators: BTreeMap<String, Validator>,
}

/// A schema that cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("failed to compile schema {name}: {reason}")]
pub struct SchemaError {
    /// The schema's name.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Schemas {
    /// Compiles every component schema of an OpenAPI document.
    ///
    /// # Errors
    /// When one cannot be compiled.
    pub fn compile(schemas: &BTreeMap<String, Value>) -> Result<Self, SchemaError> {
        let document = json!({"components": {"schemas": schemas}});
        let mut validators = BTreeMap::new();
        for name in schemas.keys() {
            let mut root = document.clone();
            root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
            root["$ref"] = format!("#/components/schemas/{name}").into();
            let validator = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .build(&root)
                .map_err(|error| SchemaError { name: name.clone(), reason: error.masked().to_string() })?;
            validators.insert(name.clone(), validator);
        }
        Ok(Self { document, validators })
    }

    /// Every constraint of a component schema that the instance breaks, in a stable order.
    #[must_use]
    pub fn violations(&self, component: &str, instance: &Value) -> Vec<Violation> {
        let Some(validator) = self.validators.get(component) else { return Vec::new() };
        let mut found: Vec<Violation> = validator
            .iter_errors(instance)
            .take(MOST)
            .map(|error| {
                let mut constraint = error.schema_path().as_str().to_owned();
                let mut place = error.instance_path().as_str().to_owned();
                let mut value = Some(error.instance().as_ref().clone());
                if let ValidationErrorKind::Required { property } = error.kind() {
                    let name = property.as_str().unwrap_or_default();
                    constraint = format!("{constraint}/{}", escaped(name));
                    place = format!("{place}/{}", escaped(name));
                    value = None;
                }
                Violation { constraint, instance: place, message: error.masked().to_string(), found: value }
            })
            .collect();
        if found.len() == MOST {
            // What is beyond the limit is not known, so that no part of the answer can be relied on.
            let message = format!("more than {MOST} violations");
            found.push(Violation { constraint: String::new(), instance: String::new(), message, found: None });
        }
        found.sort_by(|a, b| (&a.constraint, &a.instance).cmp(&(&b.constraint, &b.instance)));
        found
    }

    /// Whether an instance satisfies a component schema.
    #[must_use]
    pub fn is_valid(&self, component: &str, instance: &Value) -> bool {
        self.validators.get(component).is_none_or(|validator| validator.is_valid(instance))
    }

    /// Whether there is a component schema of this name.
    #[must_use]
    pub fn has(&self, component: &str) -> bool {
        self.validators.contains_key(component)
    }

    /// The schema at a pointer into the OpenAPI document, with `$ref` followed.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.followed(self.document.pointer(pointer)?)
    }

    /// The schema itself, or what its `$ref` refers to.
    #[must_use]
    pub fn followed<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        let mut schema = schema;
        // A chain of references longer than this refers to itself.
        for _ in 0..16 {
            match schema.get("$ref").and_then(Value::as_str) {
                None => return Some(schema),
                Some(reference) => schema = self.document.pointer(reference.strip_prefix('#')?)?,
            }
        }
        None
    }
}

/// A member's name as a part of a JSON pointer.
#[must_use]
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_name_the_constraint_and_the_place() {
        let schemas: BTreeMap<String, Value> = serde_json::from_value(json!({
            "Outer": {"type": "object", "required": ["a"], "properties": {"list": {"type": "array",
                "items": {"$ref": "#/components/schemas/Inner"}}}},
            "Inner": {"type": "string", "pattern": "^x$"},
        }))
        .expect("a map of schemas");
        let schemas = Schemas::compile(&schemas).expect("schemas that compile");
        let found = schemas.violations("Outer", &json!({"list": ["x", "y", 1]}));
        let seen: Vec<(&str, &str)> = found.iter().map(|v| (v.constraint.as_str(), v.instance.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("/components/schemas/Inner/pattern", "/list/1"),
                ("/components/schemas/Inner/type", "/list/2"),
                ("/components/schemas/Outer/required/a", "/a"),
            ]
        );
    }
}
