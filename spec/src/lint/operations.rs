//! Checks operations: the OpenAPI documents and `requirements.yaml` have the same ones, and what they say of each leads
//! somewhere.

use std::collections::BTreeSet;

use super::{LintReport, readings, requirements};
use crate::load::Spec;
use crate::model::{Effect, Form, OperationUse, Subject};
use crate::names;
use crate::pointer;
use crate::problems::Problem;
use crate::shape::{self, Shape};

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    let known: BTreeSet<&str> = ids(spec).collect();
    for (id, usage) in &spec.document.operations {
        let at = pointer::join("/operations", id);
        if !known.contains(id.as_str()) {
            let todo = names::advice(id, known.iter().copied());
            report.key(&at, Problem::UnknownName { kind: "operation", name: id.clone(), todo });
            continue;
        }
        answers(report, &at, id, usage);
        identity(report, &at, id, usage);
    }
    unused(report);
    for (at, requirement) in requirements(spec) {
        named(report, &format!("{at}/on"), &requirement.on, &requirement.editions);
        if let Some(form) = &requirement.authenticates {
            let at = format!("{at}/authenticates/reads");
            for (nth, operation) in form.reads.iter().enumerate() {
                asked(report, &format!("{at}/{nth}"), operation, &requirement.editions, form.requests.first());
            }
        }
        let looks = requirement
            .forms()
            .iter()
            .any(|form| matches!(form, Form::Always(_) | Form::Accepts(_) | Form::History(_)));
        if !requirement.on.is_empty() && (!looks || requirement.subject == Subject::Sdk) {
            let todo = "it says which exchanges with a server a rule of `always`, `accepts` or `history` looks at";
            report.key(&format!("{at}/on"), Problem::NoEffect { member: "on", todo });
        }
    }
    for (at, reading) in readings(spec) {
        named(report, &format!("{at}/on"), &reading.on, &reading.editions);
        if !reading.on.is_empty() && !reading.steps.is_empty() {
            let todo = "the steps say what is sent";
            report.key(&format!("{at}/on"), Problem::NoEffect { member: "on", todo });
        }
    }
    for (name, family) in &spec.document.requests {
        let at = format!("{}/operation", pointer::join("/requests", name));
        let editions: Vec<String> = family.base.keys().cloned().collect();
        one(report, &at, &family.operation, &editions);
    }
}

/// The ids of all operations of the OpenAPI documents.
fn ids(spec: &Spec) -> impl Iterator<Item = &str> {
    let items = spec.openapi.values().flat_map(|openapi| openapi.paths.values());
    items.flat_map(|item| item.values()).map(|operation| operation.operation_id.as_str())
}

fn named(report: &mut LintReport<'_>, at: &str, operations: &[String], editions: &[String]) {
    for (nth, operation) in operations.iter().enumerate() {
        one(report, &format!("{at}/{nth}"), operation, editions);
    }
}

/// Checks that an operation exists in each of these editions.
pub(super) fn one(report: &mut LintReport<'_>, at: &str, name: &str, editions: &[String]) {
    let spec = report.spec;
    if !spec.document.operations.contains_key(name) {
        let todo = names::advice(name, spec.document.operations.keys().map(String::as_str));
        report.value(at, Problem::UnknownName { kind: "operation", name: name.to_owned(), todo });
        return;
    }
    for edition in editions.iter().filter(|edition| spec.openapi.contains_key(*edition)) {
        if !spec.operations(edition).iter().any(|operation| operation.id == name) {
            report.value(at, Problem::NoOperation { operation: name.to_owned(), edition: edition.clone() });
        }
    }
}

/// Checks an operation that is called on a created thing: its path must name the thing.
pub(super) fn asked(report: &mut LintReport<'_>, at: &str, name: &str, editions: &[String], family: Option<&String>) {
    one(report, at, name, editions);
    let document = &report.spec.document;
    let Some(usage) = document.operations.get(name) else { return };
    let creation = family.and_then(|family| document.operations.get(&document.requests.get(family)?.operation));
    let has_body = |edition: &&String| {
        report.spec.operations(edition).iter().any(|operation| operation.id == name && operation.request.is_some())
    };
    let reason = if usage.identity.parameter.is_none() {
        "its identity is no parameter of its path".to_owned()
    } else if let Some(edition) = editions.iter().find(has_body) {
        format!("it has a body in edition {edition}")
    } else if let Some(creation) = creation.filter(|creation| creation.thing != usage.thing) {
        format!("it is about another thing (`{}`, not `{}`)", usage.thing, creation.thing)
    } else {
        return;
    };
    report.value(at, Problem::NotAboutIt { operation: name.to_owned(), reason });
}

