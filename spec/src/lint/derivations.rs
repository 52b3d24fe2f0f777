//! Derivations: each a record or a fold, with near misses that have names of their own.

use super::ids::{Names, kebab_case};
use super::{Report, requirements};
use crate::names;
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut Report<'_>) {
    let spec = report.spec;
    for (name, derivation) in &spec.document.derivations {
        let at = pointer::join("/derivations", name);
        let written = [("record", derivation.record.is_some()), ("fold", derivation.fold.is_some())];
        let found: Vec<&str> = written.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
        if found.len() != 1 {
            let subject = format!("the derivation `{name}`");
            report.key(&at, Problem::NotOne { subject, what: "definition", choices: "record, fold", found });
        }
        if let Some(fold) = &derivation.fold {
            known(report, &format!("{at}/fold/with"), &fold.with);
        }
        let mut names = Names::new("near miss", "take another name: wrong answers are told by it");
        for (nth, near_miss) in derivation.near_misses.iter().enumerate() {
            let at = format!("{at}/near_misses/{nth}/name");
            kebab_case(report, "near miss", &at, &near_miss.name);
            names.take(report, at, &near_miss.name);
        }
    }
    for (at, requirement) in requirements(spec) {
        if let Some(derives) = &requirement.derives {
            known(report, &format!("{at}/derives/derivation"), &derives.derivation);
        }
    }
}

pub(super) fn known(report: &mut Report<'_>, at: &str, name: &str) {
    let derivations = &report.spec.document.derivations;
    if !derivations.contains_key(name) {
        let todo = names::advice(name, derivations.keys().map(String::as_str));
        report.value(at, Problem::UnknownName { kind: "derivation", name: name.to_owned(), todo });
    }
}
