//! Judges the schema constraints of answers: which ones an answer breaks, and which requirement fails by each.

use std::collections::BTreeMap;

use mixinspec_spec::Spec;
use mixinspec_spec::constraints::Owner;
use serde_json::Value;

use crate::edition::schema::{SchemaId, Schemas, Violation};
use crate::text::excerpt::{self, Excerpts};
use crate::text::time;

/// The constraints on answers of one edition, by the checks that own them.
#[derive(Debug, Default)]
pub(super) struct AnswerConstraints {
    /// By check, the places that it restricts: each a schema, and a JSON pointer split at `/`.
    places: BTreeMap<usize, Vec<(SchemaId, Vec<String>)>>,
    /// The checks, by constraint.
    owners: BTreeMap<String, usize>,
    /// What each constraint demands, in the words of JSON Schema.
    terms: BTreeMap<String, String>,
}

/// What an answer says of one check.
#[derive(Debug)]
pub(super) enum CheckOutcome<'a> {
    /// A constraint of the check is broken.
    Broken(&'a Violation),
    /// The answer has what the check restricts, and it holds.
    Holds,
    /// The answer lacks what the check restricts, since an enclosing value breaks a constraint of another check.
    Hidden(&'a Violation),
}

impl AnswerConstraints {
    /// The constraints of the schemas that answers are validated against.
    pub(super) fn compile(
        spec: &Spec,
        edition: &str,
        schemas: &Schemas,
        answers: impl Iterator<Item = SchemaId>,
        check: impl Fn(&str) -> Option<usize>,
    ) -> Self {
        let mut constraints = Self::default();
        for site in spec.constraints(edition) {
            let Some(check) = site.owner.as_ref().map(Owner::id).and_then(&check) else { continue };
            constraints.owners.insert(site.pointer.clone(), check);
            let term = match (site.keyword, &site.value) {
                ("required", Value::String(name)) => format!("a member `{name}`"),
                (keyword, value) => format!("{keyword} {value}"),
            };
            constraints.terms.insert(site.pointer, term);
        }
        for schema in answers {
            for site in schemas.sites(schema) {
                let Some(check) = constraints.owners.get(&site.pointer) else { continue };
                for instance in &site.instances {
                    let parts = instance.split('/').skip(1).map(str::to_owned).collect();
                    let places = constraints.places.entry(*check).or_default();
                    if !places.contains(&(schema, parts)) {
                        let parts = instance.split('/').skip(1).map(str::to_owned).collect();
                        places.push((schema, parts));
                    }
                }
            }
        }
        constraints
    }

    /// The check that owns a constraint.
    pub(super) fn owner(&self, constraint: &str) -> Option<usize> {
        self.owners.get(constraint).copied()
    }

    /// The outcome of an answer for each check that owns a constraint of this schema.
    pub(super) fn judge<'a>(
        &self,
        schema: SchemaId,
        body: &Value,
        violations: &'a [Violation],
    ) -> Vec<(usize, CheckOutcome<'a>)> {
        let mut broken: BTreeMap<usize, &Violation> = BTreeMap::new();
        for violation in violations {
            if let Some(check) = self.owner(&violation.constraint) {
                broken.entry(check).or_insert(violation);
            }
        }
        let found = |(check, places): (&usize, &Vec<(SchemaId, Vec<String>)>)| {
            if let Some(violation) = broken.get(check) {
                return Some((*check, CheckOutcome::Broken(violation)));
            }
            let own = || places.iter().filter(|(of, _)| *of == schema).map(|(_, parts)| parts);
            if own().any(|parts| present(body, parts)) {
                return Some((*check, CheckOutcome::Holds));
            }
            let hides = |violation: &&Violation| own().any(|parts| is_around(&violation.instance, parts));
            violations.iter().find(hides).map(|violation| (*check, CheckOutcome::Hidden(violation)))
        };
        self.places.iter().filter_map(found).collect()
    }

    /// A violation in words: what is expected, and what was found.
    pub(super) fn explain(&self, violation: &Violation, body: &Value, excerpts: Excerpts<'_>) -> (String, String) {
        let named = |place: &str| if place.is_empty() { "the answer".to_owned() } else { place.to_owned() };
        match &violation.found {
            None => {
                let (parent, name) = violation.instance.rsplit_once('/').unwrap_or_default();
                let parent_name = named(parent);
                let there = match body.pointer(parent).and_then(Value::as_object) {
                    Some(members) => format!("there is none: {parent_name} has {}", excerpt::names(members)),
                    None => format!("{parent_name} is no object"),
                };
                (format!("{parent_name} has a member {name:?}"), there)
            }
            Some(value) => {
                let place = named(&violation.instance);
                let term = self.terms.get(&violation.constraint).map_or("", String::as_str);
                let found = excerpts.json(value);
                let why =
                    if lacks_offset(violation, value) { "; it has no offset: a Z is missing at its end" } else { "" };
                (format!("at {place}: {term}"), format!("{place} is {}{found}{why}", kind(value)))
            }
        }
    }
}

/// Whether a text would be an RFC 3339 time if it had an offset; this is the usual mistake.
fn lacks_offset(violation: &Violation, value: &Value) -> bool {
    let becomes_time = |text: &str| time::micros(text).is_none() && time::micros(&format!("{text}Z")).is_some();
    violation.constraint.ends_with("/format") && value.as_str().is_some_and(becomes_time)
}

/// The type of a value, in words; `null` speaks for itself.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "",
        Value::Bool(_) => "the boolean ",
        Value::Number(_) => "the number ",
        Value::String(_) => "the string ",
        Value::Array(_) => "the array ",
        Value::Object(_) => "the object ",
    }
}

/// Whether the body has a value at a place.
fn present(body: &Value, parts: &[String]) -> bool {
    match parts.split_first() {
        None => true,
        Some((part, rest)) if part == "*" => {
            body.as_array().is_some_and(|items| items.iter().any(|item| present(item, rest)))
        }
        Some((part, rest)) => body.get(part.as_str()).is_some_and(|member| present(member, rest)),
    }
}

/// Whether one place of the body is the other or encloses it.
fn is_around(instance: &str, parts: &[String]) -> bool {
    let mut inner = parts.iter();
    instance.split('/').skip(1).all(|outer| inner.next().is_some_and(|part| part == "*" || part == outer))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_there_when_some_element_has_it() {
        let body = json!({"data": {"list": [{}, {"a": null}]}});
        let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        assert!(present(&body, &parts("data/list/*/a")));
        assert!(!present(&body, &parts("data/list/*/b")));
        assert!(!present(&json!({"data": {"list": []}}), &parts("data/list/*/a")));
        for (instance, around) in [("/data/list", true), ("/data/list/3", true), ("/data/name", false)] {
            assert_eq!(is_around(instance, &parts("data/list/*/a")), around, "{instance}");
        }
        assert!(!is_around("/data/list/3/a/b", &parts("data/list/*/a")));
    }
}
