//! Requests around a schema constraint: accepted at the bound, refused past it.
//!
//! A refused probe is wrong under every reading of the constraint: what some correct server might take for right
//! (a UUID in braces, a string that looks like a number) is not tried.

use mixinspec_spec::model::Probe as Sizes;
use serde_json::{Value, json};

use crate::make::Change;

/// One request around a constraint.
#[derive(Debug)]
pub struct Probe {
    /// Its name within the requirement.
    pub name: String,
    /// Whether it is accepted.
    pub accepted: bool,
    /// How the request differs from the family's.
    pub change: Change,
}

/// The constraint that is probed.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The keyword.
    pub keyword: &'a str,
    /// The keyword's value.
    pub value: &'a Value,
    /// The schema that holds it.
    pub schema: &'a Value,
    /// Where in the request: a JSON pointer, `*` for every element; for `required`, the member's own place.
    pub instance: &'a str,
}

/// The requests around a constraint. `user_list` is the list whose elements are users: its size is set before users
/// are given to it.
#[must_use]
pub fn probes(target: Target<'_>, sizes: Option<&Sizes>, user_list: &str) -> Vec<Probe> {
    let at = target.instance.replace("/*", "/0");
    let label = label(&at);
    let probe = |name: String, accepted: bool, value: Option<Value>| Probe {
        name: format!("{label}-{name}"),
        accepted,
        change: Change { replace: Some((at.clone(), value)), ..Change::default() },
    };
    match target.keyword {
        "required" => vec![probe("missing".into(), false, None)],
        "type" => wrong_types(target.value)
            .into_iter()
            .map(|(name, value)| probe(format!("is-{name}"), false, Some(value)))
            .collect(),
        "enum" => wrong_words(target.value)
            .into_iter()
            .map(|word| probe(format!("is-{}", kebab(&word)), false, Some(json!(word))))
            .collect(),
        "format" if target.value == "uuid" => {
            let wrong = [
                ("text", "not-a-uuid"),
                ("empty", ""),
                ("short", "928c5c40-769c-3e97-8387-fb1ae064531"),
                ("not-hexadecimal", "928c5c40-769c-3e97-8387-fb1ae064531g"),
                ("long", "928c5c40-769c-3e97-8387-fb1ae0645311-0"),
            ];
            wrong.into_iter().map(|(name, text)| probe(format!("is-{name}"), false, Some(json!(text)))).collect()
        }
        "pattern" => ["not-a-uuid", "928c5c40-769c-3e97-8387-fb1ae064531g"]
            .into_iter()
            .enumerate()
            .map(|(at, text)| probe(format!("pattern-{at}"), false, Some(json!(text))))
            .collect(),
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maximum" | "minimum" => {
            let Some(bound) = target.value.as_i64() else { return Vec::new() };
            let outward = if target.keyword.starts_with("max") { 1 } else { -1 };
            let (accepted, refused) = match sizes {
                Some(sizes) => (sizes.accepted.clone(), sizes.refused.clone()),
                None => (vec![bound], vec![bound + outward]),
            };
            let sized = |size: i64, accepted: bool| {
                let count = usize::try_from(size).ok()?;
                Some(match target.keyword {
                    "maxLength" | "minLength" => {
                        probe(format!("of-{size}-characters"), accepted, Some(json!("é".repeat(count))))
                    }
                    "maxItems" | "minItems" if at == user_list => Probe {
                        name: format!("{label}-of-{size}"),
                        accepted,
                        change: Change { user_count: Some(count), ..Change::default() },
                    },
                    "maxItems" | "minItems" => probe(format!("of-{size}"), accepted, Some(json!(vec![0; count]))),
                    _ => probe(format!("of-{size}"), accepted, Some(json!(size))),
                })
            };
            let accepted = accepted.into_iter().filter_map(|size| sized(size, true));
            accepted.chain(refused.into_iter().filter_map(|size| sized(size, false))).collect()
        }
        _ => Vec::new(),
    }
}

/// What a probe's name begins with: the member, or `participants-item` for an element.
fn label(at: &str) -> String {
    let mut parts = at.rsplit('/');
    match parts.next() {
        None | Some("") => "body".into(),
        Some(last) if last.parse::<usize>().is_ok() => format!("{}-item", parts.next().unwrap_or_default()),
        Some(last) => last.replace('_', "-"),
    }
}

/// A value of every type that the constraint does not allow, and that no lenient reader turns into an allowed one:
/// text in place of a number or the reverse is left out where it could be read as such.
fn wrong_types(allowed: &Value) -> Vec<(&'static str, Value)> {
    let allows = |name: &str| match allowed {
        Value::String(one) => one == name,
        Value::Array(many) => many.iter().any(|one| one == name),
        _ => true,
    };
    let candidates = [
        ("null", "null", Value::Null),
        ("number", "number", json!(7)),
        ("true", "boolean", json!(true)),
        ("text", "string", json!("text")),
        ("array", "array", json!([])),
        ("object", "object", json!({})),
    ];
    candidates
        .into_iter()
        .filter(|(_, kind, _)| !allows(kind) && (*kind != "number" || !allows("integer")))
        .map(|(name, _, value)| (name, value))
        .collect()
}

/// Words that an enum does not have: another letter case, a longer word, an unknown one.
fn wrong_words(words: &Value) -> Vec<String> {
    let words: Vec<&str> = words.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(first) = words.iter().find(|word| !word.is_empty()) else { return Vec::new() };
    let lower = first.to_lowercase();
    let candidates = [lower, format!("{first}S"), "UNKNOWN".to_owned(), String::new()];
    candidates.into_iter().filter(|word| !words.contains(&word.as_str())).collect()
}

fn kebab(word: &str) -> String {
    if word.is_empty() {
        "empty".into()
    } else {
        word.to_lowercase() + if word.chars().any(char::is_lowercase) { "-lower" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(keyword: &str, value: Value) -> Vec<(String, bool)> {
        let target = Target { keyword, value: &value, schema: &Value::Null, instance: "/participants/*/role" };
        probes(target, None, "/participants").into_iter().map(|p| (p.name, p.accepted)).collect()
    }

    #[test]
    fn no_probe_that_is_refused_fits_the_constraint() {
        assert_eq!(names("type", json!(["string", "null"])).len(), 4);
        let words: Vec<String> = names("enum", json!(["", "ADMIN"])).into_iter().map(|(name, _)| name).collect();
        assert_eq!(words, ["role-is-admin-lower", "role-is-admins", "role-is-unknown"]);
    }

    #[test]
    fn a_bound_is_probed_on_both_sides() {
        let seen = names("maxLength", json!(512));
        assert_eq!(seen, [("role-of-512-characters".into(), true), ("role-of-513-characters".into(), false)]);
    }

    #[test]
    fn names_are_different() {
        for (keyword, value) in
            [("enum", json!(["GROUP", "CONTACT"])), ("format", json!("uuid")), ("type", json!("array"))]
        {
            let mut seen = names(keyword, value);
            let all = seen.len();
            seen.dedup();
            assert!(all > 0 && seen.len() == all);
        }
    }
}
