//! Checks walks and everything with `needs`: names exist, and requests can be built.

use super::ids::{Names, kebab_case};
use super::{LintReport, operations, requirements};
use crate::model::{Action, Needs, Walk};
use crate::names;
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (name, walk) in &spec.document.walks {
        let at = pointer::join("/walks", name);
        kebab_case(report, "walk", &at, name);
        family(report, &format!("{at}/creates"), &walk.creates);
        actions(report, &at, walk);
    }
    for (name, family) in &spec.document.requests {
        for (nth, way) in family.ways.iter().enumerate() {
            let at = format!("{}/ways/{nth}", pointer::join("/requests", name));
            kebab_case(report, "way", &format!("{at}/name"), &way.name);
            needs(report, &at, &way.needs);
        }
    }
    for (at, requirement) in requirements(spec) {
        needs(report, &at, &requirement.needs);
    }
}

fn actions(report: &mut LintReport<'_>, at: &str, walk: &Walk) {
    let mut taken = Names::new("action", "take another name: walks end with actions by their names");
    for (nth, action) in walk.actions.iter().enumerate() {
        let at = format!("{at}/actions/{nth}");
        kebab_case(report, "action", &format!("{at}/name"), &action.name);
        taken.take(report, format!("{at}/name"), &action.name);
        one(report, &at, action);
        needs(report, &at, &action.needs);
        if let Some(call) = &action.call {
            let family = report.spec.document.requests.get(&walk.creates);
            let all = || family.into_iter().flat_map(|family| family.base.keys().cloned()).collect();
            let editions = if action.editions.is_empty() { all() } else { action.editions.clone() };
            operations::asked(report, &format!("{at}/call"), call, &editions, Some(&walk.creates));
        }
        if let Some(name) = &action.request {
            family(report, &format!("{at}/request"), name);
        }
    }
    for (nth, name) in walk.end.iter().enumerate() {
        if !walk.actions.iter().any(|action| action.name == *name) {
            let todo = names::advice(name, walk.actions.iter().map(|action| action.name.as_str()));
            let problem = Problem::UnknownName { kind: "action", name: name.clone(), todo };
            report.value(&format!("{at}/end/{nth}"), problem);
        }
    }
}

/// Checks that an action sends one request.
fn one(report: &mut LintReport<'_>, at: &str, action: &Action) {
    let written = [("call", action.call.is_some()), ("request", action.request.is_some())];
    let found: Vec<&str> = written.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
    if found.len() > 1 {
        let subject = format!("the action `{}`", action.name);
        let choices = "call (an operation) and request (a family's); neither stands for the creation again";
        report.value(&format!("{at}/name"), Problem::NotOne { subject, what: "request", choices, found });
    }
    if action.call.is_some() && action.change.is_some() {
        let todo = "an operation is asked for as it is; only a creation can be changed";
        report.key(&format!("{at}/change"), Problem::NoEffect { member: "change", todo });
    }
}

fn family(report: &mut LintReport<'_>, at: &str, name: &str) {
    let families = &report.spec.document.requests;
    if !families.contains_key(name) {
        let todo = names::advice(name, families.keys().map(String::as_str));
        report.value(at, Problem::UnknownName { kind: "request family", name: name.to_owned(), todo });
    }
}

/// Checks `needs`: each names an interpretation of a reading with steps, since these run first.
fn needs(report: &mut LintReport<'_>, at: &str, needs: &Needs) {
    let spec = report.spec;
    for (nth, (id, name)) in needs.0.iter().enumerate().flat_map(|(nth, all)| all.iter().map(move |one| (nth, one))) {
        // A single map has no index, several maps are a list.
        let list = if needs.0.len() > 1 { format!("{at}/needs/{nth}") } else { format!("{at}/needs") };
        let at = pointer::join(&list, id);
        let Some(reading) = spec.reading(id) else {
            let todo = names::advice(id, spec.document.readings.iter().map(|reading| reading.id.as_str()));
            report.key(&at, Problem::UnknownName { kind: "reading", name: id.clone(), todo });
            continue;
        };
        if reading.steps.is_empty() {
            let todo = "name a reading that is found out by steps: they are taken before anything else";
            report.key(&at, Problem::NoEffect { member: "needs", todo });
        }
        if !reading.observe.iter().any(|observation| observation.name == *name) {
            let todo = names::advice(name, reading.observe.iter().map(|observation| observation.name.as_str()));
            report.value(&at, Problem::UnknownName { kind: "interpretation", name: name.clone(), todo });
        }
    }
}
