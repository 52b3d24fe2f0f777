//! Checks that every constraint of the schemas has exactly one owner, and that every claim leads to a constraint.

use std::collections::BTreeMap;

use serde_json::Value;

use super::LintReport;
use crate::constraints::{ClaimedConstraint, Direction, Owner, reached, sites};
use crate::load::REQUIREMENTS;
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    let astray = claims_astray(report);
    for (edition, document) in &spec.json {
        let path = spec.openapi_path(edition);
        let claims = spec.claims(edition);
        for (pointer, directions) in &sites(document) {
            if directions.len() > 1 {
                report.at_key(path, pointer, Problem::BothDirections { pointer: pointer.clone() });
            }
            let owners: Vec<&ClaimedConstraint<'_>> =
                claims.iter().filter(|claim| pointer::covers(claim.at, pointer)).collect();
            match owners.as_slice() {
                [_] => {}
                // The claims that lead nowhere are the mistake; they explain constraints without an owner.
                [] if astray => {}
                [] => report.at_key(path, pointer, Problem::NoOwner { pointer: pointer.clone() }),
                several => {
                    let owners = several.iter().map(|claim| name(report, claim)).collect();
                    report.at_key(path, pointer, Problem::SeveralOwners { pointer: pointer.clone(), owners });
                }
            }
        }
        unreached(report, path, document);
    }
}

/// Reports claims that lead to no constraint or that cannot be checked; returns whether there were any of the former.
fn claims_astray(report: &mut LintReport<'_>) -> bool {
    let spec = report.spec;
    let mut dangling: BTreeMap<String, (String, String, Vec<String>)> = BTreeMap::new();
    let mut idle: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for (edition, document) in &spec.json {
        let sites = sites(document);
        for claim in spec.claims(edition) {
            let (here, at, path) = (claim.pointer(), claim.at.to_owned(), spec.openapi_path(edition).to_owned());
            let claimed: Vec<_> = sites.iter().filter(|(site, _)| pointer::covers(claim.at, site)).collect();
            if pointer::resolve(document, claim.at).is_none() {
                let todo = super::pointers::way_on(document, claim.at);
                dangling.entry(here).or_insert_with(|| (at, todo, Vec::new())).2.push(path);
            } else if claimed.is_empty() {
                idle.entry(here).or_insert_with(|| (at, Vec::new())).1.push(path);
            } else if claimed.iter().any(|(_, sites)| sites.iter().any(|site| site.direction == Direction::Request)) {
                cases(report, &claim);
            }
        }
    }
    let astray = !dangling.is_empty() || !idle.is_empty();
    for (here, (pointer, todo, documents)) in dangling {
        let document = documents.join(" and ");
        report.value(&here, Problem::DanglingPointer { pointer, document, todo });
    }
    for (here, (pointer, documents)) in idle {
        report.value(&here, Problem::OwnsNothing { pointer, document: documents.join(" and ") });
    }
    astray
}

/// A constraint on requests is checked by sending requests, so its requirement must name families.
fn cases(report: &mut LintReport<'_>, claim: &ClaimedConstraint<'_>) {
    let Owner::Requirement(id) = claim.owner() else { return };
    let spec = report.spec;
    let Some(constraint) = spec.requirement(&id).and_then(|requirement| requirement.constraint.as_ref()) else {
        return;
    };
    if constraint.requests.is_empty() {
        let todo = "name the request families in `requests`: a constraint on requests is checked by requests";
        report.value(&claim.pointer(), Problem::NothingSent { name: id, todo });
    }
}

/// Reports schemas that no body uses: their constraints would never be checked.
fn unreached(report: &mut LintReport<'_>, path: &str, document: &Value) {
    let reached = reached(document);
    for (name, _) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let at = pointer::join("/components/schemas", name);
        if !reached.iter().any(|(schema, _)| *schema == at) {
            report.at_key(path, &at, Problem::UnreachedSchema { name: name.clone() });
        }
    }
}

/// The owner, with the place of its claim.
fn name(report: &LintReport<'_>, claim: &ClaimedConstraint<'_>) -> String {
    let owner = claim.owner();
    match (report.spec.files.get(REQUIREMENTS), report.place(&claim.pointer())) {
        (Some(file), Some(place)) => format!("{} ({}:{}:{})", owner.id(), file.name(), place.line, place.column),
        _ => owner.id().to_owned(),
    }
}