/// Reports operations that `requirements.yaml` does not use.
fn unused(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (edition, openapi) in &spec.openapi {
        for (path, item) in &openapi.paths {
            for (method, operation) in item {
                if !spec.document.operations.contains_key(&operation.operation_id) {
                    let at = pointer::join(&pointer::join("/paths", path), &method.member());
                    let problem = Problem::UnusedOperation { operation: operation.operation_id.clone() };
                    report.at_key(spec.openapi_path(edition), &format!("{at}/operationId"), problem);
                }
            }
        }
    }
}

/// Checks that the answers of an operation lead to a schema: without one, any answer would be valid.
fn answers(report: &mut LintReport<'_>, at: &str, id: &str, usage: &OperationUse) {
    let spec = report.spec;
    for edition in spec.editions() {
        let operations = spec.operations(edition);
        let Some(operation) = operations.iter().find(|operation| operation.id == id) else { continue };
        let document = spec.openapi_path(edition).to_owned();
        if operation.accepted.is_none() {
            let key = usage.answers.accepted.clone();
            let problem = Problem::NoAnswerSchema { operation: id.to_owned(), key, document: document.clone() };
            report.value(&format!("{at}/answers/accepted"), problem);
        }
        if let Some(key) = usage.answers.refused.get(edition).filter(|_| operation.refused.is_none()) {
            let problem = Problem::NoAnswerSchema { operation: id.to_owned(), key: key.clone(), document };
            report.value(&pointer::join(&format!("{at}/answers/refused"), edition), problem);
        }
    }
    for edition in usage.answers.refused.keys().filter(|edition| !spec.document.editions.contains_key(*edition)) {
        let todo = names::advice(edition, spec.editions());
        let problem = Problem::UnknownName { kind: "edition", name: edition.clone(), todo };
        report.key(&pointer::join(&format!("{at}/answers/refused"), edition), problem);
    }
}

/// Checks that the identity of an operation's thing is in the request and in the answer.
fn identity(report: &mut LintReport<'_>, at: &str, id: &str, usage: &OperationUse) {
    let spec = report.spec;
    let identity = &usage.identity;
    let found: Vec<&str> = [("request", identity.request.is_some()), ("parameter", identity.parameter.is_some())]
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
        .collect();
    if found.len() != 1 {
        let subject = format!("the identity of `{id}`");
        let choices = "request (a pointer into the body) and parameter (of the path)";
        report
            .key(&format!("{at}/identity"), Problem::NotOne { subject, what: "place in the request", choices, found });
    }
    if usage.does == Effect::Creates && identity.request.is_none() && identity.parameter.is_some() {
        let reason = format!("`{id}` creates a thing that its path names");
        let todo = "give it `request`: the identity of what is created is a member of the body".to_owned();
        report.key(&format!("{at}/identity/parameter"), Problem::WrongValue { reason, todo });
    }
    for edition in spec.editions() {
        let operations = spec.operations(edition);
        let Some(operation) = operations.iter().find(|operation| operation.id == id) else { continue };
        if let Some(name) = &identity.parameter
            && !operation.path.contains(&format!("{{{name}}}"))
        {
            let known = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
            let todo = names::advice(name, known);
            let problem = Problem::UnknownName { kind: "parameter", name: name.clone(), todo };
            report.value(&format!("{at}/identity/parameter"), problem);
        }
        let Some(document) = spec.json.get(edition) else { continue };
        let places = [
            ("request", identity.request.as_ref(), &operation.request),
            ("answer", Some(&identity.answer), &operation.accepted),
        ];
        for (member, to, entry) in places {
            let (Some(to), Some(entry)) = (to, entry) else { continue };
            let Some(schema) = pointer::resolve(document, entry) else { continue };
            let tokens = pointer::tokens(to.as_str()).unwrap_or_default();
            let shape = shape::of_schemas(document, vec![schema], tokens.iter().map(String::as_str));
            if let Shape::Missing { members, names } = shape {
                let todo = names::advice(tokens.get(members).map_or("", String::as_str), names);
                let document = format!("the {member} of `{id}` in edition {edition}");
                let problem = Problem::DanglingPointer { pointer: to.to_string(), document, todo };
                report.value(&format!("{at}/identity/{member}"), problem);
            }
        }
    }
}
