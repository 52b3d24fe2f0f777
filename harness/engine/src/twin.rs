//! Compares an answer with its twin's: equal up to ids and times, in every member that both requests leave alone.

use serde_json::Value;

use crate::exchange::Exchange;
use crate::json::{alike, without_ids_and_times};
use crate::judge::touches;
use crate::make::Change;
use crate::schema::{ACCEPTED, Schemas};

/// The conversation in an answer.
const DATA: &str = "/components/schemas/ConversationResponse/properties/data";

/// Where two answers differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The place, as a JSON pointer.
    pub place: String,
    /// What the twin's answer has there.
    pub expected: String,
    /// What the answer has there.
    pub actual: String,
}

/// The first difference between an answer and its twin's in a member of `data` that the twin's answer has.
///
/// Only members that the spec documents are compared, and not those that the change itself is about.
#[must_use]
pub fn difference(exchange: &Exchange, twin: &Exchange, change: &Change, schemas: &Schemas) -> Option<Difference> {
    let documented = schemas.at(DATA).and_then(|data| data.get("properties")).and_then(Value::as_object);
    let data = |exchange: &Exchange| exchange.response().and_then(|body| body.get("data")).cloned();
    let (Some(Value::Object(mine)), Some(Value::Object(its))) = (data(exchange), data(twin)) else { return None };
    // A member that breaks the schema has a requirement of its own, and cannot be compared up to times, say.
    let bodies = [exchange, twin].into_iter().filter_map(Exchange::response);
    let violations: Vec<_> = bodies.flat_map(|body| schemas.violations(ACCEPTED, body)).collect();
    let changed: Vec<&str> = change.patch.iter().map(|operation| operation.path.as_str()).collect();
    for (name, expected) in &its {
        let own = format!("/{name}");
        let broken = violations.iter().any(|violation| touches(&format!("/data/{name}"), &violation.instance));
        if broken || !documented.is_some_and(|members| members.contains_key(name)) || changed.contains(&own.as_str()) {
            continue;
        }
        let Some(actual) = mine.get(name) else {
            return Some(Difference {
                place: format!("/data/{name}"),
                expected: format!("{expected}, as for the same request without the change"),
                actual: "no such member".into(),
            });
        };
        if !(is_id(name, expected, actual) || same(expected, actual)) {
            return Some(Difference {
                place: format!("/data/{name}"),
                expected: format!("{expected}, as for the same request without the change (up to ids and times)"),
                actual: actual.to_string(),
            });
        }
    }
    None
}

/// Two ids, in whatever form: that they are UUIDs is not for here.
fn is_id(name: &str, expected: &Value, actual: &Value) -> bool {
    name.ends_with("_id") && expected.is_string() && actual.is_string()
}

/// Equal up to ids, times and addresses; the order of a list of objects says nothing, since ids sort differently.
fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Array(expected), Value::Array(actual)) => sorted(expected) == sorted(actual),
        (Value::String(expected), Value::String(actual)) if is_address(expected) && is_address(actual) => true,
        _ => alike(expected, actual),
    }
}

fn sorted(list: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = list.iter().map(|item| without_ids_and_times(&item.to_string())).collect();
    texts.sort();
    texts
}

/// A server may give every conversation addresses of its own, for a picture say.
fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
