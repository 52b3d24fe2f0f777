//! Follows paths into bodies through the schemas of an OpenAPI document.

use serde_json::Value;

use crate::constraints::{Direction, entries};
use crate::expression::EACH;
use crate::pointer;

/// Where a path leads.
#[derive(Debug, PartialEq)]
pub(crate) enum Shape<'a> {
    /// To something that the schemas leave open.
    Open,
    /// To a value that one of these schemas describes.
    Schemas(Vec<&'a Value>),
    /// Nowhere.
    Missing {
        /// The number of members before the missing one.
        members: usize,
        /// The names that exist in its place.
        names: Vec<&'a str>,
    },
}

/// Follows a path into the bodies of a direction; `*` is an element.
pub(crate) fn of_body<'a>(
    document: &'a Value,
    direction: Direction,
    path: impl IntoIterator<Item = &'a str>,
) -> Shape<'a> {
    let entries = entries(document).into_iter().filter(|(of, _)| *of == direction);
    let schemas: Vec<&Value> = entries.filter_map(|(_, at)| pointer::resolve(document, &at)).collect();
    // An edition without a schema for this direction says nothing.
    if schemas.is_empty() { Shape::Open } else { of_schemas(document, schemas, path) }
}

/// Follows a path from these schemas.
pub(crate) fn of_schemas<'a>(
    document: &'a Value,
    schemas: Vec<&'a Value>,
    path: impl IntoIterator<Item = &'a str>,
) -> Shape<'a> {
    let mut here: Vec<&Value> = schemas.into_iter().map(|schema| target(document, schema)).collect();
    for (members, name) in path.into_iter().enumerate() {
        let mut next = Vec::new();
        for schema in &here {
            match step(schema, name) {
                PathStep::Open => return Shape::Open,
                PathStep::To(schema) => next.push(target(document, schema)),
                PathStep::No => {}
            }
        }
        if next.is_empty() {
            let names = here.iter().filter_map(|schema| schema.get("properties")?.as_object());
            return Shape::Missing {
                members,
                names: names.flat_map(|names| names.keys()).map(String::as_str).collect(),
            };
        }
        here = next;
    }
    Shape::Schemas(here)
}

enum PathStep<'a> {
    Open,
    To(&'a Value),
    No,
}

fn step<'a>(schema: &'a Value, name: &str) -> PathStep<'a> {
    let is = |kind: &str| match schema.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        _ => true,
    };
    if name == EACH {
        return match schema.get("items") {
            Some(items) => PathStep::To(items),
            // The variable of a macro may also range over member names: `object.all(name, …)`.
            None if is("array") || is("object") => PathStep::Open,
            None => PathStep::No,
        };
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    match (properties.and_then(|properties| properties.get(name)), schema.get("additionalProperties")) {
        (Some(member), _) => PathStep::To(member),
        (None, Some(further @ Value::Object(_))) => PathStep::To(further),
        (None, _) if properties.is_none() && is("object") => PathStep::Open,
        _ => PathStep::No,
    }
}

/// Follows the references of a schema.
fn target<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    // The limit ends circular references, which describe nothing.
    for _ in 0..16 {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        match target.and_then(|target| pointer::resolve(document, target)) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({"components": {"schemas": {
            "A": {"type": "object", "properties": {
                "list": {"type": "array", "items": {"$ref": "#/components/schemas/B"}},
                "free": {"description": "anything"},
                "text": {"type": "string"},
            }},
            "B": {"type": "object", "properties": {"id": {"type": "string"}}},
        }}})
    }

    fn at<'a>(document: &'a Value, path: &'a str) -> Shape<'a> {
        let schema = pointer::resolve(document, "/components/schemas/A").unwrap_or(&Value::Null);
        of_schemas(document, vec![schema], path.split('.').filter(|name| !name.is_empty()))
    }

    #[test]
    fn paths_follow_members_elements_and_references() {
        let document = document();
        assert_eq!(at(&document, "list.*.id"), Shape::Schemas(vec![&json!({"type": "string"})]));
        assert_eq!(at(&document, "list.*.di"), Shape::Missing { members: 2, names: vec!["id"] });
        assert_eq!(at(&document, "lost"), Shape::Missing { members: 0, names: vec!["free", "list", "text"] });
        assert_eq!(at(&document, "text.x"), Shape::Missing { members: 1, names: vec![] });
        assert_eq!(at(&document, "free.x.y"), Shape::Open);
    }
}
