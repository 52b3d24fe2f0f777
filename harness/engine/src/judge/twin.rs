//! Compares an answer with its twin's, at the places that follow from the request.

use mixinspec_spec::touches;
use serde_json::Value;

use crate::edition::exchange::Exchange;

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

/// The first difference between an answer and its twin's at the `fixed` pointers, whatever the order of lists.
///
/// A place that breaks the schema is not compared: another requirement fails for it.
#[must_use]
pub fn difference(exchange: &Exchange, twin: &Exchange, fixed: &[String]) -> Option<Difference> {
    let (mine, its) = (exchange.response()?, twin.response()?);
    let violations = || exchange.violations.iter().chain(&twin.violations);
    let compared = fixed.iter().filter(|at| !violations().any(|violation| touches(at, &violation.instance)));
    for at in compared {
        let (expected, actual) = (sorted(its, at), sorted(mine, at));
        if expected == actual {
            continue;
        }
        // The first value that one of them has more often than the other.
        let missing = expected.iter().find(|value| count(&expected, value) > count(&actual, value));
        let extra = actual.iter().find(|value| count(&actual, value) > count(&expected, value));
        // Equal objects whose members have another order may be sorted differently.
        if missing.is_none() && extra.is_none() {
            continue;
        }
        let told = |value: Option<&&Value>| value.map_or_else(|| "nothing more".to_owned(), ToString::to_string);
        return Some(Difference {
            place: at.clone(),
            expected: format!("{}, as for the same request without the change", told(missing)),
            actual: told(extra),
        });
    }
    None
}

/// The values at a pointer with `*`, sorted by their JSON text.
fn sorted<'a>(body: &'a Value, at: &str) -> Vec<&'a Value> {
    let mut values = crate::text::pointer::values(body, at);
    values.sort_by_cached_key(|value| value.to_string());
    values
}

fn count(values: &[&Value], value: &Value) -> usize {
    values.iter().filter(|other| **other == value).count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_compared_without_their_order() {
        let (a, b) = (json!({"l": [{"r": ""}, {"r": "OWNER"}]}), json!({"l": [{"r": "OWNER"}, {"r": ""}]}));
        assert_eq!(sorted(&a, "/l/*/r"), sorted(&b, "/l/*/r"));
        assert_ne!(sorted(&a, "/l/*/r"), sorted(&json!({"l": [{"r": ""}]}), "/l/*/r"));
    }
}
