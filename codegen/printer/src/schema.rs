//! Parses a JSON Schema into one of the forms that can be printed: the closed list of supported schemas.
//!
//! A keyword that the form of the schema has no use for is an error, so that no constraint is lost on the way.

use std::collections::BTreeSet;

use mixinspec_spec::keywords::{self, KeywordRole};
use serde_json::{Map, Value};

use crate::error::{Unprintable, child, refuse};
use crate::pattern::{self, PrintedPart};

/// A schema.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) pointer: String,
    pub(crate) description: String,
    /// Whether null is allowed in addition to the values of the form.
    pub(crate) nullable: bool,
    pub(crate) form: SchemaForm,
}

/// The keyword of a list that grows.
const GROWING: &str = "x-extensible-enum";

/// The forms of schemas.
#[derive(Debug, Clone)]
pub(crate) enum SchemaForm {
    /// Any value.
    Any,
    /// The schema of a component.
    Reference(String),
    Object(Object),
    Array(Array),
    Text(Text),
    Integer(IntegerSchema),
    Boolean,
    /// One of a set of texts; `const` is a set of one.
    TextValues(Values<String>),
    /// One of a set of integers; `const` is a set of one.
    IntegerValues(Values<i64>),
}

/// The values of a set.
#[derive(Debug, Clone)]
pub(crate) struct Values<T> {
    pub(crate) listed: Vec<T>,
    /// Whether more values may be added later (`x-extensible-enum`), so that nobody may reject unknown ones.
    pub(crate) grow: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) members: Vec<ObjectMember>,
    /// Whether undocumented members are allowed.
    pub(crate) open: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ObjectMember {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

#[derive(Debug, Clone)]
pub(crate) struct Array {
    pub(crate) items: Box<Schema>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) unique_items: bool,
}

impl Array {
    pub(crate) fn is_bounded(&self) -> bool {
        self.min_items.is_some() || self.max_items.is_some() || self.unique_items
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) pattern: Option<SchemaPattern>,
    pub(crate) format: Option<SchemaFormat>,
}

