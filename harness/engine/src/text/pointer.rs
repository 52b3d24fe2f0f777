//! Reads and changes JSON at pointers: how requests are built, in addition to JSON Patch.

use serde_json::Value;

/// Whether one pointer is the other, or leads to it.
pub(crate) fn overlaps(a: &str, b: &str) -> bool {
    let leads = |a: &str, b: &str| b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    leads(a, b) || leads(b, a)
}

/// Replaces the strings at all places that a pointer with `*` matches.
pub(crate) fn fill(document: &mut Value, pointer: &str, value: &mut dyn FnMut(&str) -> Value) {
    fn walk(node: &mut Value, rest: &[&str], at: &str, value: &mut dyn FnMut(&str) -> Value) {
        match rest.split_first() {
            None => {
                if node.is_string() {
                    *node = value(at);
                }
            }
            Some((&"*", rest)) => {
                for (index, item) in node.as_array_mut().into_iter().flatten().enumerate() {
                    walk(item, rest, &format!("{at}/{index}"), value);
                }
            }
            Some((name, rest)) => {
                if let Some(member) = node.get_mut(*name) {
                    walk(member, rest, &format!("{at}/{name}"), value);
                }
            }
        }
    }
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    walk(document, &parts, "", value);
}

/// All values at a pointer with `*`.
pub(crate) fn values<'a>(document: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut found = vec![document];
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        found = found
            .into_iter()
            .flat_map(|value| match (part, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                (_, value) => value.get(&name).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}

/// Puts a value at a pointer; the object or array that holds it must be there, else nothing happens.
pub(crate) fn place(document: &mut Value, pointer: &str, value: Value) {
    if pointer.is_empty() {
        *document = value;
        return;
    }
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(name.replace("~1", "/").replace("~0", "~"), value);
        }
        Some(Value::Array(items)) => {
            if let Some(item) = name.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = value;
            }
        }
        _ => {}
    }
}

/// Removes what is at a pointer.
pub(crate) fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(name);
        }
        Some(Value::Array(items)) => {
            if let Some(at) = name.parse::<usize>().ok().filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_overlap_when_one_leads_to_the_other() {
        assert!(overlaps("/participants", "/participants/0/user_id"));
        assert!(overlaps("/participants/0", "/participants"));
        assert!(overlaps("", "/category"));
        assert!(!overlaps("/participants/0", "/participants_x"));
        assert!(!overlaps("/participants/1", "/participants/0/user_id"));
    }
}
