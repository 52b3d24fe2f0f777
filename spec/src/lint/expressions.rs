//! Checks expressions: they parse, everything that they name exists, and their types fit.

use std::collections::BTreeMap;

use super::sites::{ExpressionSite, sites};
use super::{LintReport, paths};
use crate::expression::{Analysis, Comparison, EACH, FunctionCall, Path, Type, Typed};
use crate::model::{Derivation, Parameter};
use crate::names;
use crate::problems::Problem;
use crate::vocabulary::{FUNCTIONS, NEAR_MISS, OUTCOMES, STANDARD};

pub(super) fn check(report: &mut LintReport<'_>) {
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

/// Checks types: each part has a type that is possible there, and a condition is true or false.
fn typed(report: &mut LintReport<'_>, site: &ExpressionSite<'_>) {
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

fn named(report: &mut LintReport<'_>, site: &ExpressionSite<'_>, analysis: &Analysis) {
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

/// Whether the variable of a path has a value here. An unknown one is reported once per expression.
fn variable<'a>(
    report: &mut LintReport<'_>,
    site: &ExpressionSite<'_>,
    path: &'a Path,
    unknown: &mut Vec<&'a str>,
) -> bool {
    let parameters = site.parameters.iter().map(|parameter| parameter.name.as_str());
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

fn function(report: &mut LintReport<'_>, site: &ExpressionSite<'_>, call: &FunctionCall) {
    let source = site.expression.as_str();
    let derivations = &report.spec.document.derivations;
    let usage = if let Some((name, parameters)) = derived(derivations, call) {
        let wanted: Vec<&str> = name.into_iter().chain(parameters.iter().map(|it| it.name.as_str())).collect();
        let fits = !call.on_value && call.arguments == wanted.len();
        (!fits).then(|| format!("{}({})", call.name, wanted.join(", ")))
    } else if let Some(function) = FUNCTIONS.iter().find(|function| function.name == call.name) {
        (call.on_value || call.arguments != function.parameters.len())
            .then(|| format!("{}({}): {}", function.name, function.parameters.join(", "), function.gives))
    } else if let Some(standard) = STANDARD.iter().find(|standard| standard.name == call.name) {
        (!standard.forms.contains(&(call.on_value, call.arguments))).then(|| standard.usage.to_owned())
    } else {
        let own = FUNCTIONS.iter().map(|function| function.name).chain([NEAR_MISS]);
        let own = own.chain(derivations.keys().map(String::as_str));
        let known = own.chain(STANDARD.iter().map(|s| s.name));
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

/// The parameters of a call to a derivation, after the arguments that name a near miss.
fn derived<'a>(
    derivations: &'a BTreeMap<String, Derivation>,
    call: &FunctionCall,
) -> Option<(Vec<&'a str>, &'a [Parameter])> {
    if call.name != NEAR_MISS {
        return derivations.get(&call.name).map(|derivation| (Vec::new(), &derivation.parameters[..]));
    }
    // If the derivation is unknown or not a text literal, nothing is known of its parameters; its name is checked
    // separately.
    let named = call.texts.first().and_then(Option::as_ref).and_then(|(name, _)| derivations.get(name))?;
    Some((vec!["derivation", "near_miss"], &named.parameters))
}

/// Checks the functions whose first arguments name derivations and near misses.
fn derivation(report: &mut LintReport<'_>, site: &ExpressionSite<'_>, call: &FunctionCall) {
    let derivations = &report.spec.document.derivations;
    if !["near_misses", NEAR_MISS].contains(&call.name.as_str()) {
        return;
    }
    let text = |nth: usize| call.texts.get(nth).and_then(Option::as_ref);
    let Some((name, span)) = text(0) else { return };
    let Some(known) = derivations.get(name) else {
        let todo = names::advice(name, derivations.keys().map(String::as_str));
        let problem = Problem::UnknownName { kind: "derivation", name: name.clone(), todo };
        report.part(&site.at, site.expression.as_str(), span.clone(), problem);
        return;
    };
    let Some((near_miss, span)) = text(1).filter(|_| call.name == NEAR_MISS) else { return };
    let near_misses: Vec<&str> = known.near_misses.iter().map(|near_miss| near_miss.name.as_str()).collect();
    if !near_misses.contains(&near_miss.as_str()) {
        let todo = names::advice(near_miss, near_misses);
        let problem = Problem::UnknownName { kind: "near miss", name: near_miss.clone(), todo };
        report.part(&site.at, site.expression.as_str(), span.clone(), problem);
    }
}

/// Reports an outcome that is compared with an unknown name: the comparison could never be true.
fn outcome(report: &mut LintReport<'_>, site: &ExpressionSite<'_>, comparison: &Comparison) {
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
