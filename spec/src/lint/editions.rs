//! Checks editions: everything belongs to existing ones, and has a level in each.

use super::{LintReport, readings, requirements, step_lists};
use crate::model::{CaseSpec, Levels};
use crate::names;
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (at, reading) in readings(spec) {
        own(report, &at, &reading.id, &reading.editions);
    }
    for (at, requirement) in requirements(spec) {
        own(report, &at, &requirement.id, &requirement.editions);
        levels(report, &at, &requirement.id, &requirement.level, &requirement.editions);
        for (form, _, cases) in requirement.case_lists() {
            for (nth, case) in cases.iter().enumerate() {
                of_case(report, &format!("{at}/{form}/cases/{nth}"), &requirement.id, case, &requirement.editions);
            }
        }
    }
    for (at, steps, editions) in step_lists(spec) {
        for (nth, step) in steps.iter().enumerate() {
            if let Some(change) = &step.change {
                of_case(report, &format!("{at}/{nth}/change"), &step.name, change, editions);
            }
        }
    }
    for (name, family) in &spec.document.requests {
        let at = pointer::join("/requests", name);
        for (nth, member) in family.set.iter().enumerate() {
            known(report, &format!("{at}/set/{nth}/editions"), &member.editions);
        }
        let maps = [
            ("base", family.base.keys().collect::<Vec<_>>()),
            ("user_count", family.user_count.keys().collect()),
            ("always_present", family.always_present.keys().collect()),
            ("never_present", family.never_present.keys().collect()),
            ("values", family.values.keys().collect()),
        ];
        for (member, editions) in maps {
            for edition in editions {
                if !spec.document.editions.contains_key(edition) {
                    report.key(&pointer::join(&format!("{at}/{member}"), edition), unknown(report, edition));
                }
            }
        }
    }
}

/// The editions of a requirement or reading.
pub(super) fn own(report: &mut LintReport<'_>, at: &str, id: &str, editions: &[String]) {
    let list = format!("{at}/editions");
    if editions.is_empty() {
        let known: Vec<&str> = report.spec.editions().collect();
        report.key(&list, Problem::NoEdition { name: id.to_owned(), editions: known.join(", ") });
    }
    known(report, &list, editions);
}

/// The editions of a case: some of those of its requirement.
fn of_case(report: &mut LintReport<'_>, at: &str, owner: &str, case: &CaseSpec, editions: &[String]) {
    known(report, &format!("{at}/editions"), &case.editions);
    for (nth, member) in case.set.iter().enumerate() {
        known(report, &format!("{at}/set/{nth}/editions"), &member.editions);
    }
    for (nth, edition) in case.editions.iter().enumerate() {
        if report.spec.document.editions.contains_key(edition) && !editions.contains(edition) {
            let problem = Problem::StrayEdition { name: owner.to_owned(), edition: edition.clone() };
            report.value(&format!("{at}/editions/{nth}"), problem);
        }
    }
}

fn known(report: &mut LintReport<'_>, list: &str, editions: &[String]) {
    for (nth, edition) in editions.iter().enumerate() {
        if !report.spec.document.editions.contains_key(edition) {
            report.value(&format!("{list}/{nth}"), unknown(report, edition));
        }
    }
}

fn unknown(report: &LintReport<'_>, edition: &str) -> Problem {
    let todo = names::advice(edition, report.spec.editions());
    Problem::UnknownName { kind: "edition", name: edition.to_owned(), todo }
}

fn levels(report: &mut LintReport<'_>, at: &str, id: &str, levels: &Levels, editions: &[String]) {
    let Levels::ByEdition(by_edition) = levels else { return };
    for edition in editions.iter().filter(|edition| report.spec.document.editions.contains_key(*edition)) {
        if !by_edition.contains_key(edition) {
            let problem = Problem::MissingLevel { name: id.to_owned(), edition: edition.clone() };
            report.key(&format!("{at}/level"), problem);
        }
    }
    for edition in by_edition.keys() {
        let here = pointer::join(&format!("{at}/level"), edition);
        if !report.spec.document.editions.contains_key(edition) {
            report.key(&here, unknown(report, edition));
        } else if !editions.contains(edition) {
            report.key(&here, Problem::StrayEdition { name: id.to_owned(), edition: edition.clone() });
        }
    }
}
