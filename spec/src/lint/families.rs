//! Checks request families: their pointers lead somewhere, and every reference is to an existing family.

use serde_json::Value;

use super::{LintReport, pointers, requirements, step_lists};
use crate::load::Spec;
use crate::model::{CaseSpec, PatchOp, PatchOpKind, Pointer, RequestFamily};
use crate::names;
use crate::pointer;
use crate::problems::Problem;
use crate::shape::{self, Shape};

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (name, family) in &spec.document.requests {
        own(report, &pointer::join("/requests", name), family);
    }
    for (at, requirement) in requirements(spec) {
        let editions = &requirement.editions;
        if let Some(constraint) = &requirement.constraint {
            named(report, &format!("{at}/constraint/requests"), &constraint.requests, editions);
        }
        for (form, families, cases) in requirement.case_lists() {
            named(report, &format!("{at}/{form}/requests"), families, editions);
            for (nth, case) in cases.iter().enumerate() {
                let at = format!("{at}/{form}/cases/{nth}");
                named(report, &format!("{at}/requests"), &case.requests, of(case, editions));
                let families = if case.requests.is_empty() { families } else { &case.requests[..] };
                patch(report, &at, case, families, of(case, editions));
            }
        }
    }
    for (at, steps, editions) in step_lists(spec) {
        for (nth, step) in steps.iter().enumerate() {
            let Some(family) = &step.request else { continue };
            let at = format!("{at}/{nth}");
            one(report, &format!("{at}/request"), family, editions);
            if let Some(change) = &step.change {
                patch(report, &format!("{at}/change"), change, std::slice::from_ref(family), of(change, editions));
            }
        }
    }
}

/// The editions of a case.
fn of<'a>(case: &'a CaseSpec, editions: &'a [String]) -> &'a [String] {
    if case.editions.is_empty() { editions } else { &case.editions }
}

/// Checks the pointers of a family itself.
fn own(report: &mut LintReport<'_>, at: &str, family: &RequestFamily) {
    let spec = report.spec;
    let editions: Vec<&String> = family.base.keys().filter(|edition| spec.json.contains_key(*edition)).collect();
    for edition in &editions {
        let Some(document) = spec.json.get(*edition) else { continue };
        if pointer::resolve(document, family.schema.as_str()).is_none() {
            let todo = pointers::way_on(document, family.schema.as_str());
            let document = spec.openapi_path(edition).to_owned();
            let pointer = family.schema.to_string();
            report.value(&format!("{at}/schema"), Problem::DanglingPointer { pointer, document, todo });
            return;
        }
    }
    // Users are in every request of a family that has them; other members may belong to one edition only.
    for (edition, users) in editions.iter().flat_map(|edition| family.users.iter().map(move |users| (edition, users))) {
        member(report, &format!("{at}/users"), family, users, std::slice::from_ref(edition));
    }
    for (nth, of_list) in family.uuids.iter().enumerate() {
        member(report, &format!("{at}/uuids/{nth}"), family, of_list, &editions);
    }
    for (list, by_edition) in [("always_present", &family.always_present), ("never_present", &family.never_present)] {
        for (edition, members) in by_edition {
            let here = pointer::join(&format!("{at}/{list}"), edition);
            for (nth, of_list) in members.iter().enumerate() {
                member(report, &format!("{here}/{nth}"), family, of_list, &[edition]);
            }
        }
    }
    for (edition, members) in &family.values {
        let here = pointer::join(&format!("{at}/values"), edition);
        for of_map in members.keys() {
            member(report, &pointer::join(&here, of_map.as_str()), family, of_map, &[edition]);
        }
    }
    for (nth, set) in family.set.iter().enumerate() {
        let own: Vec<&String> = set.editions.iter().collect();
        let editions = if own.is_empty() { &editions } else { &own };
        member(report, &format!("{at}/set/{nth}/at"), family, &set.at, editions);
    }
}