impl Text {
    pub(crate) fn is_bounded(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || self.pattern.is_some() || self.format.is_some()
    }
    /// Whether it is restricted to UUIDs and nothing else.
    pub(crate) fn is_uuid_only(&self) -> bool {
        self.format == Some(SchemaFormat::Uuid)
            && self.min_length.is_none()
            && self.max_length.is_none()
            && self.pattern.is_none()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct SchemaPattern {
    pub(crate) text: String,
    pub(crate) part: PrintedPart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SchemaFormat {
    Uuid,
    DateTime,
}

#[derive(Debug, Clone)]
pub(crate) struct IntegerSchema {
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
}

impl IntegerSchema {
    pub(crate) fn is_bounded(&self) -> bool {
        self.minimum.is_some() || self.maximum.is_some()
    }
}

/// Reads a schema.
pub(crate) fn read(pointer: &str, value: &Value) -> Result<Schema, Unprintable> {
    let Value::Object(keywords) = value else {
        return refuse(pointer, "expected a schema, an object");
    };
    KeywordReader { pointer, keywords, read: BTreeSet::new() }.schema()
}

/// The keywords of one schema, and which of them have been read.
struct KeywordReader<'a> {
    pointer: &'a str,
    keywords: &'a Map<String, Value>,
    read: BTreeSet<&'a str>,
}

impl<'a> KeywordReader<'a> {
    fn schema(mut self) -> Result<Schema, Unprintable> {
        let description = self.text("description")?.unwrap_or_default().to_owned();
        let (type_name, nullable) = self.type_name()?;
        let form = if let Some(target) = self.text("$ref")? {
            match target.strip_prefix("#/components/schemas/") {
                Some(name) if !name.contains('/') => SchemaForm::Reference(name.to_owned()),
                _ => return refuse(self.at("$ref"), "a reference leads to #/components/schemas/NAME"),
            }
        } else if let Some(type_name) = type_name {
            self.form(type_name, nullable)?
        } else {
            SchemaForm::Any
        };
        if matches!(form, SchemaForm::Reference(_)) && type_name.is_some() {
            return refuse(self.at("type"), "a reference stands alone; its target has the type");
        }
        let left = self.keywords.keys().find(|name| {
            // The description is read above; the other annotations are for other readers.
            let explains = keywords::keyword(name).is_some_and(|keyword| keyword.role == KeywordRole::Annotation);
            !explains && !self.read.contains(name.as_str())
        });
        if let Some(name) = left {
            return refuse(self.at(name), unusable(name, type_name));
        }
        Ok(Schema { pointer: self.pointer.to_owned(), description, nullable, form })
    }

    fn form(&mut self, type_name: &str, nullable: bool) -> Result<SchemaForm, Unprintable> {
        Ok(match type_name {
            "string" => match self.values(nullable)? {
                Some((at, values)) => {
                    let listed = each(&at, &values, "a string", |value| value.as_str().map(str::to_owned))?;
                    SchemaForm::TextValues(Values { listed, grow: at.ends_with(GROWING) })
                }
                None => SchemaForm::Text(Text {
                    min_length: self.size("minLength")?,
                    max_length: self.size("maxLength")?,
                    pattern: self.pattern()?,
                    format: self.format()?,
                }),
            },
            "integer" => match self.values(nullable)? {
                Some((at, values)) => {
                    let listed = each(&at, &values, "an integer", Value::as_i64)?;
                    SchemaForm::IntegerValues(Values { listed, grow: at.ends_with(GROWING) })
                }
                None => SchemaForm::Integer(IntegerSchema {
                    minimum: self.integer("minimum")?,
                    maximum: self.integer("maximum")?,
                }),
            },
            "boolean" => SchemaForm::Boolean,
            "array" => SchemaForm::Array(Array {
                items: Box::new(match self.take("items") {
                    Some(items) => read(&self.at("items"), items)?,
                    None => return refuse(self.pointer, "an array needs `items`"),
                }),
                min_items: self.size("minItems")?,
                max_items: self.size("maxItems")?,
                unique_items: self.flag("uniqueItems")?.unwrap_or(false),
            }),
            "object" => self.object()?,
            other => return refuse(self.at("type"), format!("no form for the type `{other}`")),
        })
    }

    fn object(&mut self) -> Result<SchemaForm, Unprintable> {
        let at = self.at("properties");
        let properties = match self.take("properties") {
            Some(Value::Object(properties)) => properties,
            _ => return refuse(at, "an object needs `properties`"),
        };
        let required = self.names("required")?;
        let unknown = required.iter().enumerate().find(|(_, name)| !properties.contains_key(**name));
        if let Some((index, name)) = unknown {
            let at = child(&self.at("required"), &index.to_string());
            return refuse(at, format!("`{name}` is not one of the properties"));
        }
        let mut members = Vec::new();
        for (name, value) in properties {
            let schema = read(&child(&at, name), value)?;
            members.push(ObjectMember { name: name.clone(), required: required.contains(&name.as_str()), schema });
        }
        Ok(SchemaForm::Object(Object { members, open: self.flag("additionalProperties")?.unwrap_or(true) }))
    }

    /// The values of `enum`, `const` or a growing list, and the place of the keyword.
    fn values(&mut self, nullable: bool) -> Result<Option<(String, Vec<Value>)>, Unprintable> {
        let mut sets =
            ["const", "enum", GROWING].into_iter().filter_map(|keyword| Some((keyword, self.take(keyword)?)));
        let (first, second) = (sets.next(), sets.next());
        let (keyword, mut values) = match (first, second) {
            (None, _) => return Ok(None),
            (Some((said, _)), Some((again, _))) => return refuse(self.at(again), format!("`{said}` says it already")),
            (Some(("const", value)), None) => ("const", vec![value.clone()]),
            (Some((keyword, Value::Array(values))), None) if !values.is_empty() => (keyword, values.clone()),
            (Some((keyword, _)), None) => return refuse(self.at(keyword), "expected a list of values"),
        };
        let at = self.at(keyword);
        if nullable {
            let with_null = values.len();
            values.retain(|value| !value.is_null());
            if values.len() == with_null || values.is_empty() {
                return refuse(at, "the type allows null, and null and another value are not both listed");
            }
        }
        let repeated = (1..values.len()).find(|index| values[..*index].contains(&values[*index]));
        match repeated {
            Some(index) => refuse(child(&at, &index.to_string()), "listed before"),
            None => Ok(Some((at, values))),
        }
    }

    /// The type other than null, and whether null is allowed.
    fn type_name(&mut self) -> Result<(Option<&'a str>, bool), Unprintable> {
        let at = self.at("type");
        let list = match self.take("type") {
            None => return Ok((None, false)),
            Some(Value::String(name)) => return Ok((Some(name), false)),
            Some(Value::Array(list)) => list,
            Some(_) => return refuse(at, "expected the name of a type, or a list of names"),
        };
        let names: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        match names.as_slice() {
            [name] if list.len() == 1 => Ok((Some(name), false)),
            [name, "null"] | ["null", name] if list.len() == 2 => Ok((Some(name), true)),
            _ => refuse(at, "no form for several types but one and \"null\""),
        }
    }

    fn pattern(&mut self) -> Result<Option<SchemaPattern>, Unprintable> {
        let Some(text) = self.text("pattern")? else { return Ok(None) };
        match pattern::parse(text) {
            Ok(part) => Ok(Some(SchemaPattern { text: text.to_owned(), part })),
            Err(reason) => refuse(self.at("pattern"), reason),
        }
    }

    fn format(&mut self) -> Result<Option<SchemaFormat>, Unprintable> {
        match self.text("format")? {
            None => Ok(None),
            Some("uuid") => Ok(Some(SchemaFormat::Uuid)),
            Some("date-time") => Ok(Some(SchemaFormat::DateTime)),
            Some(other) => refuse(self.at("format"), format!("no form for the format `{other}`")),
        }
    }

    fn take(&mut self, keyword: &'static str) -> Option<&'a Value> {
        self.read.insert(keyword);
        self.keywords.get(keyword)
    }

    fn text(&mut self, keyword: &'static str) -> Result<Option<&'a str>, Unprintable> {
        self.typed(keyword, "a string", Value::as_str)
    }

    fn flag(&mut self, keyword: &'static str) -> Result<Option<bool>, Unprintable> {
        self.typed(keyword, "true or false", Value::as_bool)
    }

    fn integer(&mut self, keyword: &'static str) -> Result<Option<i64>, Unprintable> {
        self.typed(keyword, "an integer of 64 bits", Value::as_i64)
    }

    fn size(&mut self, keyword: &'static str) -> Result<Option<usize>, Unprintable> {
        // At most 32 bits, so that the printed code compiles on every platform.
        let size = |value: &Value| value.as_u64().and_then(|size| u32::try_from(size).ok());
        Ok(self.typed(keyword, "a number from 0 to 4294967295", size)?.map(|size| size as usize))
    }

    fn names(&mut self, keyword: &'static str) -> Result<Vec<&'a str>, Unprintable> {
        let names = |value: &'a Value| value.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        Ok(self.typed(keyword, "a list of strings", names)?.unwrap_or_default())
    }

    fn typed<T>(
        &mut self,
        keyword: &'static str,
        expected: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Unprintable> {
        match self.take(keyword).map(read) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => refuse(self.at(keyword), format!("expected {expected}")),
        }
    }

    fn at(&self, keyword: &str) -> String {
        child(self.pointer, keyword)
    }
}

fn each<T>(at: &str, values: &[Value], kind: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, Unprintable> {
    let one = |(index, value): (usize, &Value)| match read(value) {
        Some(value) => Ok(value),
        None => refuse(child(at, &index.to_string()), format!("expected {kind}, as `type` has it")),
    };
    values.iter().enumerate().map(one).collect()
}

fn unusable(keyword: &str, type_name: Option<&str>) -> String {
    match type_name {
        _ if keywords::keyword(keyword).is_none() => format!("unknown keyword `{keyword}`"),
        Some(type_name) => format!("`{keyword}` has no use for this {type_name}"),
        None => format!("`{keyword}` needs a `type` beside it, and stands beside no `$ref`"),
    }
}
