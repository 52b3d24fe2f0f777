//! Expressions: they can be read, and what they name is there.

use super::sites::{Site, sites};
use super::{Report, paths};
use crate::expression::{Analysis, Call, Comparison, EACH, Path, Type, Typed};
use crate::names;
use crate::problems::Problem;
use crate::vocabulary::{FUNCTIONS, OUTCOMES, STANDARD};

pub(super) fn check(report: &mut Report<'_>) {
    for site in sites(report.spec) {
        let source = site.expression.as_str();
        match Analysis::of(source) {
            Ok(analysis) => {
                named(report, &site, &analysis);
                typed(report, &site);
            }
            Err(error) => {
                report.part(&site.at, source, error.span, Problem::ExpressionSyntax { reason: error.reason });
            }
        }
    }
}

/// The types of an expression: no part has one that cannot be right there, and a condition is true or false.
fn typed(report: &mut Report<'_>, site: &Site<'_>) {
    let source = site.expression.as_str();
    let Some(typed) = Typed::of(source, &|path| paths::type_at(report, site, path)) else { return };
    let is_sound = typed.errors.is_empty();
    for (reason, span) in typed.errors {
        report.part(&site.at, source, span, Problem::TypeError { reason });
    }
    if is_sound && site.is_condition() && !matches!(typed.gives, Type::Any | Type::Bool) {
        report.value(&site.at, Problem::NoCondition { gives: typed.gives.to_string() });
    }
}

fn named(report: &mut Report<'_>, site: &Site<'_>, analysis: &Analysis) {
    let mut unknown: Vec<&str> = Vec::new();
    for used in &analysis.uses {
        if variable(report, site, &used.path, &mut unknown) {
            paths::check(report, site, analysis, used);
        }
    }
    for call in &analysis.calls {
        function(report, site, call);
    }
    for comparison in &analysis.comparisons {
        outcome(report, site, comparison);
    }
}

/// Whether the variable of a path is one that has a value here. An unknown one is reported once an expression.
fn variable<'a>(report: &mut Report<'_>, site: &Site<'_>, path: &'a Path, unknown: &mut Vec<&'a str>) -> bool {
    let parameters = site.parameters.iter().map(String::as_str);
    let variables: Vec<&str> = site
        .place
        .variables()
        .iter()
        .copied()
        .filter(|name| match *name {
            "item" => site.item,
            "steps" => !site.steps.is_empty(),
            _ => true,
        })
        .chain(parameters)
        .collect();
    if variables.contains(&path.root.as_str()) {
        return true;
    }
    if !unknown.contains(&path.root.as_str()) {
        unknown.push(&path.root);
        let todo = match path.root.as_str() {
            "item" => "`item` has a value where the case has `for_each`".to_owned(),
            "steps" => "`steps` has a value once a step was taken".to_owned(),
            name => names::advice(name, variables),
        };
        let problem = Problem::UnknownName { kind: "variable", name: path.root.clone(), todo };
        report.part(&site.at, site.expression.as_str(), path.span.clone(), problem);
    }
    false
}

fn function(report: &mut Report<'_>, site: &Site<'_>, call: &Call) {
    let source = site.expression.as_str();
    let usage = if let Some(function) = FUNCTIONS.iter().find(|function| function.name == call.name) {
        (call.on_value || call.arguments != function.parameters.len())
            .then(|| format!("{}({}): {}", function.name, function.parameters.join(", "), function.gives))
    } else if let Some(standard) = STANDARD.iter().find(|standard| standard.name == call.name) {
        (!standard.forms.contains(&(call.on_value, call.arguments))).then(|| standard.usage.to_owned())
    } else {
        let known = FUNCTIONS.iter().map(|function| function.name).chain(STANDARD.iter().map(|s| s.name));
        let todo = names::advice(&call.name, known);
        let problem = Problem::UnknownName { kind: "function", name: call.name.clone(), todo };
        report.part(&site.at, source, call.span.clone(), problem);
        return;
    };
    if let Some(usage) = usage {
        let problem = Problem::WrongArguments { function: call.name.clone(), usage };
        report.part(&site.at, source, call.span.clone(), problem);
        return;
    }
    derivation(report, site, call);
}

/// The functions whose first argument names something of `derivations`.
fn derivation(report: &mut Report<'_>, site: &Site<'_>, call: &Call) {
    let derivations = &report.spec.document.derivations;
    let Some((name, span)) = &call.text else { return };
    let (kind, known): (_, Vec<&str>) = match call.name.as_str() {
        "near_misses" => ("derivation", derivations.keys().map(String::as_str).collect()),
        "near_miss" => {
            let near_misses = derivations.get("unique_conversation_id").into_iter().flat_map(|d| &d.near_misses);
            ("near miss", near_misses.map(|near_miss| near_miss.name.as_str()).collect())
        }
        _ => return,
    };
    if !known.contains(&name.as_str()) {
        let todo = names::advice(name, known);
        let problem = Problem::UnknownName { kind, name: name.clone(), todo };
        report.part(&site.at, site.expression.as_str(), span.clone(), problem);
    }
}

/// An outcome that is compared with something that no outcome is: the comparison would never hold.
fn outcome(report: &mut Report<'_>, site: &Site<'_>, comparison: &Comparison) {
    let members: Vec<&str> = comparison.path.names().filter(|name| *name != EACH).collect();
    let is_outcome = match comparison.path.root.as_str() {
        "outcome" => members.is_empty(),
        "steps" => matches!(members.as_slice(), [_, "outcome"]),
        "first" | "before" | "this" => matches!(members.as_slice(), ["outcome"]),
        _ => false,
    };
    if is_outcome && !OUTCOMES.contains(&comparison.text.as_str()) {
        let todo = names::advice(&comparison.text, OUTCOMES.iter().copied());
        let problem = Problem::UnknownName { kind: "outcome", name: comparison.text.clone(), todo };
        report.part(&site.at, site.expression.as_str(), comparison.span.clone(), problem);
    }
}
