//! What a text, an integer or an array must satisfy: one value from which both the check and the schema come.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{Format, Invalid, Pattern, Reason};

/// What a text must satisfy.
#[derive(Debug)]
pub struct TextRules {
    /// The least number of characters (code points).
    pub min_length: Option<usize>,
    /// The largest number of characters (code points).
    pub max_length: Option<usize>,
    /// The pattern that matches it.
    pub pattern: Option<Pattern>,
    /// The format that it has.
    pub format: Option<Format>,
}

impl TextRules {
    /// Any text.
    pub const ANY: Self = Self { min_length: None, max_length: None, pattern: None, format: None };

    /// Checks a text.
    ///
    /// # Errors
    ///
    /// With the first rule that is broken.
    pub fn check(&self, text: &str) -> Result<(), Invalid> {
        if self.min_length.is_some() || self.max_length.is_some() {
            check_size("length", text.chars().count(), self.min_length, self.max_length)?;
        }
        if let Some(pattern) = &self.pattern
            && !pattern.matches(text)
        {
            return Err(Invalid::new(Reason::Pattern(pattern.text)));
        }
        self.format.map_or(Ok(()), |format| format.check(text))
    }

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

/// What an integer must satisfy.
#[derive(Debug)]
pub struct IntegerRules {
    /// The least value.
    pub minimum: Option<i64>,
    /// The largest value.
    pub maximum: Option<i64>,
}

impl IntegerRules {
    /// Any integer.
    pub const ANY: Self = Self { minimum: None, maximum: None };

    /// Checks an integer.
    ///
    /// # Errors
    ///
    /// With the rule that is broken.
    pub fn check(&self, found: i64) -> Result<(), Invalid> {
        if let Some(min) = self.minimum.filter(|min| found < *min) {
            return Err(Invalid::new(Reason::TooSmall { what: "the value", min, found }));
        }
        if let Some(max) = self.maximum.filter(|max| found > *max) {
            return Err(Invalid::new(Reason::TooLarge { what: "the value", max, found }));
        }
        Ok(())
    }

    /// The schema of such an integer.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let mut schema = json_schema!({"type": "integer"});
        insert(&mut schema, "minimum", self.minimum);
        insert(&mut schema, "maximum", self.maximum);
        schema
    }
}

/// What an array must satisfy, beside what its elements do.
#[derive(Debug)]
pub struct ArrayRules {
    /// The least number of elements.
    pub min_items: Option<usize>,
    /// The largest number of elements.
    pub max_items: Option<usize>,
    /// Whether no two elements are equal.
    pub unique_items: bool,
}

impl ArrayRules {
    /// Any array.
    pub const ANY: Self = Self { min_items: None, max_items: None, unique_items: false };

    /// Checks an array.
    ///
    /// # Errors
    ///
    /// With the first rule that is broken.
    pub fn check<T: Serialize>(&self, elements: &[T]) -> Result<(), Invalid> {
        check_size("the number of elements", elements.len(), self.min_items, self.max_items)?;
        if self.unique_items {
            let mut seen = BTreeSet::new();
            for (index, element) in elements.iter().enumerate() {
                // Objects have their members in order here, so equal elements have equal texts.
                let value = serde_json::to_value(element).unwrap_or_default();
                if !seen.insert(value.to_string()) {
                    return Err(Invalid::new(Reason::Repeated).in_element(index));
                }
            }
        }
        Ok(())
    }

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

/// The schema of one of some texts.
#[must_use]
pub fn text_values_schema(values: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": values})
}

/// The schema of one of some integers.
#[must_use]
pub fn integer_values_schema(values: &[i64]) -> Schema {
    json_schema!({"type": "integer", "enum": values})
}

/// The schema of one of some values, to which more come with time: they are named, and any other of the type is as good.
#[must_use]
pub fn growing(mut schema: Schema) -> Schema {
    if let Some(values) = schema.remove("enum") {
        schema.insert("x-extensible-enum".to_owned(), values);
    }
    schema
}

/// A schema with its description.
#[must_use]
pub fn described(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".to_owned(), description.into());
    schema
}

/// Stands for an integer where a schema is made: that of `i64` says `format: int64`, which the spec does not.
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

fn check_size(what: &'static str, found: usize, min: Option<usize>, max: Option<usize>) -> Result<(), Invalid> {
    let number = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let found_number = number(found);
    if let Some(min) = min.filter(|min| found < *min) {
        return Err(Invalid::new(Reason::TooSmall { what, min: number(min), found: found_number }));
    }
    if let Some(max) = max.filter(|max| found > *max) {
        return Err(Invalid::new(Reason::TooLarge { what, max: number(max), found: found_number }));
    }
    Ok(())
}

fn insert<T: Into<serde_json::Value>>(schema: &mut Schema, keyword: &str, value: Option<T>) {
    if let Some(value) = value {
        schema.insert(keyword.to_owned(), value.into());
    }
}
