//! JSON Pointers (RFC 6901), with the one addition of the spec: an element of a `required` list is addressed by its
//! name, since such a list is a set.

use serde_json::Value;

/// The pointer with one more token.
#[must_use]
pub fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// The tokens of a pointer; `None` where it is not one.
#[must_use]
pub fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let rest = pointer.strip_prefix('/')?;
    Some(rest.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}

/// The value at a pointer.
#[must_use]
pub fn resolve<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    let mut at = document;
    let mut previous = String::new();
    for token in tokens(pointer)? {
        at = match at {
            Value::Object(members) => members.get(&token)?,
            Value::Array(items) if previous == "required" => items.iter().find(|item| item.as_str() == Some(&token))?,
            Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
        previous = token;
    }
    Some(at)
}

/// Whether `ancestor` equals `pointer` or is a prefix of it.
#[must_use]
pub fn covers(ancestor: &str, pointer: &str) -> bool {
    pointer.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resolves_members_elements_and_names_of_required() {
        let document = json!({"a/b": [{"required": ["x", "y"]}]});
        assert_eq!(resolve(&document, "/a~1b/0/required/y"), Some(&json!("y")));
        assert_eq!(resolve(&document, "/a~1b/0/required/1"), None);
        assert_eq!(resolve(&document, "/a~1b/00x"), None);
        assert_eq!(resolve(&document, ""), Some(&document));
        assert_eq!(resolve(&document, "a"), None);
    }

    #[test]
    fn join_and_tokens_are_inverse() {
        let pointer = join(&join("", "a/b~c"), "d");
        assert_eq!(pointer, "/a~1b~0c/d");
        assert_eq!(tokens(&pointer), Some(vec!["a/b~c".to_owned(), "d".to_owned()]));
    }

    #[test]
    fn covers_whole_tokens_only() {
        assert!(covers("/a", "/a"));
        assert!(covers("/a", "/a/b"));
        assert!(!covers("/a", "/ab"));
    }
}
