//! Checks the schemas of the OpenAPI documents: keywords are known, values fit them, and references lead somewhere.

use serde_json::Value;

use super::LintReport;
use crate::constraints::entries;
use crate::keywords::{self, KEYWORDS};
use crate::names;
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (edition, document) in &spec.json {
        let path = spec.openapi_path(edition);
        for name in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
            schema(report, path, document, &pointer::join("/components/schemas", name.0));
        }
        for (_, at) in entries(document) {
            schema(report, path, document, &at);
        }
    }
}

fn schema(report: &mut LintReport<'_>, path: &str, document: &Value, at: &str) {
    let Some(members) = pointer::resolve(document, at).and_then(Value::as_object) else { return };
    for (name, value) in members {
        let here = pointer::join(at, name);
        if keywords::keyword(name).is_none() {
            let todo = names::advice(name, KEYWORDS.iter().map(|keyword| keyword.name));
            report.at_key(path, &here, Problem::UnknownKeyword { name: name.clone(), pointer: here.clone(), todo });
            continue;
        }
        if let Err(needed) = keywords::accepts(name, value) {
            let reason = format!("`{name}` with a value that it cannot have");
            report.at_value(path, &here, Problem::WrongValue { reason, todo: format!("write {needed}") });
        }
        values(report, path, &here, name, value, members.get("type"));
        match (name.as_str(), value) {
            ("$ref", Value::String(target)) => reference(report, path, document, &here, target),
            ("properties", Value::Object(properties)) => {
                for member in properties.keys() {
                    schema(report, path, document, &pointer::join(&here, member));
                }
            }
            ("items" | "additionalProperties", Value::Object(_)) => schema(report, path, document, &here),
            _ => {}
        }
    }
}

/// Checks that a schema's type allows the values that it lists.
fn values(report: &mut LintReport<'_>, path: &str, at: &str, name: &str, value: &Value, types: Option<&Value>) {
    let named: Vec<(String, &Value)> = match (name, value) {
        ("enum" | "x-extensible-enum" | "examples", Value::Array(values)) => {
            values.iter().enumerate().map(|(nth, value)| (format!("{at}/{nth}"), value)).collect()
        }
        ("const" | "default" | "example", value) => vec![(at.to_owned(), value)],
        _ => return,
    };
    for (here, value) in named.into_iter().filter(|(_, value)| !keywords::has_type(types, value)) {
        let allowed = match types {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
            types => types.and_then(Value::as_str).unwrap_or_default().to_owned(),
        };
        let reason = format!("`{value}` in `{name}` is not of the type {allowed}");
        let todo =
            "write a value of the type (text in quotes, where it looks like something else), or another type".into();
        report.at_value(path, &here, Problem::WrongValue { reason, todo });
    }
}

fn reference(report: &mut LintReport<'_>, path: &str, document: &Value, at: &str, target: &str) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    if target.strip_prefix('#').and_then(|target| pointer::resolve(document, target)).is_none() {
        let name = target.rsplit('/').next().unwrap_or_default();
        let todo = names::advice(name, schemas.into_iter().flat_map(|schemas| schemas.keys()).map(String::as_str));
        let problem = Problem::DanglingPointer { pointer: target.to_owned(), document: path.to_owned(), todo };
        report.at_value(path, at, problem);
    }
}
