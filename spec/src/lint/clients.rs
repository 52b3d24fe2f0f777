//! Checks the calls to SDKs: each edition has a right answer, as an example in its document, and case names are unique.

use super::ids::{Names, kebab_case};
use super::{LintReport, pointers};
use crate::pointer;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    let clients = &spec.document.clients;
    if clients.creations.is_empty() {
        return;
    }
    let creations = clients.creations.iter().map(|it| it.name.as_str());
    named(report, "creation", "creations", creations);
    named(report, "answer", "answers", clients.answers.iter().map(|it| it.name.as_str()));
    named(report, "signing", "signings", clients.signings.iter().map(|it| it.name.as_str()));
    for edition in spec.editions() {
        let Some(document) = spec.json.get(edition) else { continue };
        let example = clients.answer.example.get(edition).map_or("", |example| example.as_str());
        if example.is_empty() || pointer::resolve(document, example).is_none() {
            let todo = if example.is_empty() {
                format!("name the right answer of edition {edition}: a pointer to an example in its document")
            } else {
                pointers::way_on(document, example)
            };
            let document = spec.openapi_path(edition).to_owned();
            let at = if example.is_empty() {
                "/clients/answer/example"
            } else {
                &pointer::join("/clients/answer/example", edition)
            };
            report.value(at, Problem::DanglingPointer { pointer: example.to_owned(), document, todo });
        }
    }
}

/// Checks the names in one of the lists: cases are replayed by them.
fn named<'a>(report: &mut LintReport<'a>, kind: &'static str, list: &str, names: impl Iterator<Item = &'a str>) {
    let mut taken = Names::new(kind, "take another name: a case is replayed by it");
    for (nth, name) in names.enumerate() {
        let at = format!("/clients/{list}/{nth}/name");
        kebab_case(report, kind, &at, name);
        taken.take(report, at, name);
    }
}
