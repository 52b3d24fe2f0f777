//! The lint: finds mistakes in documents that are well-formed.
//!
//! A file for each kind of question; each looks at the whole spec and reports all that it finds.

mod api;
mod bases;
mod clients;
mod derivations;
mod editions;
mod expressions;
mod families;
mod forms;
mod ids;
mod inputs;
mod operations;
mod ownership;
mod paths;
mod pointers;
mod schemas;
mod sites;
mod sources;
mod steps;
mod walks;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::findings::SpecFinding;
use crate::load::{REQUIREMENTS, Spec};
use crate::model::{Reading, Requirement, Step};
use crate::places::{Place, Places};
use crate::problems::Problem;
use crate::scalars;

/// All findings of a spec.
pub(crate) fn findings(spec: &Spec) -> Vec<SpecFinding> {
    let mut report = LintReport::new(spec);
    schemas::check(&mut report);
    // Ownership can only be checked when the constraints themselves are sound.
    if report.findings.is_empty() {
        ownership::check(&mut report);
    }
    ids::check(&mut report);
    bases::check(&mut report);
    editions::check(&mut report);
    sources::check(&mut report);
    derivations::check(&mut report);
    api::check(&mut report);
    operations::check(&mut report);
    families::check(&mut report);
    clients::check(&mut report);
    forms::check(&mut report);
    steps::check(&mut report);
    walks::check(&mut report);
    expressions::check(&mut report);
    inputs::check(&mut report);
    report.findings
}

/// The findings so far, and the places of values.
pub(crate) struct LintReport<'a> {
    pub(crate) spec: &'a Spec,
    /// Read when the first problem needs a place: a sound spec needs none, and reading takes its time.
    places: OnceCell<BTreeMap<&'a str, Places>>,
    /// The path of the current document.
    document: &'static str,
    findings: Vec<SpecFinding>,
}

impl<'a> LintReport<'a> {
    fn new(spec: &'a Spec) -> Self {
        Self { spec, places: OnceCell::new(), document: REQUIREMENTS, findings: Vec::new() }
    }

    fn places(&self, path: &str) -> Option<&Places> {
        let read = || {
            let documents = self.spec.files.iter().filter(|(path, _)| path.ends_with(".yaml"));
            documents.filter_map(|(path, file)| Some((path.as_str(), Places::read(&file.text).ok()?))).collect()
        };
        self.places.get_or_init(read).get(path)
    }

    /// Runs a check on another document than `requirements.yaml`.
    fn within(&mut self, document: &'static str, check: impl FnOnce(&mut Self)) {
        self.document = document;
        check(self);
        self.document = REQUIREMENTS;
    }

    /// The place of a value in the current document.
    pub(crate) fn place(&self, pointer: &str) -> Option<Place> {
        Some(self.places(self.document)?.value(pointer))
    }

    /// Reports a problem with a value in the current document.
    pub(crate) fn value(&mut self, pointer: &str, problem: Problem) {
        self.at_value(self.document, pointer, problem);
    }

    /// Reports a problem with the key of a member in the current document.
    pub(crate) fn key(&mut self, pointer: &str, problem: Problem) {
        self.at_key(self.document, pointer, problem);
    }

    /// Reports a problem with a part of a text in the current document.
    pub(crate) fn part(&mut self, pointer: &str, text: &str, part: Range<usize>, problem: Problem) {
        let Some(whole) = self.place(pointer) else { return };
        let Some(file) = self.spec.files.get(self.document) else { return };
        let raw = file.text.get(whole.span.clone()).unwrap_or_default();
        let place = match scalars::in_file(raw, whole.span.start, text, part) {
            Some(span) => Place::of_span(&file.text, span),
            None => whole,
        };
        self.findings.push(SpecFinding::new(problem, file, place));
    }

    /// Reports a problem with a value in a document.
    pub(crate) fn at_value(&mut self, path: &str, pointer: &str, problem: Problem) {
        if let (Some(file), Some(places)) = (self.spec.files.get(path), self.places(path)) {
            let finding = SpecFinding::new(problem, file, places.value(pointer));
            self.findings.push(finding);
        }
    }

    /// Reports a problem with the key of a member in a document.
    pub(crate) fn at_key(&mut self, path: &str, pointer: &str, problem: Problem) {
        if let (Some(file), Some(places)) = (self.spec.files.get(path), self.places(path)) {
            let finding = SpecFinding::new(problem, file, places.key(pointer));
            self.findings.push(finding);
        }
    }
}

/// The requirements with their pointers.
fn requirements(spec: &Spec) -> impl Iterator<Item = (String, &Requirement)> {
    spec.document.requirements.iter().enumerate().map(|(index, it)| (format!("/requirements/{index}"), it))
}

/// The readings with their pointers.
fn readings(spec: &Spec) -> impl Iterator<Item = (String, &Reading)> {
    spec.document.readings.iter().enumerate().map(|(index, it)| (format!("/readings/{index}"), it))
}

/// The lists of steps with their pointers, and with the editions they are taken in.
fn step_lists(spec: &Spec) -> impl Iterator<Item = (String, &[Step], &[String])> {
    let scenarios = requirements(spec).filter_map(|(at, requirement)| {
        let scenario = requirement.scenario.as_ref()?;
        Some((format!("{at}/scenario/steps"), scenario.steps.as_slice(), requirement.editions.as_slice()))
    });
    let readings = readings(spec)
        .map(|(at, reading)| (format!("{at}/steps"), reading.steps.as_slice(), reading.editions.as_slice()));
    scenarios.chain(readings)
}
