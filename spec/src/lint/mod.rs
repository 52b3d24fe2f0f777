//! The lint: everything that can be wrong with documents that have the right form.

mod ownership;
mod pointers;
mod schemas;

use std::collections::BTreeMap;

use crate::findings::{Finding, Problem};
use crate::load::Spec;
use crate::places::{Place, Places};

/// What is wrong with a spec.
pub(crate) fn findings(spec: &Spec) -> Vec<Finding> {
    let mut report = Report::new(spec);
    schemas::check(&mut report);
    ownership::check(&mut report);
    report.findings
}

/// The findings so far, and where things stand.
pub(crate) struct Report<'a> {
    pub(crate) spec: &'a Spec,
    places: BTreeMap<&'a str, Places>,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    fn new(spec: &'a Spec) -> Self {
        let places = spec
            .files
            .iter()
            .filter(|(path, _)| path.ends_with(".yaml"))
            .filter_map(|(path, file)| Some((path.as_str(), Places::read(&file.text)?)))
            .collect();
        Self { spec, places, findings: Vec::new() }
    }

    /// Where the value that a pointer leads to stands.
    pub(crate) fn place(&self, path: &str, pointer: &str) -> Option<Place> {
        Some(self.places.get(path)?.value(pointer))
    }

    /// A problem with the value that a pointer leads to.
    pub(crate) fn at_value(&mut self, path: &str, pointer: &str, problem: Problem) {
        if let (Some(file), Some(places)) = (self.spec.files.get(path), self.places.get(path)) {
            self.findings.push(Finding::new(problem, file, places.value(pointer)));
        }
    }

    /// A problem with the key of the member that a pointer leads to.
    pub(crate) fn at_key(&mut self, path: &str, pointer: &str, problem: Problem) {
        if let (Some(file), Some(places)) = (self.spec.files.get(path), self.places.get(path)) {
            self.findings.push(Finding::new(problem, file, places.key(pointer)));
        }
    }
}