/// Checks that a pointer into the family's requests leads somewhere in at least one of the editions.
fn member(report: &mut LintReport<'_>, at: &str, family: &RequestFamily, of: &Pointer, editions: &[&String]) {
    let spec = report.spec;
    let Some(tokens) = pointer::tokens(of.as_str()) else {
        let todo = format!("write a JSON Pointer: `/{of}`");
        let problem = Problem::DanglingPointer { pointer: of.to_string(), document: "the request".into(), todo };
        report.value(at, problem);
        return;
    };
    let mut missing = None;
    for edition in editions {
        let Some(document) = spec.json.get(*edition) else { continue };
        let Some(schema) = pointer::resolve(document, family.schema.as_str()) else { continue };
        match shape::of_schemas(document, vec![schema], tokens.iter().map(String::as_str)) {
            Shape::Open | Shape::Schemas(_) => return,
            Shape::Missing { members, names } => missing = Some((*edition, members, names)),
        }
    }
    if let Some((edition, members, names)) = missing {
        let todo = names::advice(tokens.get(members).map_or("", String::as_str), names);
        let document = format!("the requests of edition {edition}");
        report.value(at, Problem::DanglingPointer { pointer: of.to_string(), document, todo });
    }
}

/// Checks a list of family names.
fn named(report: &mut LintReport<'_>, list: &str, families: &[String], editions: &[String]) {
    for (nth, family) in families.iter().enumerate() {
        one(report, &format!("{list}/{nth}"), family, editions);
    }
}

pub(super) fn one(report: &mut LintReport<'_>, at: &str, name: &str, editions: &[String]) {
    let families = &report.spec.document.requests;
    let Some(family) = families.get(name) else {
        let todo = names::advice(name, families.keys().map(String::as_str));
        report.value(at, Problem::UnknownName { kind: "request family", name: name.to_owned(), todo });
        return;
    };
    for edition in editions.iter().filter(|edition| report.spec.document.editions.contains_key(*edition)) {
        if !family.base.contains_key(edition) {
            report.value(at, Problem::NoBase { family: name.to_owned(), edition: edition.clone() });
        }
    }
}

/// Checks that the target of each patch operation exists in the base of every family.
fn patch(report: &mut LintReport<'_>, at: &str, case: &CaseSpec, families: &[String], editions: &[String]) {
    for (nth, operation) in case.patch.iter().enumerate() {
        let at_operation = format!("{at}/patch/{nth}");
        let takes = matches!(operation.op, PatchOpKind::Copy | PatchOpKind::Move);
        match (takes, &operation.from) {
            (true, None) => report.key(&at_operation, Problem::MissingMember { name: "from".to_owned() }),
            (false, Some(_)) => {
                let todo = "only `copy` and `move` take a value from somewhere: remove it";
                report.key(&format!("{at_operation}/from"), Problem::NoEffect { member: "from", todo });
            }
            _ => {}
        }
        for (member, target) in targets(operation) {
            if let Some((family, edition, base)) = lacking(report.spec, case, nth, target, families, editions) {
                let problem = Problem::DanglingPointer {
                    pointer: target.to_string(),
                    document: format!("the base of `{family}` in edition {edition}"),
                    todo: format!("{} (`add` makes what is not there)", pointers::way_on(base, target.as_str())),
                };
                report.value(&format!("{at_operation}/{member}"), problem);
            }
        }
    }
}

/// The pointers of an operation whose targets must exist.
fn targets(operation: &PatchOp) -> impl Iterator<Item = (&'static str, &Pointer)> {
    let there = matches!(operation.op, PatchOpKind::Remove | PatchOpKind::Replace);
    there.then_some(("path", &operation.path)).into_iter().chain(operation.from.as_ref().map(|from| ("from", from)))
}

/// A base that lacks the target, unless an earlier operation has created it.
fn lacking<'a>(
    spec: &'a Spec,
    case: &CaseSpec,
    nth: usize,
    target: &Pointer,
    families: &'a [String],
    editions: &'a [String],
) -> Option<(&'a String, &'a String, &'a Value)> {
    let made = case.patch[..nth].iter().any(|earlier| {
        let around = |pointer: &Pointer| pointer.covers(target.as_str()) || target.covers(pointer.as_str());
        !matches!(earlier.op, PatchOpKind::Remove) && around(&earlier.path)
    });
    if made {
        return None;
    }
    let bases = families.iter().filter_map(|family| Some((family, spec.document.requests.get(family)?)));
    bases
        .flat_map(|(family, of)| {
            editions.iter().filter_map(move |edition| Some((family, edition, of.base.get(edition)?)))
        })
        .find(|(_, _, base)| pointer::resolve(base, target.as_str()).is_none())
}
