//! The schemas of one edition, compiled: answers are validated against them, and each violation names the constraint
//! that is broken.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use mixinspec_spec::{ConstraintSite, Spec};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// How many violations of one answer are listed; an answer of megabytes can have a hundred thousand.
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

/// The keyword of a list of values that may grow. For readers of the OpenAPI document it restricts nothing; here it is
/// checked like `enum`, and its requirement says whether that matters.
const GROWING: &str = "x-extensible-enum";

/// The keywords of JSON Schema that say something of a value whose type is right.
const OF_VALUES: [&str; 11] = [
    "pattern",
    "format",
    "enum",
    GROWING,
    "const",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
];

impl Violation {
    /// Whether the value is there, and of the type that the schema gives it.
    #[must_use]
    pub fn is_of_the_right_type(&self) -> bool {
        let mut parts = self.constraint.rsplit('/');
        let (keyword, parent) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        parent != "required" && OF_VALUES.contains(&keyword)
    }
}

/// The schemas of one edition that bodies are validated against, compiled.
#[derive(Debug)]
pub struct Schemas {
    document: Value,
    bodies: Vec<BodySchema>,
}

/// A compiled schema, by its index in the edition. A schema that does not exist has no id, so nothing is ever valid for
/// want of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(usize);

/// The characters that are percent-encoded in a JSON pointer as a URI fragment (RFC 6901, 6), such as the braces of a
/// path.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'~').remove(b'-').remove(b'.').remove(b'_');

/// The schema of a body.
#[derive(Debug)]
struct BodySchema {
    /// Where it stands in the OpenAPI document.
    at: String,
    validator: Validator,
    /// The constraints that it reaches.
    sites: Vec<ConstraintSite>,
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
    /// No compiled schemas yet, of an OpenAPI document.
    #[must_use]
    pub fn new(document: Value) -> Self {
        Self { document, bodies: Vec::new() }
    }

    /// Compiles the schema of a body, which stands in the OpenAPI document at this pointer.
    ///
    /// # Errors
    /// When it cannot be compiled.
    pub fn add(&mut self, spec: &Spec, edition: &str, at: &str) -> Result<SchemaId, SchemaError> {
        if let Some(known) = self.bodies.iter().position(|body| body.at == at) {
            return Ok(SchemaId(known));
        }
        let validator = self.compile(at)?;
        let sites = spec.constraints_of(edition, at);
        self.bodies.push(BodySchema { at: at.to_owned(), validator, sites });
        Ok(SchemaId(self.bodies.len() - 1))
    }

    fn compile(&self, at: &str) -> Result<Validator, SchemaError> {
        let failed = |reason: String| SchemaError { name: at.to_owned(), reason };
        if self.document.pointer(at).is_none() {
            return Err(failed("there is nothing at this place of the OpenAPI document".into()));
        }
        let mut root = self.document.clone();
        closed(&mut root);
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        root["$ref"] = format!("#{}", utf8_percent_encode(at, FRAGMENT)).into();
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root)
            .map_err(|error| failed(error.masked().to_string()))
    }

    /// The constraints that a schema reaches, with the places in the body that each restricts.
    #[must_use]
    pub fn sites(&self, schema: SchemaId) -> &[ConstraintSite] {
        &self.bodies[schema.0].sites
    }

    /// All schemas.
    pub fn ids(&self) -> impl Iterator<Item = SchemaId> {
        (0..self.bodies.len()).map(SchemaId)
    }

    /// Every constraint of a schema that the instance breaks, in a stable order.
    #[must_use]
    pub fn violations(&self, schema: SchemaId, instance: &Value) -> Vec<Violation> {
        let validator = &self.bodies[schema.0].validator;
        let mut found: Vec<Violation> = validator
            .iter_errors(instance)
            .take(MOST)
            .map(|error| {
                let mut constraint = error.schema_path().as_str().to_owned();
                if let Some(schema) =
                    constraint.strip_suffix("/enum").filter(|_| self.document.pointer(&constraint).is_none())
                {
                    constraint = format!("{schema}/{GROWING}");
                }
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

/// Turns every `x-extensible-enum` into an `enum`.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(list) = members.remove(GROWING) {
                members.insert("enum".to_owned(), list);
            }
            members.values_mut().for_each(closed);
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

/// A member's name as a part of a JSON pointer.
#[must_use]
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn violations_name_the_constraint_and_the_place() {
        let document = json!({"components": {"schemas": {
            "Outer": {"type": "object", "required": ["a"], "properties": {"list": {"type": "array",
                "items": {"$ref": "#/components/schemas/Inner"}}}},
            "Inner": {"type": "string", "pattern": "^x$", "x-extensible-enum": ["x", "z"]},
        }}});
        let mut schemas = Schemas::new(document);
        let at = "/components/schemas/Outer";
        let validator = schemas.compile(at).expect("a schema that compiles");
        schemas.bodies.push(BodySchema { at: at.to_owned(), validator, sites: Vec::new() });
        let found = schemas.violations(SchemaId(0), &json!({"list": ["x", "y", 1]}));
        let seen: Vec<(&str, &str)> = found.iter().map(|v| (v.constraint.as_str(), v.instance.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("/components/schemas/Inner/pattern", "/list/1"),
                ("/components/schemas/Inner/type", "/list/2"),
                ("/components/schemas/Inner/x-extensible-enum", "/list/1"),
                ("/components/schemas/Inner/x-extensible-enum", "/list/2"),
                ("/components/schemas/Outer/required/a", "/a"),
            ]
        );
        assert!(schemas.compile("/components/schemas/Lost").is_err());
    }
}
