//! Advice for pointers that lead nowhere.

use serde_json::Value;

use crate::names;
use crate::pointer;

/// Says how far a pointer leads, and which names exist there.
pub(super) fn way_on(document: &Value, dangling: &str) -> String {
    let Some(tokens) = pointer::tokens(dangling) else {
        return format!("write a JSON Pointer: `/{dangling}`");
    };
    let mut at = String::new();
    for token in tokens {
        let next = pointer::join(&at, &token);
        if pointer::resolve(document, &next).is_none() {
            let names: Vec<&str> = match pointer::resolve(document, &at) {
                Some(Value::Object(members)) => members.keys().map(String::as_str).collect(),
                Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            let at = if at.is_empty() { "it" } else { &at };
            return format!("{at} has no `{token}`; {}", names::advice(&token, names));
        }
        at = next;
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_way_ends_where_a_token_is_missing() {
        let document = json!({"components": {"schemas": {"Id": {"type": "string"}}}});
        assert_eq!(
            way_on(&document, "/components/schemas/Ids/type"),
            "/components/schemas has no `Ids`; did you mean `Id`?"
        );
        assert_eq!(way_on(&document, "/paths"), "it has no `paths`; there are: components");
        assert_eq!(way_on(&document, "components"), "write a JSON Pointer: `/components`");
    }
}
