//! Checks `rests_on`: it names requirements of the same editions, and has no cycles.

use super::{LintReport, readings, requirements};
use crate::load::Spec;
use crate::model::Requirement;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (at, requirement) in requirements(spec) {
        bases(report, &at, &requirement.editions, &requirement.rests_on);
    }
    for (at, reading) in readings(spec) {
        bases(report, &at, &reading.editions, &reading.rests_on);
    }
}

fn bases(report: &mut LintReport<'_>, at: &str, editions: &[String], rests_on: &[String]) {
    for (nth, base) in rests_on.iter().enumerate() {
        let at = format!("{at}/rests_on/{nth}");
        let (id, case) = parts(base);
        let known = report.spec.requirement(id);
        let has_case = |known: &Requirement| {
            let names = |name| known.case_lists().any(|(_, _, cases)| cases.iter().any(|case| case.name == name));
            case.is_none_or(names)
        };
        let Some(known) = known.filter(|known| has_case(known)) else {
            let todo = "name a requirement by its id, or one of its cases as ID/CASE".to_owned();
            report.value(&at, Problem::UnknownName { kind: "requirement", name: base.clone(), todo });
            continue;
        };
        let reason = if leads_back(report.spec, id) {
            format!("`{base}` rests on itself in the end")
        } else if let Some(edition) = editions.iter().find(|edition| !known.editions.contains(edition)) {
            format!("`{base}` does not belong to edition {edition}")
        } else {
            continue;
        };
        let todo = "name the requirement whose mistake it is, and which each edition has".to_owned();
        report.value(&at, Problem::WrongValue { reason, todo });
    }
}

/// The requirement of a base, and its case, if it names one.
fn parts(base: &str) -> (&str, Option<&str>) {
    base.split_once('/').map_or((base, None), |(id, case)| (id, Some(case)))
}

/// Whether a requirement rests on itself, directly or indirectly.
fn leads_back(spec: &Spec, id: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut next: Vec<&str> = vec![id];
    while let Some(requirement) = next.pop().and_then(|id| spec.requirement(id)) {
        for base in requirement.rests_on.iter().map(|base| parts(base).0) {
            if base == id {
                return true;
            }
            if !seen.contains(&base) {
                seen.push(base);
                next.push(base);
            }
        }
    }
    false
}
