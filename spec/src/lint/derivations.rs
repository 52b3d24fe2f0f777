//! Checks derivations: each is a record or a fold, and its near misses have unique names.

use super::ids::{Names, kebab_case};
use super::{LintReport, requirements};
use crate::model::{Derivation, FoldItem, ParameterType};
use crate::problems::Problem;
use crate::{names, pointer};

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (name, derivation) in &spec.document.derivations {
        let at = pointer::join("/derivations", name);
        let written = [("record", derivation.record.is_some()), ("fold", derivation.fold.is_some())];
        let found: Vec<&str> = written.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
        if found.len() != 1 {
            let subject = format!("the derivation `{name}`");
            report.key(&at, Problem::NotOne { subject, what: "definition", choices: "record, fold", found });
        }
        let mut own = Names::new("parameter", "take another name: arguments are told by it");
        for (nth, parameter) in derivation.parameters.iter().enumerate() {
            own.take(report, format!("{at}/parameters/{nth}/name"), &parameter.name);
        }
        if let Some(fold) = &derivation.fold {
            known(report, &format!("{at}/fold/with"), &fold.with);
            items(report, derivation, &format!("{at}/fold/start"), &fold.start);
            items(report, derivation, &format!("{at}/fold/then"), &fold.then);
        }
        let of_two =
            derivation.parameters.iter().filter(|parameter| parameter.kind != ParameterType::Users).count() == 2;
        if derivation.record.is_some() && !(of_two && derivation.parameters.len() == 2) {
            report.key(
                &format!("{at}/record"),
                Problem::WrongValue {
                    reason: format!("the record of `{name}` is over two texts, and its parameters are others"),
                    todo: "give it two parameters that are no lists, or a `fold`".into(),
                },
            );
        }
        let mut names = Names::new("near miss", "take another name: wrong answers are told by it");
        for (nth, near_miss) in derivation.near_misses.iter().enumerate() {
            let at = format!("{at}/near_misses/{nth}/name");
            kebab_case(report, "near miss", &at, &near_miss.name);
            names.take(report, at.clone(), &near_miss.name);
            let set = at.replace("/name", "/set");
            items(report, derivation, &format!("{set}/start"), near_miss.set.start.iter().flatten());
            items(report, derivation, &format!("{set}/then"), near_miss.set.then.iter().flatten());
        }
    }
    for (at, requirement) in requirements(spec) {
        if let Some(derives) = &requirement.derives {
            known(report, &format!("{at}/derives/derivation"), &derives.derivation);
        }
    }
}

/// Checks the parameters that the items of a fold name.
fn items<'a>(
    report: &mut LintReport<'_>,
    derivation: &Derivation,
    at: &str,
    items: impl IntoIterator<Item = &'a FoldItem>,
) {
    let known: Vec<&str> = derivation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    for (nth, item) in items.into_iter().enumerate() {
        for name in item.parameters().into_iter().filter(|name| !known.contains(name)) {
            let todo = names::advice(name, known.iter().copied());
            let problem = Problem::UnknownName { kind: "parameter", name: name.to_owned(), todo };
            report.value(&format!("{at}/{nth}"), problem);
        }
    }
}

pub(super) fn known(report: &mut LintReport<'_>, at: &str, name: &str) {
    let derivations = &report.spec.document.derivations;
    if !derivations.contains_key(name) {
        let todo = names::advice(name, derivations.keys().map(String::as_str));
        report.value(at, Problem::UnknownName { kind: "derivation", name: name.to_owned(), todo });
    }
}
