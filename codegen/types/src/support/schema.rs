//! The JSON Schemas of the types (feature `schemars`).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{ArrayRules, Format, IntegerRules, Nullable, TextRules, UuidText};

impl TextRules {
    /// The schema of such a text.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let mut schema = json_schema!({"type": "string"});
        insert(&mut schema, "minLength", self.min_length);
        insert(&mut schema, "maxLength", self.max_length);
        insert(&mut schema, "pattern", self.pattern.as_ref().map(|pattern| pattern.text));
        insert(&mut schema, "format", self.format.map(Format::name));
        schema
    }
}

impl IntegerRules {
    /// The schema of such an integer.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let mut schema = json_schema!({"type": "integer"});
        insert(&mut schema, "minimum", self.minimum);
        insert(&mut schema, "maximum", self.maximum);
        schema
    }
}

impl ArrayRules {
    /// The schema of such an array.
    #[must_use]
    pub fn schema<T: JsonSchema>(&self, generator: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({"type": "array", "items": generator.subschema_for::<T>()});
        insert(&mut schema, "minItems", self.min_items);
        insert(&mut schema, "maxItems", self.max_items);
        insert(&mut schema, "uniqueItems", self.unique_items.then_some(true));
        schema
    }
}

/// The schema of a set of texts.
#[must_use]
pub fn text_values_schema(values: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": values})
}

/// The schema of a set of integers.
#[must_use]
pub fn integer_values_schema(values: &[i64]) -> Schema {
    json_schema!({"type": "integer", "enum": values})
}

/// The schema of a growing set of values: the known ones are listed, and any other value of the type is valid too.
#[must_use]
pub fn growing(mut schema: Schema) -> Schema {
    if let Some(values) = schema.remove("enum") {
        schema.insert("x-extensible-enum".to_owned(), values);
    }
    schema
}

/// Adds a description to a schema.
#[must_use]
pub fn described(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".to_owned(), description.into());
    schema
}

/// An integer in generated schemas: the schema of `i64` has `format: int64`, which the spec's does not.
#[derive(Debug)]
pub enum Integer {}

impl JsonSchema for Integer {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Integer".into()
    }
    fn schema_id() -> Cow<'static, str> {
        concat!(module_path!(), "::Integer").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        IntegerRules::ANY.schema()
    }
}

/// The same schema as for an `Option`: a value or null.
impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        Option::<T>::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

impl JsonSchema for UuidText {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "UuidText".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": Format::Uuid.name()})
    }
}

fn insert<T: Into<serde_json::Value>>(schema: &mut Schema, keyword: &str, value: Option<T>) {
    if let Some(value) = value {
        schema.insert(keyword.to_owned(), value.into());
    }
}
