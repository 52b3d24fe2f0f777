//! Every constraint of the schemas has exactly one owner, and every claim on one leads to one.

use serde_json::Value;

use super::Report;
use crate::constraints::{Claim, Direction, Owner, reached, sites};
use crate::load::REQUIREMENTS;
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut Report<'_>) {
    let spec = report.spec;
    for (edition, document) in &spec.json {
        let path = spec.openapi_path(edition);
        let sites = sites(document);
        let claims = spec.claims(edition);
        for (pointer, directions) in &sites {
            if directions.len() > 1 {
                report.at_key(path, pointer, Problem::BothDirections { pointer: pointer.clone() });
            }
            let owners: Vec<&Claim<'_>> = claims.iter().filter(|claim| pointer::covers(claim.at, pointer)).collect();
            match owners.as_slice() {
                [] => report.at_key(path, pointer, Problem::NoOwner { pointer: pointer.clone() }),
                [_] => {}
                several => {
                    let owners = several.iter().map(|claim| name(report, claim)).collect();
                    report.at_key(path, pointer, Problem::SeveralOwners { pointer: pointer.clone(), owners });
                }
            }
        }
        let requests: Vec<&String> = sites
            .iter()
            .filter(|(_, directions)| directions.iter().any(|site| site.direction == Direction::Request))
            .map(|(pointer, _)| pointer)
            .collect();
        for claim in &claims {
            let on_requests = requests.iter().any(|site| pointer::covers(claim.at, site));
            cases(report, claim, on_requests);
            dangling(report, path, document, claim, sites.keys().any(|site| pointer::covers(claim.at, site)));
        }
        unreached(report, path, document);
    }
}

/// A constraint on requests is checked by requests, so that its requirement names families.
fn cases(report: &mut Report<'_>, claim: &Claim<'_>, on_requests: bool) {
    let Owner::Requirement(id) = claim.owner() else { return };
    let spec = report.spec;
    let Some(constraint) = spec.requirement(&id).and_then(|requirement| requirement.constraint.as_ref()) else {
        return;
    };
    if on_requests && constraint.requests.is_empty() {
        let todo = "name the request families in `requests`: a constraint on requests is checked by requests";
        report.value(&claim.pointer(), Problem::NothingSent { name: id, todo });
    }
}

/// A claim on what is not there, or on what restricts nothing.
fn dangling(report: &mut Report<'_>, path: &str, document: &Value, claim: &Claim<'_>, owns: bool) {
    let at = claim.at.to_owned();
    if pointer::resolve(document, &at).is_none() {
        let todo = super::pointers::way_on(document, &at);
        let problem = Problem::DanglingPointer { pointer: at, document: path.to_owned(), todo };
        report.at_value(REQUIREMENTS, &claim.pointer(), problem);
    } else if !owns {
        report.at_value(
            REQUIREMENTS,
            &claim.pointer(),
            Problem::OwnsNothing { pointer: at, document: path.to_owned() },
        );
    }
}

/// Schemas that no body contains: what they demand is never checked.
fn unreached(report: &mut Report<'_>, path: &str, document: &Value) {
    let reached = reached(document);
    for (name, _) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let at = pointer::join("/components/schemas", name);
        if !reached.iter().any(|(schema, _)| *schema == at) {
            report.at_key(path, &at, Problem::UnreachedSchema { name: name.clone() });
        }
    }
}

/// The owner with the place where it says so.
fn name(report: &Report<'_>, claim: &Claim<'_>) -> String {
    let owner = claim.owner();
    match report.place(REQUIREMENTS, &claim.pointer()) {
        Some(place) => format!("{} ({REQUIREMENTS}:{}:{})", owner.id(), place.line, place.column),
        None => owner.id().to_owned(),
    }
}
