//! The JSON Schema keywords that the spec may use: a closed list.
//!
//! Each reader of schemas (the constraint list, the printer, the engine's generators) handles exactly these. Any other
//! keyword is an error on loading, so that nothing in the documents is ignored.

use serde_json::Value;

/// The role of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeywordRole {
    /// Restricts values: it must have an owner.
    Constraint,
    /// Contains or refers to other schemas.
    Structure,
    /// Explains; restricts nothing.
    Annotation,
}

/// A keyword of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// Its name.
    pub name: &'static str,
    /// Its role.
    pub role: KeywordRole,
}

/// The keywords, by name.
pub const KEYWORDS: &[Keyword] = &[
    // `false` restricts; a schema as its value is structure.
    Keyword { name: "additionalProperties", role: KeywordRole::Constraint },
    Keyword { name: "const", role: KeywordRole::Constraint },
    Keyword { name: "default", role: KeywordRole::Annotation },
    Keyword { name: "description", role: KeywordRole::Annotation },
    Keyword { name: "enum", role: KeywordRole::Constraint },
    Keyword { name: "example", role: KeywordRole::Annotation },
    Keyword { name: "examples", role: KeywordRole::Annotation },
    Keyword { name: "format", role: KeywordRole::Constraint },
    Keyword { name: "items", role: KeywordRole::Structure },
    Keyword { name: "maxItems", role: KeywordRole::Constraint },
    Keyword { name: "maxLength", role: KeywordRole::Constraint },
    Keyword { name: "maximum", role: KeywordRole::Constraint },
    Keyword { name: "minItems", role: KeywordRole::Constraint },
    Keyword { name: "minLength", role: KeywordRole::Constraint },
    Keyword { name: "minimum", role: KeywordRole::Constraint },
    Keyword { name: "pattern", role: KeywordRole::Constraint },
    Keyword { name: "properties", role: KeywordRole::Structure },
    Keyword { name: "$ref", role: KeywordRole::Structure },
    Keyword { name: "required", role: KeywordRole::Constraint },
    Keyword { name: "title", role: KeywordRole::Annotation },
    Keyword { name: "type", role: KeywordRole::Constraint },
    Keyword { name: "uniqueItems", role: KeywordRole::Constraint },
    // A list that grows: an unlisted value breaks a recommendation at most, and nobody may reject it.
    Keyword { name: "x-extensible-enum", role: KeywordRole::Constraint },
];

/// The formats that the spec may use.
pub const FORMATS: &[&str] = &["date-time", "uuid"];

/// The types of JSON Schema.
pub const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// The keyword with this name.
#[must_use]
pub fn keyword(name: &str) -> Option<Keyword> {
    KEYWORDS.iter().copied().find(|keyword| keyword.name == name)
}

/// Whether a keyword of the list can have a value.
///
/// # Errors
/// The values that it can have.
pub fn accepts(name: &str, value: &Value) -> Result<(), String> {
    let one_of = |names: &[&str], value: &Value| value.as_str().is_some_and(|text| names.contains(&text));
    let texts = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    let (fits, needed) = match name {
        "type" => {
            let several = |kinds: &Vec<Value>| !kinds.is_empty() && kinds.iter().all(|kind| one_of(TYPES, kind));
            (one_of(TYPES, value) || value.as_array().is_some_and(several), TYPES.join(", "))
        }
        "format" => (one_of(FORMATS, value), FORMATS.join(" or ")),
        "minLength" | "maxLength" | "minItems" | "maxItems" => {
            (value.is_u64(), "a whole number that is not negative".to_owned())
        }
        "minimum" | "maximum" => (value.is_i64() || value.is_u64(), "a whole number".to_owned()),
        "enum" | "x-extensible-enum" => {
            (value.as_array().is_some_and(|values| !values.is_empty()), "a list with a value in it".to_owned())
        }
        "required" => (texts(value), "a list of names".to_owned()),
        "pattern" | "description" | "title" | "$ref" => (value.is_string(), "a text".to_owned()),
        "uniqueItems" => (value.is_boolean(), "true or false".to_owned()),
        "additionalProperties" => (value.is_boolean() || value.is_object(), "true, false or a schema".to_owned()),
        "items" => (value.is_object(), "a schema".to_owned()),
        "properties" => {
            let schemas = value.as_object().is_some_and(|members| members.values().all(Value::is_object));
            (schemas, "a map of schemas".to_owned())
        }
        "examples" => (value.is_array(), "a list".to_owned()),
        // `const`, `default` and `example` accept any value; unknown keywords are reported elsewhere.
        _ => (true, String::new()),
    };
    if fits { Ok(()) } else { Err(needed) }
}

/// Whether a value has one of a schema's types; true if the schema has no `type`.
#[must_use]
pub fn has_type(types: Option<&Value>, value: &Value) -> bool {
    let is = |name: &str| match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        // A number without a fraction is an integer, however it is written.
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        // An unknown type is reported elsewhere.
        _ => true,
    };
    match types {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keywords_stand_once_each() {
        for (index, keyword) in KEYWORDS.iter().enumerate() {
            assert!(KEYWORDS[index + 1..].iter().all(|other| other.name != keyword.name), "{} twice", keyword.name);
        }
        assert_eq!(keyword("maxLength").map(|k| k.role), Some(KeywordRole::Constraint));
        assert_eq!(keyword("maxLenght"), None);
    }

    #[test]
    fn values_fit_their_keywords() {
        for (name, fitting, unfit) in [
            ("type", json!(["string", "null"]), json!("text")),
            ("format", json!("uuid"), json!("email")),
            ("maxLength", json!(512), json!("512")),
            ("minimum", json!(-1), json!(0.5)),
            ("enum", json!([""]), json!([])),
            ("required", json!(["a"]), json!("a")),
            ("pattern", json!("^a$"), json!(1)),
            ("uniqueItems", json!(true), json!("yes")),
            ("items", json!({}), json!(true)),
            ("properties", json!({"a": {}}), json!({"a": true})),
            ("additionalProperties", json!(false), json!("no")),
            ("examples", json!([1]), json!(1)),
        ] {
            assert_eq!(accepts(name, &fitting), Ok(()), "{name}");
            assert!(accepts(name, &unfit).is_err(), "{name}");
        }
        assert_eq!(accepts("const", &json!(null)), Ok(()));
    }
}
