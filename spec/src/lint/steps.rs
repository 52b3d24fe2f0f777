//! Checks steps: each sends one request, and refers only to earlier steps.

use super::{LintReport, operations, step_lists};
use crate::model::{Effect, OperationUse, Step};
use crate::names;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (at, steps, editions) in step_lists(spec) {
        for (nth, step) in steps.iter().enumerate() {
            let at = format!("{at}/{nth}");
            request(report, &at, step);
            if let Some(name) = &step.again {
                refers(report, &format!("{at}/again"), name, steps, nth);
            }
            if let Some(name) = &step.read {
                refers(report, &format!("{at}/read"), name, steps, nth);
                reads(report, &format!("{at}/read"), family(&steps[..nth], name));
            }
            if let Some(call) = &step.call {
                refers(report, &format!("{at}/call/of"), &call.of, steps, nth);
                let family = family(&steps[..nth], &call.of);
                operations::asked(report, &format!("{at}/call/operation"), &call.operation, editions, family);
            }
        }
    }
}

fn request(report: &mut LintReport<'_>, at: &str, step: &Step) {
    let written = [
        ("request", step.request.is_some()),
        ("again", step.again.is_some()),
        ("read", step.read.is_some()),
        ("call", step.call.is_some()),
    ];
    let found: Vec<&str> = written.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
    if found.len() != 1 {
        let subject = format!("the step `{}`", step.name);
        let choices = "request (a family's), again (an earlier step's), read (what an earlier step has created), call (an operation, about that)";
        report.value(&format!("{at}/name"), Problem::NotOne { subject, what: "request", choices, found });
    }
    if step.mended && (step.again.is_none() || step.change.is_some()) {
        let todo = "it belongs to `again`, without a change: the request is the earlier step's before its own change";
        report.key(&format!("{at}/mended"), Problem::NoEffect { member: "mended", todo });
    }
    if (step.read.is_some() || step.call.is_some()) && step.change.is_some() {
        let todo = "it is asked for as it is, without a body that could be changed: remove it";
        report.key(&format!("{at}/change"), Problem::NoEffect { member: "change", todo });
    }
}

/// Checks that a single operation reads what a family's requests create, so that `read` is unambiguous.
fn reads(report: &mut LintReport<'_>, at: &str, family: Option<&String>) {
    let operations = &report.spec.document.operations;
    let family = family.and_then(|name| report.spec.document.requests.get(name));
    let Some(created) = family.and_then(|family| operations.get(&family.operation)) else { return };
    let reads = |usage: &OperationUse| usage.does == Effect::Reads && usage.thing == created.thing;
    let reading: Vec<&str> = operations.iter().filter(|(_, usage)| reads(usage)).map(|(id, _)| id.as_str()).collect();
    if reading.len() > 1 {
        let reason = format!("a {} is read by {}", created.thing, reading.join(" and "));
        let todo = "name the operation that is meant: `call: {operation: …, of: …}`".to_owned();
        report.value(at, Problem::WrongValue { reason, todo });
    }
}

/// The family of the request that a step sends, or sends again.
fn family<'a>(steps: &'a [Step], name: &str) -> Option<&'a String> {
    let (at, step) = steps.iter().enumerate().find(|(_, step)| step.name == name)?;
    match (&step.request, &step.again) {
        (Some(family), _) => Some(family),
        (None, again) => family(&steps[..at], again.as_ref()?),
    }
}

/// Checks that a step refers to an earlier one that sent a request about a thing.
fn refers(report: &mut LintReport<'_>, at: &str, name: &str, steps: &[Step], nth: usize) {
    match steps.iter().position(|step| step.name == name) {
        None => {
            let todo = names::advice(name, steps[..nth].iter().map(|step| step.name.as_str()));
            report.value(at, Problem::UnknownName { kind: "step", name: name.to_owned(), todo });
        }
        Some(other) if other >= nth => report.value(at, Problem::LaterStep { name: name.to_owned() }),
        Some(other) if steps[other].read.is_some() || steps[other].call.is_some() => {
            report.value(at, Problem::NoRequest { name: name.to_owned() })
        }
        Some(_) => {}
    }
}
